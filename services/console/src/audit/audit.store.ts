import { createHash } from 'node:crypto';
import type { Database, Statements } from '@lever-certn/database/database';
import { fromSqlTime, toSqlTime } from '@lever-certn/database/sql-rows';
import type { Caller } from '../http/caller';
import type { AuditAction } from './audit-actions';
import type { FieldChange } from './field-changes.rules';
import { changesSql } from '../live/changes.store';

/** One thing that someone did. */
export interface AuditEntry {
  action: AuditAction;
  teamId?: string;
  /** What it was done to: an id or a name that is no person's. */
  subject?: string;
  /** What changed: names of fields and values that are neither secret nor personal. */
  detail?: Record<string, unknown>;
  /** What was and what is, field by field. */
  changes?: readonly FieldChange[];
}

/** Which lines of the audit. */
export interface AuditFilter {
  teamIds?: readonly string[];
  userId?: string;
  action?: string;
  /** ISO 8601; from then on, and before then. */
  from?: string;
  until?: string;
}

/** One line of the audit as it is read. */
export interface AuditLine {
  id: number;
  at: string;
  by: string;
  userId: string | null;
  teamId: string | null;
  action: string;
  subject: string | null;
  detail: Record<string, unknown> | null;
  changes: FieldChange[];
  ip: string | null;
  /** How often, of a line that counts; 1 of all others. */
  times: number;
}

/** Who did it. */
export type Author = Pick<Caller, 'by' | 'userId' | 'ip'>;

/** A sign-in that failed, or another place where the password of an account was asked for. */
export interface FailedSignIn {
  /** Whose account; `undefined` where there is none. What was typed is not told. */
  userId: string | undefined;
  ip: string;
  /** What counts as one place. */
  place: string;
  means: 'password' | 'invitation' | 'password-change' | 'single-sign-on';
  /** Who did it, where it was somebody who is signed in. */
  author?: Author | undefined;
}

const MAX_IP_CHARACTERS = 64;
/** Places of an hour that one account has lines of; those that come later share one. */
const MAX_PLACES = 10;
/** Somebody who is not signed in. */
const NOBODY = 'nobody';
const MANY_PLACES = 'others';
const HOUR = 'UNIX_TIMESTAMP() DIV 3600';

/** The statements that write a line, to stand in the transaction of what it tells. Of a team's line those who follow the team hear. */
export function auditSql(author: Author | undefined, entry: AuditEntry): { sql: string; values: unknown[] } {
  const line = lineSql(author, entry);
  if (entry.teamId === undefined) return line;
  const told = changesSql(new Map([[entry.teamId, { what: ['team'], opportunityIds: [] }]]));
  return { sql: `${line.sql}; ${told.sql}`, values: [...line.values, ...told.values] };
}

/** Writes lines in the transaction of the change they tell of. */
export type Tell = (author: Author | undefined, ...entries: readonly AuditEntry[]) => Promise<void>;

function lineSql(author: Author | undefined, entry: AuditEntry): { sql: string; values: unknown[] } {
  return {
    sql: `INSERT INTO audit (at, by_whom, user_id, team_id, action, subject, detail, ip) VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?, ?, ?, ?)`,
    values: [
      author?.by ?? 'service:console',
      author?.userId ?? null,
      entry.teamId ?? null,
      entry.action,
      entry.subject ?? null,
      detailOf(entry),
      author?.ip.slice(0, MAX_IP_CHARACTERS) ?? null,
    ],
  };
}

/** Who did what, when, from where. Lines are only ever added, but those of failed sign-ins count for an hour. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** A line of what changes nothing in the database: of that, `change` writes it. */
  add(author: Author | undefined, entry: AuditEntry): Promise<void> {
    return write(this.database, author, [entry]);
  }

  /**
   * Of a failed sign-in: one line for an account, a place and an hour, which counts, so that nobody who guesses fills the table. All accounts there are not count as one,
   * with the same statements, so that nobody learns by the time it takes whether there is one.
   */
  async addFailedSignIn({ userId, ip, place, means, author }: FailedSignIn): Promise<void> {
    const about = `${userId ?? 'nobody'} ${means}`;
    const rows = await this.database.query<{ place: string }>(
      `SELECT SUBSTRING_INDEX(counted_as, ' ', -1) place FROM audit WHERE counted_as LIKE CONCAT(?, ' ', ${HOUR}, ' %')`,
      [about],
    );
    const own = createHash('sha256').update(place).digest('hex').slice(0, 16);
    const isOne = rows.length < MAX_PLACES || rows.some((row) => row.place === own);
    const detail = {
      means,
      ...(userId === undefined ? { account: 'none with this address' } : {}),
      ...(isOne ? {} : { from: 'many other places' }),
    };
    await this.database.run(
      `INSERT INTO audit (at, by_whom, user_id, action, subject, detail, ip, counted_as)
       VALUES (UTC_TIMESTAMP(6), ?, ?, 'sign-in-failed', ?, ?, ?, CONCAT(?, ' ', ${HOUR}, ' ', ?)) ON DUPLICATE KEY UPDATE times = times + 1`,
      [
        ...[author?.by ?? NOBODY, author?.userId ?? null, userId ?? null, JSON.stringify(detail)],
        ...[isOne ? ip.slice(0, MAX_IP_CHARACTERS) : null, about, isOne ? own : MANY_PLACES],
      ],
    );
  }

  /**
   * A change and the lines that tell of it, as one transaction: all of it stands, or nothing. `work` may be done again after a deadlock, so it sends everything
   * through `transaction` and changes nothing besides.
   */
  change<T>(work: (transaction: Statements, tell: Tell) => Promise<T>): Promise<T> {
    return this.database.transaction((transaction) =>
      work(transaction, (author, ...entries) => write(transaction, author, entries)),
    );
  }

  /** Newest first. */
  async lines({ beforeId, limit, ...filter }: AuditFilter & { beforeId?: number; limit: number }): Promise<AuditLine[]> {
    if (filter.teamIds?.length === 0) return [];
    const conditions = [...conditionsOf(filter), ...(beforeId === undefined ? [] : [['id < ?', beforeId] as const])];
    const rows = await this.database.query<Record<string, unknown>>(
      `SELECT id, at, by_whom, user_id, team_id, action, subject, detail, ip, times FROM audit
       ${conditions.length > 0 ? `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}` : ''} ORDER BY id DESC LIMIT ?`,
      [...conditions.map(([, value]) => value), limit],
    );
    return rows.map((row) => ({
      id: Number(row.id),
      at: fromSqlTime(row.at as string),
      by: row.by_whom as string,
      userId: row.user_id as string | null,
      teamId: row.team_id as string | null,
      action: row.action as string,
      subject: row.subject as string | null,
      ...partsOf(row.detail as string | null),
      ip: row.ip as string | null,
      times: Number(row.times),
    }));
  }
}

async function write(statements: Statements, author: Author | undefined, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const lines = entries.map((entry) => auditSql(author, entry));
  await statements.script(
    lines.map(({ sql }) => sql).join(';'),
    lines.flatMap(({ values }) => values),
  );
}

function conditionsOf({ teamIds, userId, action, from, until }: AuditFilter): (readonly [string, unknown])[] {
  return [
    ...(teamIds ? [['team_id IN (?)', teamIds] as const] : []),
    ...(userId === undefined ? [] : [['user_id = ?', userId] as const]),
    ...(action === undefined ? [] : [['action = ?', action] as const]),
    ...(from === undefined ? [] : [['at >= ?', toSqlTime(new Date(from).toISOString())] as const]),
    ...(until === undefined ? [] : [['at < ?', toSqlTime(new Date(until).toISOString())] as const]),
  ];
}

/** Details and changes lie in one column. */
function detailOf({ detail, changes }: AuditEntry): string | null {
  const all = { ...detail, ...(changes?.length ? { changes } : {}) };
  return Object.keys(all).length > 0 ? JSON.stringify(all) : null;
}

function partsOf(text: string | null): Pick<AuditLine, 'detail' | 'changes'> {
  if (text === null) return { detail: null, changes: [] };
  const { changes, ...detail } = JSON.parse(text) as Record<string, unknown> & { changes?: FieldChange[] };
  return { detail: Object.keys(detail).length > 0 ? detail : null, changes: changes ?? [] };
}
