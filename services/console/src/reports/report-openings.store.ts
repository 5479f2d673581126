import { randomUUID } from 'node:crypto';
import type { Database } from '@lever-certn/database/database';
import { auditSql, type Author } from '../audit/audit.store';
import type { Check } from '../candidates/candidates.store';
import { changesSql } from '../live/changes.store';
import { timelineSql } from '../candidates/read-model-sql';

/** Who opened which report: the audit and the candidate's timeline tell it, in one transaction. */
export class ReportOpenings {
  constructor(private readonly database: Database) {}

  async add(author: Author, { teamId, opportunityId, checkId }: Check): Promise<void> {
    const nothing = { vendor: null, step: null, reason: null, detail: null, attempt: null, nextTryAt: null };
    const line = { ...nothing, teamId, opportunityId, checkId, at: new Date().toISOString(), id: randomUUID(), by: author.by };
    const statements = [
      auditSql(author, { action: 'report-opened', teamId, subject: checkId }),
      timelineSql([{ ...line, kind: 'command', outcome: 'report-opened', source: 'console' }]),
      changesSql(new Map([[teamId, { what: ['candidates'], opportunityIds: [opportunityId] }]])),
    ];
    await this.database.script(
      statements.map(({ sql }) => sql).join(';'),
      statements.flatMap(({ values }) => values),
    );
  }
}
