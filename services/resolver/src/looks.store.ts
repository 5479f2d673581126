import { randomInt } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { factId } from '@lever-certn/events/identity.rules';
import type { DueRow } from '@lever-certn/reconcile/due-table';
import { UnderWay, waiting, waitingAccounts } from '@lever-certn/reconcile/waiting-rows';
import type { Ask, Memory } from './said.rules';

/** One opportunity of a team, and what is to be found out about it. */
export interface LookRow extends DueRow {
  opportunityId: string;
  /** Find out what is owed by the stage. */
  stageLook: boolean;
  /** Lever's time of the newest webhook that has not been answered yet. */
  triggeredAt: string | null;
  /** Looks so far that did not find the transition. */
  lookups: number;
  /** JSON of {@link Ask}[]. */
  asks: string | null;
  /** JSON of {@link Memory}. */
  memory: string | null;
  traceparent: string | null;
}

/** Something that makes an opportunity worth a look. */
export interface LookHint {
  teamId: string;
  opportunityId: string;
  /** The team's Lever account; empty while its settings are not known. */
  account: string;
  /** Whether what is owed by the stage is to be found out. */
  stageLook: boolean;
  triggeredAt?: string | undefined;
  ask?: Ask | undefined;
  traceparent?: string | undefined;
}

/** What became of a row's turn. */
export interface LookSettlement {
  row: LookRow;
  /** Left out where nothing was said. */
  memory?: Memory;
  /** When to look again for the transition; `null` where all is found out. */
  again: { inMs: number; reason: string; lookups: number } | null;
  /** Why the row ends, where it ends in something to be seen. */
  reason: string | null;
}

/** The columns a {@link LookRow} is read from. */
export const LOOK_COLUMNS =
  'id, team_id, opportunity_id, account, hint, turn, attempts, stage_look, triggered_at, lookups, asks, memory, traceparent';

/** One row as the database answers it. */
export interface LookColumns {
  id: string;
  team_id: string;
  opportunity_id: string;
  account: string;
  hint: number;
  turn: number;
  attempts: number;
  stage_look: number;
  triggered_at: string | null;
  lookups: number;
  asks: string | null;
  memory: string | null;
  traceparent: string | null;
}

/** Reads a row. */
export function lookRow(columns: LookColumns): LookRow {
  const { team_id: teamId, opportunity_id: opportunityId, stage_look: stageLook, triggered_at: triggeredAt, ...same } = columns;
  return { ...same, teamId, opportunityId, stageLook: stageLook !== 0, triggeredAt };
}

const BATCH_ROWS = 200;
const MAX_WAITING = 50_000;
/** Characters of asks that may wait in one row; the dispatcher asks again for what finds no room. */
const MAX_ASKS_CHARACTERS = 65_536;
const REPOINT_ROWS = 1000;

/**
 * Table `looks`. Hints and settlements that arrive together become one multi-row statement each, rows in key order. Recording is idempotent: a repeat only
 * makes the row due once more.
 */
export class LookStore {
  private readonly recording: MicroBatch<LookHint, LookRow>;
  private readonly settling: MicroBatch<LookSettlement>;
  private readonly repoints = new UnderWay();

  constructor(private readonly database: Database) {
    const limits = { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING };
    this.recording = new MicroBatch('looks recorded', limits, (hints) => this.recordAll(hints));
    this.settling = new MicroBatch('looks settled', limits, (settlements) => this.settleAll(settlements));
  }

  /** Makes the opportunity due for a look now, keeping what else was asked of it. Resolves with the row as stored. */
  record(hint: LookHint): Promise<LookRow> {
    return this.recording.add(hint);
  }

  /** Writes what became of a row's turn, unless another process has worked the row meanwhile. What arrived during the turn stays due. */
  settle(settlement: LookSettlement): Promise<void> {
    return this.settling.add(settlement);
  }

  /** Moves what waits of a team to its present Lever account and makes it due now. */
  repoint(teamId: string, account: string): Promise<void> {
    // Every row in hand that is still with a former account asks for it.
    return this.repoints.once(`${teamId} ${account}`, () => this.repointAll(teamId, account));
  }

  private async repointAll(teamId: string, account: string): Promise<void> {
    const waits = await waiting(this.database, 'looks');
    if (!waits) return;
    for (;;) {
      const { affectedRows } = await this.database.run(
        `UPDATE looks FORCE INDEX (looks_due) SET account = ?, due_at = UTC_TIMESTAMP(6)
         WHERE ${waits.sql} AND team_id = ? AND account <> ? ORDER BY id LIMIT ${REPOINT_ROWS}`,
        [account, ...waits.values, teamId, account],
      );
      if (affectedRows < REPOINT_ROWS) return;
    }
  }

  /** The teams and accounts of everything that waits. */
  waitingAccounts(): Promise<{ teamId: string; account: string }[]> {
    return waitingAccounts(this.database, 'looks');
  }

  /** Forgets what was said of a person's candidacy and what is still asked. A later look makes the same ids again, which the dispatcher knows for ever. */
  async erase(teamId: string, opportunityId: string): Promise<void> {
    await this.database.run(
      `UPDATE looks SET due_at = NULL, reason = 'erased', asks = NULL, stage_look = 0, triggered_at = NULL, memory = NULL, turn = ? WHERE id = ?`,
      [randomInt(TURN_RANGE), lookId(teamId, opportunityId)],
    );
  }

  /** Resolves when everything handed over is written. */
  async drained(): Promise<void> {
    await Promise.all([this.recording.drained(), this.settling.drained()]);
  }

  private async recordAll(hints: LookHint[]): Promise<LookRow[]> {
    const ids = hints.map((hint) => lookId(hint.teamId, hint.opportunityId));
    const folded = new Map<string, FoldedHint>();
    hints.forEach((hint, index) => folded.set(ids[index]!, fold(folded.get(ids[index]!), hint)));
    const keys = [...folded.keys()].sort();
    const values = keys.flatMap((id) => insertValues(id, folded.get(id)!));
    const marks = keys.map(() => '(?, ?, ?, ?, UTC_TIMESTAMP(6), 1, ?, ?, ?, ?)').join(', ');
    const [, rows] = await this.database.script(
      `INSERT INTO looks (id, team_id, opportunity_id, account, due_at, hint, stage_look, triggered_at, asks, traceparent) VALUES ${marks}
       ON DUPLICATE KEY UPDATE hint = hint + 1, due_at = VALUES(due_at), reason = NULL, lookups = 0,
         account = IF(VALUES(account) = '', account, VALUES(account)),
         stage_look = GREATEST(stage_look, VALUES(stage_look)),
         triggered_at = IF(triggered_at IS NULL OR VALUES(triggered_at) > triggered_at, VALUES(triggered_at), triggered_at),
         asks = CASE WHEN VALUES(asks) IS NULL THEN asks WHEN asks IS NULL THEN VALUES(asks)
           WHEN LENGTH(asks) > ${MAX_ASKS_CHARACTERS} OR JSON_CONTAINS(asks, VALUES(asks)) THEN asks ELSE JSON_MERGE_PRESERVE(asks, VALUES(asks)) END,
         traceparent = COALESCE(VALUES(traceparent), traceparent);
       SELECT ${LOOK_COLUMNS} FROM looks WHERE id IN (?)`,
      [...values, keys],
    );
    const stored = new Map((rows as LookColumns[]).map((columns) => [columns.id, lookRow(columns)]));
    return ids.map((id) => stored.get(id)!);
  }

  private async settleAll(settlements: LookSettlement[]): Promise<void[]> {
    const sorted = [...settlements].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const marks = sorted.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)').join(', ');
    // Every row is there, so that its INSERT becomes an UPDATE. One that joins a list of values costs three times as much (docs/decisions/0072).
    await this.database.run(
      `INSERT INTO looks (id, team_id, opportunity_id, account, turn, hint, memory, reason, lookups, due_at) VALUES ${marks}
       ON DUPLICATE KEY UPDATE
         attempts = IF(${AS_READ}, 0, attempts),
         memory = IF(${AS_READ}, COALESCE(VALUES(memory), memory), memory),
         reason = IF(${AS_READ}, VALUES(reason), reason),
         lookups = IF(${AS_READ} AND ${NO_HINT}, VALUES(lookups), lookups),
         asks = IF(${AS_READ} AND ${NO_HINT}, NULL, asks),
         stage_look = IF(${AS_READ} AND ${NO_HINT} AND VALUES(due_at) IS NULL, 0, stage_look),
         triggered_at = IF(${AS_READ} AND ${NO_HINT} AND VALUES(due_at) IS NULL, NULL, triggered_at),
         due_at = IF(${AS_READ} AND ${NO_HINT}, VALUES(due_at), due_at),
         turn = IF(${AS_READ}, turn + 1, turn)`,
      sorted.flatMap(settledValues),
    );
    return settlements.map(() => undefined);
  }
}

/** The id of an opportunity's row. */
export function lookId(teamId: string, opportunityId: string): string {
  return factId('look', teamId, opportunityId);
}

type FoldedHint = Omit<LookHint, 'ask'> & { asks: Ask[] };

/** Several hints for one opportunity as one: the newest webhook counts, every ask is kept. */
function fold(before: FoldedHint | undefined, { ask, ...hint }: LookHint): FoldedHint {
  const asks = [...(before?.asks ?? []), ...(ask ? [ask] : [])];
  if (!before) return { ...hint, asks };
  const times = [before.triggeredAt, hint.triggeredAt].filter((time) => time !== undefined).sort();
  return {
    ...hint,
    account: hint.account || before.account,
    stageLook: hint.stageLook || before.stageLook,
    triggeredAt: times.at(-1),
    traceparent: hint.traceparent ?? before.traceparent,
    asks,
  };
}

function insertValues(id: string, hint: FoldedHint): unknown[] {
  const asks = hint.asks.length > 0 ? JSON.stringify(hint.asks) : null;
  const { teamId, opportunityId, account, stageLook, triggeredAt, traceparent } = hint;
  return [id, teamId, opportunityId, account, stageLook ? 1 : 0, triggeredAt ?? null, asks, traceparent ?? null];
}

const AS_READ = 'turn = VALUES(turn)';
const NO_HINT = 'hint = VALUES(hint)';
/** As `DueTable` writes them: compared for equality only. */
const TURN_RANGE = 2 ** 31;

function settledValues({ row, memory, again, reason }: LookSettlement): unknown[] {
  const said = memory ? JSON.stringify(memory) : null;
  return [
    row.id,
    row.teamId,
    row.opportunityId,
    row.account,
    row.turn,
    row.hint,
    said,
    again?.reason ?? reason,
    again?.lookups ?? 0,
    again ? Math.round(again.inMs * 1000) : null,
  ];
}
