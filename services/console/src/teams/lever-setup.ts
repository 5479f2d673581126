import { Injectable } from '@nestjs/common';
import { SECRET_FIELD, type LeverSettings, type TriggerStage } from '@lever-certn/events/team-settings';
import type { LeverStage } from '@lever-certn/lever/lever.client';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import type { Author } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { problemOfVendor } from '../http/vendor-problem';
import { ConnectionsStore } from './connections.store';
import { CLOCK_STEP_MS } from './enabling.rules';
import { KnownRecords } from './known-records';
import { LeverProbe, notReached, type StagesAnswer } from './lever-probe';
import { leverKeyOf, leverNotSetUp, LeverTest } from './lever-test';
import { secretsAfter, type SecretWish } from './secrets';
import { chooseStage, type StageWish } from './stage-choice.rules';
import { markOf, type TeamRecord } from './team-record';
import { TeamsStore, type TeamChange } from './teams.store';

/** What a person wants changed of the Lever connection. What is left out stays. */
export interface LeverWish {
  apiKey?: string;
  signatureTokens?: SecretWish[];
  triggerStage?: StageWish;
  /** `null` takes it away. */
  performAs?: string | null;
}

/** What enabling needs to know of Lever. */
export interface LeverLook {
  apiKey: string;
  clockMs: number;
  stage: { id: string; name: string };
}

/** What is saved beside what the person sent: found out before. */
interface Found {
  apiKey: string;
  /** Absent where Lever was not asked: the stage stays. */
  stage?: TriggerStage;
  /** Absent where it stays. */
  activeSince?: string;
}

/** A team's Lever connection: tested before it is saved. */
@Injectable()
export class LeverSetup {
  constructor(
    private readonly probe: LeverProbe,
    private readonly test: LeverTest,
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
    if (wish.apiKey === undefined && wish.triggerStage === undefined)
      return this.teams.change(author, teamId, (record) => this.changed(record, wish, { apiKey }));
    const answer = await this.probe.stages(apiKey);
    const stage = stageAfter(wish.triggerStage, before.settings.lever?.triggerStage, answer);
    if (answer.reached) {
      await this.requireSameAccount(before, apiKey);
      if (wish.apiKey !== undefined) await this.probe.requireReads(apiKey, stage?.id);
    }
    const activeSince = stage && beginsAnew(before, stage) ? await this.activeSinceNow(apiKey, stage) : undefined;
    const found = { apiKey, ...(stage ? { stage } : {}), ...(activeSince ? { activeSince } : {}) };
    const saved = await this.teams.change(author, teamId, (record) => this.changed(record, wish, found));
    if (answer.reached) await this.test.of(saved, { stages: answer });
    else
      await this.connections.record({
        teamId,
        vendor: 'lever',
        state: 'unknown',
        reason: answer.reason,
        checkedAt: saved.settings.savedAt,
      });
    return saved;
  }

  /** The live list. @throws Problem */
  async stages(teamId: string): Promise<LeverStage[]> {
    const apiKey = this.keyOf(await this.teams.require(teamId));
    if (apiKey === undefined) throw leverNotSetUp();
    const answer = await this.probe.stages(apiKey);
    if (!answer.reached) throw problemOfVendor(answer.error);
    return answer.stages;
  }

  /** Lever's clock and the trigger stage, for enabling. A stage of which only the name is known is found now. @throws Problem, also where Lever is away */
  async look(record: TeamRecord): Promise<LeverLook> {
    const apiKey = this.keyOf(record);
    const stage = record.settings.lever?.triggerStage;
    if (apiKey === undefined || !stage) throw leverNotSetUp();
    const { id, name } = stage;
    if (id !== undefined) return { apiKey, clockMs: await this.probe.clock(apiKey), stage: { id, name } };
    const found = stageAfter(stage, undefined, await this.probe.stages(apiKey));
    if (found?.id === undefined) throw notReached();
    return { apiKey, clockMs: await this.probe.clock(apiKey), stage: { id: found.id, name: found.name } };
  }

  private keyOf(record: TeamRecord): string | undefined {
    return leverKeyOf(record, this.keyring);
  }

  /** A new key is tried on opportunities we know: one that sees none of them belongs to another account. */
  private async requireSameAccount(before: TeamRecord, apiKey: string): Promise<void> {
    if (before.settings.lever?.account === accountFingerprint('lever', apiKey)) return;
    const ids = await this.known.opportunities(before.settings.teamId);
    if ((await this.probe.seesOneOf(apiKey, ids)) === 'no')
      throw new Problem('other-account', {
        detail: 'This key sees none of the candidates of this team that the saved key sees.',
        cure: 'Take a key of the same Lever account, or make another team for another account.',
      });
  }

  /** @throws Problem `vendor-unavailable` where Lever's clock is not known */
  private async activeSinceNow(apiKey: string, stage: TriggerStage): Promise<string> {
    if (stage.id === undefined) throw notReached();
    return new Date((await this.probe.clock(apiKey)) + CLOCK_STEP_MS).toISOString();
  }

  private changed({ settings, notes }: TeamRecord, wish: LeverWish, found: Found): TeamChange {
    const now = new Date().toISOString();
    const { teamId } = settings;
    const before = settings.lever;
    const stage = found.stage ?? before?.triggerStage;
    const had = before?.signatureTokens ?? [];
    const where = { teamId, keyring: this.keyring, field: 'signatureTokens', now };
    const tokens = secretsAfter(wish.signatureTokens ?? had.map(({ id }) => ({ id })), had, where);
    const performAs = wish.performAs === undefined ? before?.performAs : wish.performAs;
    const keepsKey = wish.apiKey === undefined && before !== undefined;
    const lever: LeverSettings = {
      account: accountFingerprint('lever', found.apiKey),
      apiKey: keepsKey ? before.apiKey : this.keyring.seal(found.apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD }),
      signatureTokens: tokens.secrets,
      ...(stage ? { triggerStage: stage } : {}),
      ...(performAs ? { performAs } : {}),
    };
    return {
      settings: { ...settings, lever, ...(found.activeSince ? { activeSince: found.activeSince } : {}) },
      notes: {
        ...notes,
        ...(keepsKey ? {} : { leverKey: markOf(found.apiKey, now) }),
        secrets: { ...notes.secrets, ...tokens.marks },
        ...(found.activeSince && stage?.id ? { activeStageId: stage.id } : {}),
      },
      audit: {
        action: 'lever-saved',
        detail: {
          apiKey: keepsKey ? 'kept' : 'replaced',
          signatureTokens: wish.signatureTokens === undefined ? 'kept' : `${tokens.secrets.length} in force`,
          ...(stage ? { triggerStage: stage.name } : {}),
        },
      },
    };
  }
}

/** The stage as it will be kept; where Lever was not reached, as the person said it. @throws Problem with the stages there are */
function stageAfter(
  wish: StageWish | undefined,
  before: TriggerStage | undefined,
  answer: StagesAnswer,
): TriggerStage | undefined {
  const wanted = wish ?? before;
  if (!wanted) return undefined;
  if (!answer.reached) {
    if (!wish) return before;
    if (wish.id !== undefined) return { id: wish.id, name: before?.id === wish.id ? before.name : wish.id };
    return { name: wish.name! };
  }
  const choice = chooseStage(wanted, answer.stages);
  if (choice.ok) return { id: choice.id, name: choice.name };
  const more = { stages: answer.stages };
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

/** Another stage of an enabled integration becomes active now: nobody is ordered for who stands there already. */
function beginsAnew(before: TeamRecord, stage: TriggerStage): boolean {
  return before.settings.enabled && stage.id !== before.notes.activeStageId;
}

function keyNeeded(): Problem {
  return new Problem('invalid', {
    detail: 'No Lever key is saved yet.',
    cure: 'Send `apiKey` with the first save.',
    more: { errors: [{ field: 'apiKey', message: 'is needed with the first save' }] },
  });
}
