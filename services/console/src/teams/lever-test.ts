import { Injectable } from '@nestjs/common';
import { SECRET_FIELD } from '@lever-certn/events/team-settings';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { Problem } from '../http/problem';
import type { ConnectionTestAnswer, StageFoundAnswer } from './answers';
import { connectionCure } from './connection-cures.rules';
import { ConnectionTestsStore } from './connection-tests.store';
import type { ConnectionState } from './connections.store';
import { KnownRecords } from './known-records';
import { LeverProbe, type StagesAnswer } from './lever-probe';
import { leverPermissions } from './permissions.rules';
import { stageFinding } from './stage-choice.rules';
import type { TeamRecord } from './team-record';
import { TeamsStore } from './teams.store';

/** The saved Lever key of a team, opened. */
export function leverKeyOf({ settings: { teamId, lever } }: TeamRecord, keyring: Keyring): string | undefined {
  return lever && keyring.open(lever.apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD });
}

/** Tests a team's connection to Lever without changing anything there, and keeps what was found. */
@Injectable()
export class LeverTest {
  constructor(
    private readonly probe: LeverProbe,
    private readonly teams: TeamsStore,
    private readonly tests: ConnectionTestsStore,
    private readonly known: KnownRecords,
    private readonly keyring: Keyring,
  ) {}

  /** Tests the saved key. @throws Problem `not-set-up`, `busy` */
  async run(teamId: string): Promise<ConnectionTestAnswer> {
    return this.of(await this.teams.require(teamId));
  }

  /** Like {@link run}, where nobody waits for it: while Lever is away, what was found before stays. */
  async runUnasked(teamId: string): Promise<ConnectionTestAnswer> {
    return this.of(await this.teams.require(teamId), { unasked: true });
  }

  /** Tests the key of a team as it was just saved, with the stages that were just read. */
  async of(record: TeamRecord, how: { unasked?: boolean; stages?: StagesAnswer } = {}): Promise<ConnectionTestAnswer> {
    const { teamId, lever } = record.settings;
    const apiKey = leverKeyOf(record, this.keyring);
    if (apiKey === undefined || !lever) throw leverNotSetUp();
    const stages = how.stages ?? (await settled(() => this.probe.stages(apiKey)));
    const failures = {
      stages: 'failure' in stages ? stages.failure : stages.reached ? null : stages.reason,
      opportunities: await this.readFailure(record, apiKey),
    };
    const found = 'failure' in stages || !stages.reached ? undefined : stages.stages;
    const permissions = leverPermissions(failures, await this.writes(record, apiKey, failures.opportunities));
    const worst = failures.stages ?? failures.opportunities;
    const broken = worst === 'unauthorized' || permissions.some(({ state }) => state === 'missing');
    const state: ConnectionState = broken ? 'broken' : worst ? 'unknown' : 'ok';
    const reason = broken && worst !== 'unauthorized' ? 'forbidden' : worst;
    const triggerStage: StageFoundAnswer | null = lever.triggerStage ? stageFinding(lever.triggerStage, found) : null;
    const cure = connectionCure('lever', state, reason);
    const result = { state, reason, cure, checkedAt: new Date().toISOString(), permissions, triggerStage };
    const account = accountFingerprint('lever', apiKey);
    if (!(how.unasked && state === 'unknown')) await this.tests.keep({ teamId, vendor: 'lever', account, result });
    return result;
  }

  private async readFailure({ settings: { teamId, lever } }: TeamRecord, apiKey: string): Promise<string | null> {
    const [knownId] = await this.known.opportunities(teamId);
    const read = await settled(() => this.probe.readOpportunity(apiKey, knownId, lever?.triggerStage?.id));
    return read && 'failure' in read ? read.failure : null;
  }

  private async writes(
    { settings: { teamId, lever }, notes }: TeamRecord,
    apiKey: string,
    readFailure: string | null,
  ): Promise<Parameters<typeof leverPermissions>[1]> {
    const seen = await this.known.leverWrites(teamId, notes.leverKey?.setAt);
    const tried =
      readFailure === 'unauthorized'
        ? ({ tags: 'unknown', links: 'unknown' } as const)
        : await this.probe.tryWrites(apiKey, lever?.performAs);
    return { tags: { seen: seen.tags, tried: tried.tags }, links: { seen: seen.links, tried: tried.links } };
  }
}

/** What a call answers, or the kind of its failure. */
async function settled<Answer>(call: () => Promise<Answer>): Promise<Answer | { failure: string }> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof VendorError) return { failure: error.kind };
    if (error instanceof Problem && typeof error.words.more?.reason === 'string') return { failure: error.words.more.reason };
    throw error;
  }
}

/** The answer where no Lever key is saved yet. */
export function leverNotSetUp(): Problem {
  return new Problem('not-set-up', {
    detail: 'The Lever connection is not set up.',
    cure: 'Save an API key and a trigger stage first.',
  });
}
