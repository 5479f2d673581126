import { Button, Card, Stack } from '@mantine/core';
import { IconDownload, IconHistory, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Blank, LoadingRows, NoPermission, ProblemNotice } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
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
        {maySee && (
          <Button
            component="a"
            href={auditCsvPath(search)}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Download CSV
          </Button>
        )}
      </PageHeading>
      {maySee ? <Lines search={search} /> : <NoPermission what="the audit" />}
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
      <ProblemNotice error={list.error} again={() => void list.refetch()} />
      {list.isPending && <LoadingRows />}
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
          {list.hasNextPage && (
            <Button mt="md" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show more
            </Button>
          )}
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
    <Blank
      icon={<IconSearchOff />}
      title="Nothing matches"
      action={
        <Button variant="light" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      Nothing of what was done fits the filters.
    </Blank>
  );
}
