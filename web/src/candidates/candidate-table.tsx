import { Anchor, Card, Group, Select, Stack, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconExternalLink, IconFileText } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import type { CandidateAnswer } from '../api/schema';
import { LinkAnchor } from '../parts/router-link';
import { StatusTag } from '../parts/status-tag';
import { When } from '../parts/when';
import { DEFAULT_SORT, nextSort, type CandidateSearch, type CandidateSort } from './candidate-search.rules';

interface CandidateTableProps {
  teamId: string;
  candidates: CandidateAnswer[];
  search: CandidateSearch;
  onSort: (sort: CandidateSort) => void;
}

/** Candidates as a table; on a narrow screen as cards. */
export function CandidateTable(props: CandidateTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return isNarrow ? <CandidateCards {...props} /> : <WideTable {...props} />;
}

function WideTable({ teamId, candidates, search, onSort }: CandidateTableProps) {
  const open = useOpen(teamId);
  const heading = { search, onSort };
  return (
    <Table.ScrollContainer minWidth={760} type="native">
      <Table highlightOnHover aria-label="Candidates">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <SortableHeading {...heading} column="status" label="Status" />
            <Table.Th>Package</Table.Th>
            <SortableHeading {...heading} column="movedAt" label="Moved" />
            <SortableHeading {...heading} column="changedAt" label="Last change" />
            <Table.Th>
              <VisuallyHidden>Links</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {candidates.map((candidate) => (
            <Table.Tr
              key={candidate.opportunityId}
              data-opportunity={candidate.opportunityId}
              onClick={(event) => open(event, candidate.opportunityId, search)}
              style={{ cursor: 'pointer' }}
            >
              <Table.Td>
                <NameLink teamId={teamId} candidate={candidate} search={search} />
                {candidate.email && (
                  <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {candidate.email}
                  </Text>
                )}
              </Table.Td>
              <Table.Td miw={270}>
                <Status candidate={candidate} />
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'break-word' }}>{candidate.packageName ?? '—'}</Table.Td>
              <Table.Td>
                <When at={candidate.movedAt} />
              </Table.Td>
              <Table.Td>
                <When at={candidate.changedAt} />
              </Table.Td>
              <Table.Td>
                <Links candidate={candidate} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function SortableHeading(props: {
  column: 'movedAt' | 'changedAt' | 'status';
  label: string;
  search: CandidateSearch;
  onSort: (sort: CandidateSort) => void;
}) {
  const sort = props.search.sort ?? DEFAULT_SORT;
  const direction = sort === props.column ? 'ascending' : sort === `-${props.column}` ? 'descending' : 'none';
  const Icon = direction === 'ascending' ? IconArrowUp : direction === 'descending' ? IconArrowDown : IconArrowsSort;
  return (
    <Table.Th aria-sort={direction}>
      <UnstyledButton onClick={() => props.onSort(nextSort(sort, props.column))} fw={700} fz="sm">
        <Group gap={4} wrap="nowrap" style={{ whiteSpace: 'nowrap' }}>
          {props.label}
          <Icon size={14} aria-hidden opacity={direction === 'none' ? 0.5 : 1} />
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

const ORDERS: { value: CandidateSort; label: string }[] = [
  { value: '-movedAt', label: 'Moved last first' },
  { value: 'movedAt', label: 'Moved first first' },
  { value: '-changedAt', label: 'Changed last first' },
  { value: 'changedAt', label: 'Changed first first' },
  { value: 'status', label: 'By status' },
];

function CandidateCards({ teamId, candidates, search, onSort }: CandidateTableProps) {
  const open = useOpen(teamId);
  return (
    <Stack gap="sm">
      <Select
        label="Order"
        data={ORDERS}
        value={search.sort ?? DEFAULT_SORT}
        onChange={(value) => value && onSort(value)}
        allowDeselect={false}
      />
      <Stack gap="sm" role="list" aria-label="Candidates">
        {candidates.map((candidate) => (
          <Card
            key={candidate.opportunityId}
            withBorder
            padding="sm"
            role="listitem"
            data-opportunity={candidate.opportunityId}
            onClick={(event) => open(event, candidate.opportunityId, search)}
          >
            <Stack gap={6}>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <NameLink teamId={teamId} candidate={candidate} search={search} />
                <Links candidate={candidate} />
              </Group>
              <Status candidate={candidate} />
              <Text size="sm" c="dimmed">
                {candidate.packageName ? `${candidate.packageName} · ` : ''}moved <When at={candidate.movedAt} />
              </Text>
            </Stack>
          </Card>
        ))}
      </Stack>
    </Stack>
  );
}

function NameLink({ teamId, candidate, search }: { teamId: string; candidate: CandidateAnswer; search: CandidateSearch }) {
  return (
    <LinkAnchor
      to="/teams/$teamId/candidates/$opportunityId"
      params={{ teamId, opportunityId: candidate.opportunityId }}
      state={(known) => ({ ...known, candidateList: search })}
      fw={600}
      size="sm"
      style={{ overflowWrap: 'anywhere' }}
    >
      {candidate.name ?? 'Name not known'}
    </LinkAnchor>
  );
}

function Status({ candidate }: { candidate: CandidateAnswer }) {
  return (
    <Stack gap={4} align="flex-start">
      <StatusTag tag={candidate.label} />
      {candidate.reasonLabel && (
        <Text size="xs" c="dimmed">
          {candidate.reasonLabel}
        </Text>
      )}
    </Stack>
  );
}

function Links({ candidate: { name, leverUrl, reportUrl } }: { candidate: CandidateAnswer }) {
  const who = name ?? 'this candidate';
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {reportUrl && (
        <Anchor href={reportUrl} target="_blank" rel="noopener" aria-label={`Report of ${who}, in a new tab`} title="Report">
          <IconFileText size={18} aria-hidden />
        </Anchor>
      )}
      {leverUrl && (
        <Anchor
          href={leverUrl}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${who} in Lever, in a new tab`}
          title="Lever"
        >
          <IconExternalLink size={18} aria-hidden />
        </Anchor>
      )}
    </Group>
  );
}

/** A click anywhere on a row opens it; not one on a link in it, nor one that ends a selection of text. */
function useOpen(teamId: string): (event: MouseEvent, opportunityId: string, search: CandidateSearch) => void {
  const navigate = useNavigate();
  return (event, opportunityId, search) => {
    const isOnLink = event.target instanceof Element && event.target.closest('a, button, time') !== null;
    if (isOnLink || window.getSelection()?.isCollapsed === false) return;
    void navigate({
      to: '/teams/$teamId/candidates/$opportunityId',
      params: { teamId, opportunityId },
      state: (known) => ({ ...known, candidateList: search }),
    });
  };
}
