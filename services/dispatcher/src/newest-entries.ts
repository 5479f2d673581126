import type { Database } from '@lever-certn/database/database';
import type { OutboxEntry } from '@lever-certn/database/outbox';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import { statusEvent } from './check-event.rules';
import { CHECK_COLUMNS, checkRowOf, type CheckCells } from './check-row';
import { erasedEntry, statusEntry } from './status-entry';

/** What the compacted topic should hold of each of these checks last, by their rows now. */
export async function newestEntries(
  database: Database,
  settings: Pick<SettingsView, 'team'>,
  checkIds: string[],
): Promise<OutboxEntry[]> {
  const rows = await database.query<CheckCells>(
    `SELECT status_at, ${CHECK_COLUMNS} FROM checks WHERE check_id IN (?) AND version > 0`,
    [checkIds],
  );
  return rows.flatMap((cells): OutboxEntry[] => {
    const row = checkRowOf(cells);
    if (row.state === 'erased') return [erasedEntry(row)];
    const event = statusEvent(row, fromSqlTime(String(cells.status_at)), settings.team(row.teamId)?.shareResults ?? false);
    return event ? [statusEntry(event, row.traceparent)] : [];
  });
}
