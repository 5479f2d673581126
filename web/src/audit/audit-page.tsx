import { Card, Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CsvButton } from '../parts/csv-button';
import { NothingMatches } from '../parts/filters';
import { Blank, NoPermission } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { ShowMore } from '../parts/show-more';
import { useMayManagePeople } from '../people/people.queries';
import { AuditFilters } from './audit-filters';
import { AuditLine } from './audit-line';
import { auditCsvPath, type AuditSearch } from './audit-search.rules';
import { auditQuery } from './audit.queries';

/** Who changed what, when, from where, and what it was before. */
export function AuditPage() {
  const search = useSearch({ from: '/signed-in/audit' });
  const maySee = useMayManagePeople();
  return (
    <>
      <PageHeading
        title="Audit"
        says="Who did what, when and from where, and what was before. Secrets show by their endings only."
      >
        {maySee && <CsvButton href={auditCsvPath(search)} />}
      </PageHeading>
      {maySee ? <Lines search={search} /> : <NoPermission may="see the audit" />}
    </>
  );
}

function Lines({ search }: { search: AuditSearch }) {
  const navigate = useNavigate();
  const list = useInfiniteQuery(auditQuery(search));
  const lines = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const ask = (next: AuditSearch): void => void navigate({ to: '/audit', search: next, replace: true });
  return (
    <>
      <AuditFilters search={search} onChange={ask} />
      <Reading of={list} />
      {list.data && lines.length === 0 && <None isFiltered={Object.keys(search).length > 0} onClear={() => ask({})} />}
      {lines.length > 0 && (
        <div style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }} aria-busy={list.isPlaceholderData}>
          <Stack gap="sm" role="list" aria-label="Audit">
            {lines.map((line) => (
              <Card key={line.id} withBorder padding="sm" role="listitem">
                <AuditLine line={line} />
              </Card>
            ))}
          </Stack>
          <ShowMore list={list} mt="md" />
        </div>
      )}
    </>
  );
}

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!isFiltered)
    return (
      <Blank icon={<IconHistory />} title="Nothing was done yet">
        Every change of a team you administer shows here, with who made it.
      </Blank>
    );
  return (
    <NothingMatches title="Nothing matches" onClear={onClear}>
      Nothing of what was done fits the filters.
    </NothingMatches>
  );
}
