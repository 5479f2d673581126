import { BatchFullError } from '@lever-certn/batching/micro-batch';
import { isoTime } from '@lever-certn/events/fields';
import { BrokerUnavailableError } from '@lever-certn/kafka/broker-unavailable';
import { PAUSED } from '@lever-certn/reconcile/due-table';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import { inSpan } from '@lever-certn/service/tracing';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { LeverConnection, Team } from '@lever-certn/settings/team';
import { applicantOf } from './applicant.rules';
import type { DecisionTeller } from './decision-teller';
import type { FreshAnswer, LeverAnswers } from './lever-answers';
import { findOut, isWaiting, type Found } from './findings.rules';
import type { Outcome } from './look.rules';
import type { LookRow, LookStore } from './looks.store';
import { NOTHING_SAID, whatToSay, type Ask, type Memory } from './said.rules';

const BROKER_AWAY_MS = 1000;
const STAGE_UNKNOWN_MS = 60_000;

/** A team that can be worked now. */
type WorkableTeam = Team & { lever: LeverConnection };

/**
 * Arrives: a row of `looks` that is due. It reads the opportunity from Lever, decides by the table, publishes `check-requested` and decision lines that
 * are news, and then settles the row.
 * Twice, or dead between publishing and settling: the same facts make the same ids, so a repeat folds into the first (docs/decisions/0010).
 */
export class LookReconciler {
  constructor(
    private readonly looks: LookStore,
    private readonly settings: SettingsView,
    private readonly lever: LeverAnswers,
    private readonly teller: DecisionTeller,
    private readonly indexKey: IndexKey,
    private readonly wake: (rows: LookRow[]) => void,
  ) {}

  /** Why a row waits without being looked at. */
  paused(row: LookRow): string | null {
    const team = this.settings.team(row.teamId);
    if (!team?.lever) return 'settings-unknown';
    if (!team.enabled) return 'disabled';
    return null;
  }

  work(row: LookRow, turn: Turn): Promise<Next> {
    return inSpan('look', { traceparent: row.traceparent ?? undefined }, (traceparent) => this.look(row, turn, traceparent));
  }

  /** One cheap reading, to find out whether a refused key or an unreachable Lever works again. */
  async probe(account: string): Promise<void> {
    const lever = this.settings.teamsOfAccount('lever', account).find((team) => team.enabled)?.lever;
    if (lever) await this.lever.probe(lever);
  }

  private async look(row: LookRow, turn: Turn, traceparent: string | undefined): Promise<Next> {
    const paused = this.paused(row);
    if (paused) return { kind: 'again', inMs: STAGE_UNKNOWN_MS, reason: PAUSED + paused };
    const team = this.settings.team(row.teamId) as WorkableTeam;
    if (row.account !== team.lever.account) {
      await this.looks.repoint(team.teamId, team.lever.account);
      return { kind: 'settled' };
    }
    const triggerStageIds = await this.lever.triggerStageIds(team.lever, turn);
    if (triggerStageIds.length === 0) return { kind: 'again', inMs: STAGE_UNKNOWN_MS, reason: `${PAUSED}stage-unknown` };
    const memory = readMemory(row.memory);
    const factsAt = laterThan(memory.factsAt, Date.now());
    const fresh = await this.lever.opportunity(team.lever, row.opportunityId, turn);
    const elsewhere = fresh.leverId !== undefined && fresh.leverId !== row.opportunityId;
    if (elsewhere && row.stageLook) await this.follow(row, team, fresh.leverId!);
    const found = findOut({
      teamId: row.teamId,
      opportunityId: row.opportunityId,
      team: { ...team, triggerStageIds },
      answer: fresh.answer,
      elsewhere,
      ...(row.stageLook ? { stageLook: { triggeredAt: row.triggeredAt, lookups: row.lookups } } : {}),
      asks: row.asks === null ? [] : (JSON.parse(row.asks) as Ask[]),
      memory,
    });
    if (fresh.refusal && isWaiting(found)) throw fresh.refusal;
    try {
      await this.conclude({ row, team, fresh, memory, found, factsAt, traceparent });
      return { kind: 'settled', reason: found.owed?.kind === 'again' ? found.owed.reason : reasonOf(found.owed) };
    } catch (error) {
      if (error instanceof BrokerUnavailableError || error instanceof BatchFullError)
        return { kind: 'again', inMs: BROKER_AWAY_MS, reason: 'broker-away' };
      throw error;
    }
  }

  /** Lever knows the opportunity by another id (merged, or a hint that spells it otherwise): the look goes on there, so that one candidacy has one check. */
  private async follow(row: LookRow, team: WorkableTeam, opportunityId: string): Promise<void> {
    const { teamId, triggeredAt, traceparent } = row;
    const hint = { teamId, opportunityId, account: team.lever.account, stageLook: true };
    const stored = await this.looks.record({
      ...hint,
      ...(triggeredAt ? { triggeredAt } : {}),
      ...(traceparent ? { traceparent } : {}),
    });
    this.wake([stored]);
  }

  /** Publishes what is news and then settles: a crash between the two repeats, and loses nothing. */
  private async conclude(look: FinishedLook): Promise<void> {
    const { row, team, fresh, found, memory, factsAt, traceparent } = look;
    const { teamId, opportunityId, triggeredAt } = row;
    const applicant = fresh.answer.kind === 'opportunity' ? applicantOf(fresh.answer.opportunity) : null;
    const applicantMark = applicant ? this.indexKey.hash(`${applicant.name ?? ''}\n${applicant.email ?? ''}`) : '';
    const owed = found.owed ? { owed: { outcome: found.owed, triggeredAt } } : {};
    const said = whatToSay(memory, { teamId, opportunityId, ...owed, checks: found.checks, applicantMark });
    const again =
      found.owed?.kind === 'again' ? { inMs: found.owed.inMs, reason: found.owed.reason, lookups: row.lookups + 1 } : null;
    const settlement = { row, again, reason: reasonOf(found.owed) };
    if (said.speeches.length === 0) return this.looks.settle(settlement);
    await this.teller.tell(said.speeches, {
      teamId,
      opportunityId,
      settingsVersion: team.version,
      factsAt,
      applicant: isAnonymized(fresh) ? null : applicant,
      traceparent,
    });
    await this.looks.settle({ ...settlement, memory: { ...said.memory, factsAt } });
  }
}

interface FinishedLook {
  row: LookRow;
  team: WorkableTeam;
  fresh: FreshAnswer;
  found: Found;
  memory: Memory;
  factsAt: string;
  traceparent: string | undefined;
}

function reasonOf(outcome: Outcome | undefined): string | null {
  return outcome?.kind === 'skipped' || outcome?.kind === 'failed' ? outcome.reason : null;
}

function isAnonymized(fresh: FreshAnswer): boolean {
  return fresh.answer.kind === 'opportunity' && fresh.answer.opportunity.isAnonymized;
}

function readMemory(json: string | null): Memory {
  return json === null ? NOTHING_SAID : (JSON.parse(json) as Memory);
}

/** Now, but always later than the facts sent before, so that newer facts win at the dispatcher whatever a clock says. */
function laterThan(before: string | null, nowMs: number): string {
  return isoTime(before === null ? nowMs : Math.max(nowMs, Date.parse(before) + 1));
}
