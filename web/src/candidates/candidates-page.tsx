import { Button, Group, Text } from '@mantine/core';
import { IconDownload, IconListSearch, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { HeldList } from '../live/held-list';
import { Blank, LoadingRows, ProblemNotice } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { LinkButton } from '../parts/router-link';
import { CandidateFilters } from './candidate-filters';
import { csvPath, isFiltered, type CandidateSearch } from './candidate-search.rules';
import { CandidateTable } from './candidate-table';
import { candidatesQuery } from './candidates.queries';

const ROUTE = '/signed-in/teams/$teamId/candidates';

/** One row per opportunity, filtered and ordered as the address says. */
export function CandidatesPage() {
  const { teamId } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const list = useInfiniteQuery(candidatesQuery(teamId, search));
  const candidates = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const ask = (next: CandidateSearch): void =>
    void navigate({ to: '/teams/$teamId/candidates', params: { teamId }, search: next, replace: true });
  return (
    <>
      <PageHeading title="Candidates" says="Everyone who was moved into the trigger stage, and what became of the check.">
        <Button
          component="a"
          href={csvPath(teamId, search)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download CSV
        </Button>
      </PageHeading>
      <CandidateFilters teamId={teamId} search={search} onChange={ask} />
      <ProblemNotice error={list.error} again={() => void list.refetch()} />
      {list.isPending && <LoadingRows />}
      {list.data && candidates.length === 0 && <Nobody teamId={teamId} search={search} onClear={() => ask(onlyOrder(search))} />}
      {candidates.length > 0 && (
        <div style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }} aria-busy={list.isPlaceholderData}>
          <HeldList
            rows={candidates}
            keyOf={({ opportunityId }) => opportunityId}
            listKey={list.isPlaceholderData ? 'the one before' : JSON.stringify(search)}
          >
            {(rows) => (
              <CandidateTable teamId={teamId} candidates={rows} search={search} onSort={(sort) => ask({ ...search, sort })} />
            )}
          </HeldList>
          <Group mt="md" justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {candidates.length} shown{list.hasNextPage ? '' : ', all of them'}
            </Text>
            {list.hasNextPage && (
              <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Show more
              </Button>
            )}
          </Group>
        </div>
      )}
    </>
  );
}

function Nobody({ teamId, search, onClear }: { teamId: string; search: CandidateSearch; onClear: () => void }) {
  if (isFiltered(search))
    return (
      <Blank
        icon={<IconSearchOff />}
        title="Nobody matches"
        action={
          <Button variant="light" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        No candidate of this team fits the filters. A search finds whole words of a name, a whole e-mail address, or the id of an
        opportunity in Lever.
      </Blank>
    );
  return (
    <Blank
      icon={<IconListSearch />}
      title="No candidates yet"
      action={
        <LinkButton variant="light" to="/teams/$teamId/deliveries" params={{ teamId }}>
          See what webhooks came
        </LinkButton>
      }
    >
      As soon as somebody is moved into the trigger stage in Lever, the candidate shows here.
    </Blank>
  );
}

function onlyOrder({ sort }: CandidateSearch): CandidateSearch {
  return sort ? { sort } : {};
}
