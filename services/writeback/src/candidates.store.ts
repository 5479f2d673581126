import { randomInt } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import type { TagFacts, TagProfile } from '@lever-certn/events/check-statuses.rules';
import { UnderWay, waiting, waitingAccounts } from '@lever-certn/reconcile/waiting-rows';
import { factId } from '@lever-certn/events/identity.rules';
import { CANDIDATE_COLUMNS, candidateRow, joinIds, type CandidateColumns, type CandidateRow } from './candidate-row';

/** What a check's status says of its opportunity. */
export interface CandidateHint {
  teamId: string;
  opportunityId: string;
  /** The team's Lever account; empty while its settings are not known. */
  account: string;
  checkId: string;
  /** The check's place among those of the opportunity (`positionOf`). */
  position: string;
  facts: TagFacts;
  isOpen: boolean;
  /** The team's tag profile; empty while its settings are not known. */
  profile: TagProfile | '';
  /** The tag in that profile; empty for none of ours. */
  wantedTag: string;
  /** Whether the check has a report to link to. */
  linkWanted: boolean;
  traceparent?: string | undefined;
}

/** What became of a row's turn. */
export interface CandidateSettlement {
  row: CandidateRow;
  /** The tag that is on the opportunity now; `null` where that is not known. */
  writtenTag: string | null;
  profile: TagProfile | '';
  linksWritten: readonly string[];
  /** Why it waits, or why it ended without all that was wanted. */
  reason: string | null;
  /** When to try again; `null`: done. */
  dueInMs: number | null;
  /** Whether Lever was asked to change anything: then a row that moved on meanwhile is looked at once more. */
  wrote: boolean;
}

const BATCH_ROWS = 200;
const MAX_WAITING = 50_000;
const TEAM_ROWS = 1000;
/** Characters of check ids in one row: some 1,700 checks of one opportunity. */
const MAX_LINKS_CHARACTERS = 64_000;
/** Stands for the tag of a team whose profile is not known: it differs from every tag, so that the row becomes due. */
const UNKNOWN_TAG = '?';

/** Reasons to wait that a change of the team's settings may cure. */
export const CURABLE_REASONS = ['not-allowed', 'perform-as', 'rejected'] as const;

/**
 * Table `candidates`. What arrives together becomes one multi-row statement, rows in key order. Recording is idempotent; the newest check by
 * (transition, version) wins, whatever the order of arrival.
 */
export class CandidateStore {
  private readonly recording: MicroBatch<CandidateHint, CandidateRow | null>;
  private readonly comparing: MicroBatch<CandidateRow, boolean>;
  private readonly settling: MicroBatch<CandidateSettlement>;
  private readonly repoints = new UnderWay();

  constructor(private readonly database: Database) {
    const limits = { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING };
    this.recording = new MicroBatch('candidates recorded', limits, (hints) => this.recordAll(hints));
    this.comparing = new MicroBatch('candidates compared', limits, (rows) => this.compareAll(rows));
    this.settling = new MicroBatch('candidates settled', limits, (settlements) => this.settleAll(settlements));
  }

  /** Records a status. Resolves with the row if there is something to bring about, `null` if all is as wanted. */
  record(hint: CandidateHint): Promise<CandidateRow | null> {
    return this.recording.add(hint);
  }

  /** Whether the row still says what it said when it was read: nothing newer arrived and no other process worked it. */
  isCurrent(row: CandidateRow): Promise<boolean> {
    return this.comparing.add(row);
  }

  /** Writes what became of a row's turn, unless another process has worked the row meanwhile; then what we wrote at Lever may be stale, and the row is due again. */
  settle(settlement: CandidateSettlement): Promise<void> {
    return this.settling.add(settlement);
  }

  /** After a write of unknown outcome: makes a row that another process has worked meanwhile due again. */
  async lookAgainIfMoved(row: CandidateRow): Promise<void> {
    await this.database.run(
      'UPDATE candidates SET hint = hint + 1, due_at = UTC_TIMESTAMP(6), written_tag = NULL WHERE id = ? AND turn <> ?',
      [row.id, row.turn],
    );
  }

  /** Moves what waits of a team to its present Lever account, due now; what waits for a cure in the settings is tried now. */
  repoint(teamId: string, account: string): Promise<void> {
    // Every row in hand that is still with a former account asks for it.
    return this.repoints.once(`${teamId} ${account}`, () => this.repointAll(teamId, account));
  }

  private async repointAll(teamId: string, account: string): Promise<void> {
    const waits = await waiting(this.database, 'candidates');
    if (!waits) return;
    await this.inPieces(
      `UPDATE candidates FORCE INDEX (candidates_due) SET account = ?, due_at = UTC_TIMESTAMP(6), reason = NULL
       WHERE ${waits.sql} AND team_id = ? AND (account <> ? OR reason IN (?)) ORDER BY id LIMIT ${TEAM_ROWS}`,
      [account, ...waits.values, teamId, account, CURABLE_REASONS],
    );
  }

  /** Makes the rows of open checks that were written with another tag profile due. */
  async reprofile(teamId: string, account: string, profile: TagProfile): Promise<void> {
    await this.inPieces(
      `UPDATE candidates SET profile = ?, account = ?, hint = hint + 1, due_at = UTC_TIMESTAMP(6)
       WHERE team_id = ? AND is_open = 1 AND profile <> ? ORDER BY id LIMIT ${TEAM_ROWS}`,
      [profile, account, teamId, profile],
    );
  }

  /** The teams and accounts of everything that waits. */
  waitingAccounts(): Promise<{ teamId: string; account: string }[]> {
    return waitingAccounts(this.database, 'candidates');
  }

  /** The teams and tag profiles of all rows of open checks. */
  async openProfiles(): Promise<{ teamId: string; profile: string }[]> {
    const rows = await this.database.query<{ team_id: string; profile: string }>(
      'SELECT DISTINCT team_id, profile FROM candidates WHERE is_open = 1',
    );
    return rows.map(({ team_id: teamId, profile }) => ({ teamId, profile }));
  }

  /** Forgets what is known of a candidacy but its ids, and wants nothing more of it. */
  async erase(teamId: string, opportunityId: string): Promise<void> {
    await this.database.run(
      `UPDATE candidates SET due_at = NULL, reason = 'erased', facts = NULL, is_open = 0, wanted_tag = '', written_tag = '',
         links_written = links_wanted, turn = ? WHERE id = ?`,
      [randomInt(TURN_RANGE), candidateId(teamId, opportunityId)],
    );
  }

  /** Resolves when everything handed over is written. */
  async drained(): Promise<void> {
    await Promise.all([this.recording.drained(), this.comparing.drained(), this.settling.drained()]);
  }

  private async inPieces(sql: string, values: unknown[]): Promise<void> {
    for (;;) if ((await this.database.run(sql, values)).affectedRows < TEAM_ROWS) return;
  }

  private async recordAll(hints: CandidateHint[]): Promise<(CandidateRow | null)[]> {
    const ids = hints.map((hint) => candidateId(hint.teamId, hint.opportunityId));
    const order = [...ids.keys()].sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : a - b));
    const values = order.flatMap((index) => insertValues(ids[index]!, hints[index]!));
    const marks = order.map(() => '(?, ?, ?, ?, UTC_TIMESTAMP(6), 1, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    const keys = [...new Set(order.map((index) => ids[index]!))];
    const [, rows] = await this.database.script(
      `INSERT INTO candidates (id, team_id, opportunity_id, account, due_at, hint,
         newest, check_id, facts, is_open, profile, wanted_tag, links_wanted, traceparent) VALUES ${marks}
       ON DUPLICATE KEY UPDATE
         hint = IF(${IS_NEWER} OR ${IS_NEW_LINK}, hint + 1, hint),
         due_at = IF(${IS_NEW_LINK} OR (${IS_NEWER} AND (due_at IS NOT NULL OR NOT written_tag <=> VALUES(wanted_tag))), VALUES(due_at), due_at),
         account = IF(VALUES(account) = '', account, VALUES(account)),
         links_wanted = IF(${IS_NEW_LINK}, IF(links_wanted = '', VALUES(links_wanted), CONCAT(links_wanted, ',', VALUES(links_wanted))), links_wanted),
         check_id = IF(${IS_NEWER}, VALUES(check_id), check_id),
         facts = IF(${IS_NEWER}, VALUES(facts), facts),
         is_open = IF(${IS_NEWER}, VALUES(is_open), is_open),
         profile = IF(${IS_NEWER}, VALUES(profile), profile),
         wanted_tag = IF(${IS_NEWER}, VALUES(wanted_tag), wanted_tag),
         traceparent = IF(${IS_NEWER}, VALUES(traceparent), traceparent),
         newest = IF(${IS_NEWER}, VALUES(newest), newest);
       SELECT ${CANDIDATE_COLUMNS} FROM candidates WHERE due_at IS NOT NULL AND id IN (?)`,
      [...values, keys],
    );
    const stored = new Map((rows as CandidateColumns[]).map((columns) => [columns.id, candidateRow(columns)]));
    return ids.map((id) => stored.get(id) ?? null);
  }

  private async compareAll(rows: CandidateRow[]): Promise<boolean[]> {
    const stored = await this.database.query<{ id: string; hint: number; turn: number }>(
      'SELECT id, hint, turn FROM candidates WHERE id IN (?)',
      [rows.map((row) => row.id)],
    );
    const now = new Map(stored.map((row) => [row.id, row]));
    return rows.map((row) => now.get(row.id)?.hint === row.hint && now.get(row.id)?.turn === row.turn);
  }

  private async settleAll(settlements: CandidateSettlement[]): Promise<void[]> {
    const sorted = [...settlements].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const marks = sorted.map(() => `(${'?, '.repeat(SETTLED_COLUMNS)}UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)`).join(', ');
    // Every row is there, so that its INSERT becomes an UPDATE. One that joins a list of values costs more (docs/decisions/0072).
    await this.database.run(
      `INSERT INTO candidates (id, turn, hint, attempts, team_id, opportunity_id, account, newest, check_id, facts, is_open, wanted_tag, links_wanted,
         traceparent, written_tag, profile,
         links_written, reason, due_at) VALUES ${marks}
       ON DUPLICATE KEY UPDATE
         attempts = IF(${AS_READ}, 0, attempts),
         reason = IF(${AS_READ}, VALUES(reason), reason),
         links_written = IF(${AS_READ}, VALUES(links_written), links_written),
         profile = IF(${AS_READ} AND ${NO_HINT}, VALUES(profile), profile),
         written_tag = IF(${AS_READ}, VALUES(written_tag), IF(${MAY_BE_STALE}, NULL, written_tag)),
         due_at = IF(${AS_READ}, IF(${NO_HINT}, VALUES(due_at), due_at), IF(${MAY_BE_STALE}, UTC_TIMESTAMP(6), due_at)),
         hint = IF(${AS_READ} OR NOT ${MAY_BE_STALE}, hint, hint + 1),
         turn = IF(${AS_READ}, turn + 1, turn)`,
      sorted.flatMap(settledValues),
    );
    return settlements.map(() => undefined);
  }
}

const IS_NEWER = '(VALUES(newest) > newest)';
const IS_NEW_LINK = `(VALUES(links_wanted) <> '' AND FIND_IN_SET(VALUES(links_wanted), links_wanted) = 0 AND LENGTH(links_wanted) < ${MAX_LINKS_CHARACTERS})`;

/** The id of an opportunity's row. */
export function candidateId(teamId: string, opportunityId: string): string {
  return factId('candidate', teamId, opportunityId);
}

function insertValues(id: string, hint: CandidateHint): unknown[] {
  const { teamId, opportunityId, account, position, checkId, facts, isOpen, profile, linkWanted, traceparent } = hint;
  const wantedTag = profile === '' ? UNKNOWN_TAG : hint.wantedTag;
  const fixed = [id, teamId, opportunityId, account, position, checkId, JSON.stringify(facts), isOpen ? 1 : 0];
  return [...fixed, profile, wantedTag, linkWanted ? checkId : '', traceparent ?? null];
}

const AS_READ = 'turn = VALUES(turn)';
const NO_HINT = 'hint = VALUES(hint)';
/** Lever was written to by a process whose row another one has worked: carried in a column that is set to something else. */
const MAY_BE_STALE = 'VALUES(attempts) = 1';
/** As `DueTable` writes them: compared for equality only. */
const TURN_RANGE = 2 ** 31;
const SETTLED_COLUMNS = 18;

/** The row as it was read, as far as it would be needed if it were not there, and its outcome. */
function settledValues({ row, writtenTag, profile, linksWritten, reason, dueInMs, wrote }: CandidateSettlement): unknown[] {
  return [
    row.id,
    row.turn,
    row.hint,
    wrote ? 1 : 0,
    row.teamId,
    row.opportunityId,
    row.account,
    row.newest,
    row.checkId,
    row.facts === null ? null : JSON.stringify(row.facts),
    row.isOpen ? 1 : 0,
    row.wantedTag,
    joinIds(row.linksWanted),
    row.traceparent,
    writtenTag,
    profile,
    joinIds(linksWritten),
    reason,
    dueInMs === null ? null : Math.round(dueInMs * 1000),
  ];
}
