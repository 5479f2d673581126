import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { factId, checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { LeverClient, type LeverPage } from '@lever-certn/lever/lever.client';
import type { LeverOpportunity } from '@lever-certn/lever/lever-opportunity';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { CandidatesStore } from '../candidates/candidates.store';
import { commandIdOf, orderCommand } from '../candidates/commands.rules';
import { CommandsStore, type GivenCommand } from '../candidates/commands.store';
import { isOpen } from '../candidates/obstacles.rules';
import type { Caller } from '../http/caller';
import { Problem } from '../http/problem';
import { problemOfVendor } from '../http/vendor-problem';
import { leverKeyOf, leverNotSetUp } from './lever-test';
import { checkOfStay, movedInAt } from './standing.rules';
import { TeamsStore } from './teams.store';
import { LeverPace } from './vendor-paces';

/** Someone who stands in the trigger stage now. */
export interface Standing {
  opportunityId: string;
  name: string | null;
  movedInAt: string | null;
  leverUrl: string | null;
  check: { checkId: string; status: string; reason: string | null } | null;
}

/** What a person confirmed. */
export interface StandingOrder {
  opportunityIds: string[];
  expected: number;
  reason?: string;
}

/** What was ordered, and who was left out because a check is open already. */
export interface StandingOrdered {
  ordered: { opportunityId: string; commandId: string; checkId: string }[];
  leftOut: string[];
}

const REASON = 'Stood in the stage already';

/** Those who stand in the trigger stage now, whoever started or did not start a check for them; and checks ordered for some of them by hand. */
@Injectable()
export class StandingDesk {
  constructor(
    private readonly teams: TeamsStore,
    private readonly keyring: Keyring,
    private readonly lever: LeverClient,
    private readonly pace: LeverPace,
    private readonly candidates: CandidatesStore,
    private readonly commands: CommandsStore,
  ) {}

  /** One page of Lever's list. `offset` is Lever's own. @throws Problem */
  async page(teamId: string, pageSize: number, offset: string | null): Promise<{ items: Standing[]; next: string | null }> {
    const record = await this.teams.require(teamId);
    const apiKey = leverKeyOf(record, this.keyring);
    const stageId = record.settings.lever?.triggerStage?.id;
    if (apiKey === undefined || stageId === undefined) throw leverNotSetUp();
    const { items, next } = await this.read(apiKey, stageId, pageSize, offset);
    const checks = await this.candidates.checksOf(
      teamId,
      items.map(({ id }) => id),
    );
    return { items: items.map((one) => standingOf(one, stageId, checks.get(one.id) ?? [])), next };
  }

  /** Orders for all of them at once or for none; a repeat with the same key gets the first answer. @throws Problem `count-differs`, `conflict`, `key-reused` */
  async order(caller: Caller, teamId: string, wish: StandingOrder, key: string | undefined): Promise<StandingOrdered> {
    const ids = [...new Set(wish.opportunityIds)].sort();
    if (ids.length !== wish.expected) throw countDiffers(ids.length, wish.expected);
    const { settings } = await this.teams.require(teamId);
    if (!settings.enabled)
      throw new Problem('conflict', { detail: 'The integration is disabled.', cure: 'Enable it first; then order again.' });
    const reason = wish.reason ?? REASON;
    const batchId = commandIdOf(teamId, caller.by, 'standing', key, randomUUID());
    const checks = await this.candidates.checksOf(teamId, ids);
    const wanted = ids.filter((id) => !(checks.get(id) ?? []).some(isOpen));
    const nowMs = Date.now();
    const given = wanted.map((opportunityId): GivenCommand<object>['command'] =>
      orderCommand(
        { teamId, commandId: factId('standing', batchId, opportunityId), by: caller.by, nowMs },
        opportunityId,
        reason,
        undefined,
      ),
    );
    const ordered = given.map(({ commandId, opportunityId }) => ({
      opportunityId: opportunityId!,
      commandId,
      checkId: checkIdOfCommand(teamId, opportunityId!, commandId),
    }));
    const leftOut = ids.filter((id) => !wanted.includes(id));
    return this.commands.giveAll(caller, {
      batchId,
      teamId,
      commands: given,
      request: { ids, reason },
      answer: { ordered, leftOut },
      audit: { action: 'ordered-standing', teamId, detail: { count: wanted.length, reason, opportunityIds: wanted } },
      lines: given.map(({ at, commandId, opportunityId }, index) => ({
        teamId,
        opportunityId: opportunityId!,
        at,
        id: commandId,
        kind: 'command',
        outcome: 'order',
        source: 'console',
        checkId: ordered[index]!.checkId,
        vendor: null,
        step: null,
        reason: null,
        detail: reason,
        attempt: null,
        nextTryAt: null,
        by: caller.by,
      })),
    });
  }

  private async read(
    apiKey: string,
    stageId: string,
    pageSize: number,
    offset: string | null,
  ): Promise<LeverPage<LeverOpportunity>> {
    const account = accountFingerprint('lever', apiKey);
    await this.pace.take(account);
    try {
      return await this.lever.opportunityPage(apiKey, stageId, { pageSize }, offset);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'rate-limited') this.pace.empty(account);
      if (error.code === 'stale-offset')
        throw new Problem('invalid', {
          detail: 'Lever no longer knows this page.',
          cure: 'Leave `after` out to read the list from the start.',
          more: { errors: [{ field: 'after', message: 'no longer known' }] },
        });
      throw problemOfVendor(error);
    }
  }
}

function standingOf(
  { id, name, stageChanges, showUrl }: LeverOpportunity,
  stageId: string,
  checks: Parameters<typeof checkOfStay>[0],
): Standing {
  const since = movedInAt(stageChanges, stageId);
  const check = checkOfStay(checks, since);
  return {
    opportunityId: id,
    name,
    movedInAt: since,
    leverUrl: showUrl,
    check: check ? { checkId: check.checkId, status: check.status, reason: check.reason } : null,
  };
}

function countDiffers(count: number, expected: number): Problem {
  return new Problem('count-differs', {
    detail: `${count} candidates were sent, and ${expected} were confirmed.`,
    cure: 'Read the list again, and confirm the number of those who are chosen.',
    more: { count, expected },
  });
}
