import { Injectable } from '@nestjs/common';
import { SECRET_FIELD, type LeverSettings, type TriggerStage } from '@lever-certn/events/team-settings';
import type { LeverStage } from '@lever-certn/lever/lever.client';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Author } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { problemOfVendor } from '../http/vendor-problem';
import type { ConnectionTestAnswer, PermissionAnswer } from './answers';
import { connectionCure } from './connection-cures.rules';
import { ConnectionsStore, type ConnectionState } from './connections.store';
import { KnownRecords } from './known-records';
import { leverPermissions } from './permissions.rules';
import { secretsAfter, type SecretWish } from './secrets';
import { chooseStage, type StageWish } from './stage-choice.rules';
import { markOf, type TeamRecord } from './team-record';
import { TeamsStore } from './teams.store';
import { LeverPace } from './vendor-paces';

/** What a person wants changed of the Lever connection. What is left out stays. */
export interface LeverWish {
  apiKey?: string;
  signatureTokens?: SecretWish[];
  triggerStage?: StageWish;
  /** `null` takes it away. */
  performAs?: string | null;
}

/** What Lever said to a key, where it was there to say anything. */
type Probe = { reached: true; stages: LeverStage[]; clockMs: number | null } | { reached: false; reason: string };

/** A team's Lever connection: tested before it is saved. */
@Injectable()
export class LeverSetup {
  constructor(
    private readonly client: LeverClient,
    private readonly pace: LeverPace,
    private readonly teams: TeamsStore,
    private readonly connections: ConnectionsStore,
    private readonly known: KnownRecords,
    private readonly keyring: Keyring,
  ) {}

  /** Saves. @throws Problem `key-refused`, `permission-missing`, `other-account`, `stage-unknown`, `stage-ambiguous`, `stage-taken`, `invalid` */
  async save(author: Author, teamId: string, wish: LeverWish): Promise<TeamRecord> {
    const before = await this.teams.require(teamId);
    const apiKey = wish.apiKey ?? this.keyOf(before);
    if (apiKey === undefined) throw keyNeeded();
    const asksLever = wish.apiKey !== undefined || wish.triggerStage !== undefined;
    const probe = asksLever ? await this.probe(apiKey, true) : undefined;
    const stage = asksLever ? stageAfter(wish.triggerStage, before.settings.lever?.triggerStage, probe) : undefined;
    if (wish.apiKey !== undefined && probe?.reached) await this.requireSameAccount(before, wish.apiKey);
    const activeSince = stage && activeSinceAfter(before, stage, probe);
    const saved = await this.teams.change(author, teamId, (record) => this.changed(record, wish, apiKey, stage, activeSince));
    if (probe) await this.record(teamId, probe.reached ? 'ok' : 'unknown', probe.reached ? null : probe.reason);
    return saved;
  }

  /** The live list. @throws Problem */
  async stages(teamId: string): Promise<LeverStage[]> {
    const apiKey = this.keyOf(await this.teams.require(teamId));
    if (apiKey === undefined) throw notSetUp();
    await this.pace.take(accountFingerprint('lever', apiKey));
    return this.client.stages(apiKey);
  }

  /** Tries what can be tried without changing anything, and says per permission whether it works. */
  async test(teamId: string): Promise<ConnectionTestAnswer> {
    const record = await this.teams.require(teamId);
    const apiKey = this.keyOf(record);
    if (apiKey === undefined) throw notSetUp();
    const failures = {
      stages: await this.failureOf(() => this.probe(apiKey, false)),
      opportunities: await this.failureOf(() => this.readOne(record, apiKey)),
    };
    const permissions: PermissionAnswer[] = leverPermissions(failures, await this.known.leverWrites(teamId));
    const worst = failures.stages ?? failures.opportunities;
    const broken = worst === 'unauthorized' || permissions.some(({ state }) => state === 'missing');
    const state: ConnectionState = broken ? 'broken' : worst ? 'unknown' : 'ok';
    const reason = broken && worst !== 'unauthorized' ? 'forbidden' : (worst ?? null);
    const checkedAt = await this.record(teamId, state, reason);
    return { state, reason, cure: connectionCure('lever', state, reason), checkedAt, permissions };
  }

  /** Stages and clock of Lever for enabling. @throws Problem, also where Lever is not reached */
  async look(record: TeamRecord): Promise<{ apiKey: string; stages: LeverStage[]; clockMs: number }> {
    const apiKey = this.keyOf(record);
    if (apiKey === undefined) throw notSetUp();
    const probe = await this.probe(apiKey, true);
    if (!probe.reached) throw notReached();
    return { apiKey, stages: probe.stages, clockMs: probe.clockMs ?? Date.now() };
  }

  /** How many stand in a stage since a time, up to a limit. */
  async movedSince(apiKey: string, stageId: string, sinceMs: number): Promise<{ count: number; more: boolean }> {
    const account = accountFingerprint('lever', apiKey);
    let count = 0;
    const list = this.client.opportunitiesInStage(apiKey, stageId, {
      advancedSinceMs: sinceMs,
      maxPages: MAX_COUNTED_PAGES,
      beforePage: () => this.pace.take(account),
    });
    try {
      for await (const { stageChanges } of list)
        if (!stageChanges || stageChanges.some((change) => change.toStageId === stageId && change.updatedAtMs >= sinceMs))
          count += 1;
      return { count, more: false };
    } catch (error) {
      if (error instanceof VendorError && error.code === 'page-limit') return { count, more: true };
      throw error;
    }
  }

  private keyOf(record: TeamRecord): string | undefined {
    const { teamId, lever } = record.settings;
    return lever && this.keyring.open(lever.apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD });
  }

  /** `withClock` also asks for Lever's time. */
  private async probe(apiKey: string, withClock: boolean): Promise<Probe> {
    const account = accountFingerprint('lever', apiKey);
    try {
      await this.pace.take(account);
      const stages = await this.client.stages(apiKey);
      return { reached: true, stages, clockMs: withClock ? await this.client.serverTimeMs(apiKey) : null };
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'rate-limited') this.pace.empty(account);
      if (error.kind === 'unavailable' || error.kind === 'rate-limited') return { reached: false, reason: error.kind };
      throw problemOfProbe(error);
    }
  }

  /** A new key is tried on opportunities we know: one that sees none of them belongs to another account. */
  private async requireSameAccount(before: TeamRecord, apiKey: string): Promise<void> {
    if (before.settings.lever?.account === accountFingerprint('lever', apiKey)) return;
    const ids = await this.known.opportunities(before.settings.teamId);
    let unseen = 0;
    for (const id of ids) {
      try {
        await this.pace.take(accountFingerprint('lever', apiKey));
        await this.client.opportunity(apiKey, id);
        return;
      } catch (error) {
        if (!(error instanceof VendorError)) throw error;
        if (error.kind === 'unavailable' || error.kind === 'rate-limited') return;
        if (error.kind === 'forbidden') throw problemOfVendor(error);
        unseen += 1;
      }
    }
    if (unseen > 0 && unseen === ids.length) throw otherAccount();
  }

  private async readOne({ settings: { teamId, lever } }: TeamRecord, apiKey: string): Promise<void> {
    const [id] = await this.known.opportunities(teamId);
    await this.pace.take(accountFingerprint('lever', apiKey));
    if (id !== undefined)
      await this.client.opportunity(apiKey, id).catch((error: unknown) => {
        if (!(error instanceof VendorError) || error.kind !== 'not-found') throw error;
      });
    else await this.client.opportunityPage(apiKey, lever?.triggerStage?.id ?? 'none', { pageSize: 1 }, null);
  }

  private async failureOf(call: () => Promise<Probe | void>): Promise<string | null> {
    try {
      const answer = await call();
      return answer && !answer.reached ? answer.reason : null;
    } catch (error) {
      if (error instanceof VendorError) return error.kind;
      if (error instanceof Problem && typeof error.words.more?.reason === 'string') return error.words.more.reason;
      throw error;
    }
  }

  private changed(
    { settings, notes }: TeamRecord,
    wish: LeverWish,
    apiKey: string,
    newStage: TriggerStage | undefined,
    activeSince: string | undefined,
  ): ReturnType<Parameters<TeamsStore['change']>[2]> {
    const now = new Date().toISOString();
    const { teamId } = settings;
    const before = settings.lever;
    const stage = newStage ?? before?.triggerStage;
    const tokens = secretsAfter(
      wish.signatureTokens ?? (before?.signatureTokens ?? []).map(({ id }) => ({ id })),
      before?.signatureTokens ?? [],
      {
        teamId,
        keyring: this.keyring,
        field: 'signatureTokens',
        now,
      },
    );
    const performAs = wish.performAs === undefined ? before?.performAs : (wish.performAs ?? undefined);
    const lever: LeverSettings = {
      account: accountFingerprint('lever', apiKey),
      apiKey:
        wish.apiKey === undefined && before
          ? before.apiKey
          : this.keyring.seal(apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD }),
      signatureTokens: tokens.secrets,
      ...(stage ? { triggerStage: stage } : {}),
      ...(performAs ? { performAs } : {}),
    };
    return {
      settings: { ...settings, lever, ...(activeSince ? { activeSince } : {}) },
      notes: {
        ...notes,
        ...(wish.apiKey === undefined ? {} : { leverKey: markOf(apiKey, now) }),
        secrets: { ...notes.secrets, ...tokens.marks },
        ...(activeSince && stage?.id ? { activeStageId: stage.id } : {}),
      },
      audit: {
        action: 'lever-saved',
        detail: {
          apiKey: wish.apiKey === undefined ? 'kept' : 'replaced',
          signatureTokens: wish.signatureTokens === undefined ? 'kept' : `${tokens.secrets.length} in force`,
          ...(stage ? { triggerStage: stage.name } : {}),
        },
      },
    };
  }

  private async record(teamId: string, state: ConnectionState, reason: string | null): Promise<string> {
    const checkedAt = new Date().toISOString();
    await this.connections.record({ teamId, vendor: 'lever', state, reason, checkedAt });
    return checkedAt;
  }
}

const MAX_COUNTED_PAGES = 5;

/** The stage as it will be kept. Where Lever was not asked or not reached, as the person said it. @throws Problem with the stages there are */
function stageAfter(
  wish: StageWish | undefined,
  before: TriggerStage | undefined,
  probe: Probe | undefined,
): TriggerStage | undefined {
  const wanted = wish ?? (before ? { id: before.id, name: before.name } : undefined);
  if (!wanted) return undefined;
  if (!probe?.reached) {
    if (!wish) return before;
    if (wish.id !== undefined) return { id: wish.id, name: before?.id === wish.id ? before.name : wish.id };
    return { name: wish.name! };
  }
  const choice = chooseStage(wanted, probe.stages);
  if (choice.ok) return { id: choice.id, name: choice.name };
  const more = { stages: probe.stages };
  if (choice.problem === 'stage-unknown')
    throw new Problem('stage-unknown', {
      detail: 'Lever has no such stage.',
      cure: 'Choose one of `stages`; the names are those that Lever has now.',
      more,
    });
  throw new Problem('stage-ambiguous', {
    detail: 'Several stages in Lever have this name.',
    cure: 'Choose one of `stages` by its id, or rename one of them in Lever.',
    more,
  });
}

/**
 * Another stage of an enabled integration becomes active now, by Lever's clock: nobody is ordered for who stands there already.
 * @throws Problem `vendor-unavailable` where Lever's clock is not known
 */
function activeSinceAfter(before: TeamRecord, stage: TriggerStage, probe: Probe | undefined): string | undefined {
  if (!before.settings.enabled || stage.id === before.notes.activeStageId) return undefined;
  if (!probe?.reached || stage.id === undefined)
    throw new Problem('vendor-unavailable', {
      detail:
        'The stage of an enabled integration can be changed only while Lever answers, since checks start from then on by its clock.',
      cure: 'Try again when Lever answers, or disable the integration first.',
    });
  return new Date(probe.clockMs ?? Date.now()).toISOString();
}

function problemOfProbe(error: VendorError): Problem {
  if (error.kind !== 'forbidden') return problemOfVendor(error);
  return new Problem(
    'permission-missing',
    {
      detail: 'The Lever key may not read stages.',
      cure: "A key's permissions can't be changed later: make a new one with read stages, read and write opportunity info, read and write opportunity tags, and write opportunity links.",
      more: { vendor: 'lever', reason: 'forbidden', permission: 'Read stages' },
    },
    { cause: error },
  );
}

function keyNeeded(): Problem {
  return new Problem('invalid', {
    detail: 'No Lever key is saved yet.',
    cure: 'Send `apiKey` with the first save.',
    more: { errors: [{ field: 'apiKey', message: 'is needed with the first save' }] },
  });
}

function notSetUp(): Problem {
  return new Problem('not-set-up', { detail: 'No Lever key is saved.', cure: 'Save an API key first.' });
}

function notReached(): Problem {
  return new Problem('vendor-unavailable', {
    detail: 'Lever can not be reached, and its clock says from when on moves count.',
    cure: 'Try again in a minute; nothing was changed.',
    retryAfterSeconds: 10,
  });
}

function otherAccount(): Problem {
  return new Problem('other-account', {
    detail: 'This key sees none of the candidates of this team that the saved key sees.',
    cure: 'Take a key of the same Lever account, or make another team for another account.',
  });
}
