import { Table, Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Blank, LoadingRows, ProblemNotice } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { StatusTag } from '../parts/status-tag';
import { When } from '../parts/when';
import { candidatesQuery } from './candidates.queries';

/** One row per opportunity. */
export function CandidatesPage() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/candidates' });
  const { data, error, isPending, refetch } = useInfiniteQuery(candidatesQuery(teamId));
  const candidates = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeading title="Candidates" says="Everyone who was moved into the trigger stage." />
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <LoadingRows />}
      {data && candidates.length === 0 && (
        <Blank icon={<IconListSearch />} title="No candidates yet">
          As soon as somebody is moved into the trigger stage in Lever, the candidate shows here.
        </Blank>
      )}
      {candidates.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Package</Table.Th>
                <Table.Th>Moved</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {candidates.map((candidate) => (
                <Table.Tr key={candidate.opportunityId}>
                  <Table.Td>{candidate.name ?? <Text c="dimmed">not known yet</Text>}</Table.Td>
                  <Table.Td>
                    <StatusTag tag={candidate.status} />
                  </Table.Td>
                  <Table.Td>{candidate.packageName}</Table.Td>
                  <Table.Td>
                    <When at={candidate.movedAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
