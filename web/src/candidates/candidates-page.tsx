import { Group, Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { HeldList } from '../live/held-list';
import { CsvButton } from '../parts/csv-button';
import { NothingMatches } from '../parts/filters';
import { Blank } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { LinkButton } from '../parts/router-link';
import { ShowMore } from '../parts/show-more';
import { CandidateFilters } from './candidate-filters';
import { csvPath, isFiltered, onlyOrder, type CandidateSearch } from './candidate-search.rules';
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
        <CsvButton href={csvPath(teamId, search)} />
      </PageHeading>
      <CandidateFilters teamId={teamId} search={search} onChange={ask} />
      <Reading of={list} />
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
            <ShowMore list={list} />
          </Group>
        </div>
      )}
    </>
  );
}

function Nobody({ teamId, search, onClear }: { teamId: string; search: CandidateSearch; onClear: () => void }) {
  if (isFiltered(search))
    return (
      <NothingMatches title="Nobody matches" onClear={onClear}>
        No candidate of this team fits the filters. A search finds whole words of a name, a whole e-mail address, or the id of an
        opportunity in Lever.
      </NothingMatches>
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
