import type { Database } from '@lever-certn/database/database';
import { factId } from '@lever-certn/events/identity.rules';
import { DueTable } from '@lever-certn/reconcile/due-table';
import { parseLimit, share } from '@lever-certn/reconcile/limits';
import { Reconciler, type HeldReason, type WorkedTurn } from '@lever-certn/reconcile/reconciler';
import type { ServiceContext } from '@lever-certn/service/run-service';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { Team } from '@lever-certn/settings/team';
import type { AccountsStore } from './accounts.store';
import type { CheckDesk } from './check-desk';
import { CHECK_COLUMNS, checkRowOf, type CheckRow } from './check-row';
import { ACCOUNT_CHANGING, CheckReconciler, FACTS_OLD } from './check.reconciler';
import type { DispatcherConfig } from './config';
import type { ErasureStore } from './erasure.store';
import type { FreshFacts } from './fresh-facts';
import { OrderHolds } from './order-holds';

/** Of what Certn allows per key; the console has 6 of 60. */
const CERTN_SHARE = 54 / 60;
/** Orders may take so much of it, and reads have at least so much: a wave of orders must not keep statuses from being read. */
const KINDS = { order: { atMost: 0.6 }, read: { atLeast: 0.3 } };

function stepOf({ state }: CheckRow): 'order' | 'lookup' | 'read' {
  if (state === 'requested') return 'order';
  return state === 'ordering' ? 'lookup' : 'read';
}

interface Parts {
  context: ServiceContext<DispatcherConfig>;
  database: Database;
  settings: SettingsView;
  desk: CheckDesk;
  facts: FreshFacts;
  erasures: ErasureStore;
  accounts: AccountsStore;
  /** How long an account stays with a process that says nothing; the loop's own unless given. */
  leaseMs?: number | undefined;
}

/** The loop over due checks, and what makes rows due besides time: changed settings, fresh facts asked for, an account that works again. */
export class CheckLoop {
  private readonly loop: Reconciler<CheckRow>;
  private readonly following = new Map<string, Promise<void>>();
  private readonly toFollow = new Set<string>();

  constructor(private readonly parts: Parts) {
    const { context, database, desk, facts, erasures } = parts;
    const { config, log } = context;
    // A call that has just begun may still end clearly.
    const underWayMs = config.ORDER_SEND_WITHIN_MS + config.VENDOR_TIMEOUT_MS;
    const holds = new OrderHolds(
      (account) => desk.checks.unclearAttempts(account, underWayMs),
      config.ORDER_HOLD_MS,
      (account, everyMs) => this.loop.hold(account, 'order', everyMs),
    );
    const check = new CheckReconciler(desk, facts, holds, erasures);
    this.loop = new Reconciler<CheckRow>({
      name: 'check',
      table: new DueTable<CheckRow>({
        database,
        table: 'checks',
        idColumn: 'check_id',
        columns: CHECK_COLUMNS,
        map: checkRowOf,
      }),
      database,
      ...(parts.leaseMs === undefined ? {} : { leaseMs: parts.leaseMs }),
      limit: share(parseLimit(config.CERTN_LIMIT), CERTN_SHARE),
      kinds: KINDS,
      kindOf: (row) => check.kindOf(row),
      paused: (row) => check.paused(row),
      work: (row, turn) => check.work(row, turn),
      probe: (account) => this.probe(account),
      onFailure: (row, error, dueInMs) =>
        desk.timeline.attempt(row, {
          step: stepOf(row),
          outcome: 'failed',
          reason: error.kind,
          attempt: row.attempts + 1,
          nextTryInMs: dueInMs,
        }),
      onHeld: (row, reason, triedInMs) => this.held(row, reason, triedInMs),
      onConnection: (account, state, reason) => {
        for (const { teamId } of parts.settings.teamsOfAccount('certn', account))
          desk.timeline.connection(teamId, state, state === 'broken' ? reason : null);
      },
      onTurn: (turn) => this.turned(turn),
      onTrouble: (err, row) => log.error({ err, teamId: row?.teamId, checkId: row?.id }, 'a check could not be worked'),
    });
  }

  /** Begins to work what is due, and what waited for settings that may have changed while no dispatcher ran. */
  start(): void {
    this.loop.start();
    for (const { certn } of this.parts.settings.all()) if (certn) this.loop.resume(certn.account);
  }

  /** Starts nothing more; calls that are out may end within the grace. */
  async stop(graceMs: number): Promise<void> {
    await this.loop.stop(graceMs);
    await Promise.all(this.following.values());
  }

  /** Works rows at once that this process has just recorded. */
  wake(rows: CheckRow[]): void {
    this.loop.wake(rows);
  }

  /** Brings about what changed settings mean: rows follow the team's account, and what waited for the settings goes on. */
  async teamChanged(team: Team, before: Team | undefined): Promise<void> {
    if (!team.certn) return;
    if (before?.certn?.account !== team.certn.account) await this.parts.accounts.repoint(team.teamId, team.certn.account);
    this.loop.resume(team.certn.account);
  }

  /** One small read that says whether Certn answers the account. */
  private async probe(account: string): Promise<void> {
    const [team] = this.parts.settings.teamsOfAccount('certn', account);
    if (team?.certn) await this.parts.desk.certn.casePage(team.certn, {}, 1, 1);
  }

  /**
   * Certn refuses the key or is down, so an order or the search for one waits; that a case which runs is read later is no news of its candidate. However often it is told,
   * it is one line, of the time of what it waits with.
   */
  private held(row: CheckRow, reason: HeldReason, triedInMs: number): void {
    const step = stepOf(row);
    if (step === 'read' || row.erasing) return;
    const at = [row.decidedAt, row.newerFactsAt ?? '', row.attemptedAt ?? ''].sort().at(-1)!;
    const id = factId('held', row.id, step, reason, at);
    this.parts.desk.timeline.attempt(row, { id, at, step, outcome: 'waiting', reason, nextTryInMs: triedInMs });
  }

  private turned(turn: WorkedTurn<CheckRow>): void {
    const { row, outcome, reason, durationMs, nextTryInMs } = turn;
    if (outcome === 'paused' && reason === FACTS_OLD) void this.parts.facts.ask(row);
    if (outcome === 'paused' && reason === ACCOUNT_CHANGING) this.follow(row.teamId);
    this.parts.context.work.settled({
      unit: 'row',
      name: 'check',
      outcome,
      reason: reason ?? undefined,
      durationMs,
      teamId: row.teamId,
      opportunityId: row.opportunityId,
      checkId: row.id,
      attempt: row.attempts + 1,
      nextTryInMs: nextTryInMs ?? undefined,
    });
  }

  /** A row still names an account its team has left: settings changed while no dispatcher ran, or the row was just being recorded, or had none yet. */
  private follow(teamId: string): void {
    this.toFollow.add(teamId);
    if (this.following.has(teamId)) return;
    this.following.set(
      teamId,
      this.moveAll(teamId).finally(() => {
        this.following.delete(teamId);
        if (this.toFollow.has(teamId)) this.follow(teamId);
      }),
    );
  }

  private async moveAll(teamId: string): Promise<void> {
    const { accounts, context, settings } = this.parts;
    while (this.toFollow.delete(teamId)) {
      const account = settings.team(teamId)?.certn?.account;
      if (account === undefined) return;
      try {
        await accounts.repoint(teamId, account);
        this.loop.resume(account);
      } catch (err) {
        context.log.warn({ teamId, err }, 'rows could not follow their account yet');
      }
    }
  }
}
