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
}

/** Who did it. */
export type Author = Pick<Caller, 'by' | 'userId' | 'ip'>;

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
      author?.ip ?? null,
    ],
  };
}

/** Who did what, when, from where. Lines are only ever added. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** A line of what changes nothing in the database: of that, `change` writes it. */
  add(author: Author | undefined, entry: AuditEntry): Promise<void> {
    return write(this.database, author, [entry]);
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
      `SELECT id, at, by_whom, user_id, team_id, action, subject, detail, ip FROM audit
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
