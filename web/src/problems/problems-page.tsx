import { Card, Group, Stack, Text } from '@mantine/core';
import { IconMoodHappy } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ProblemAnswer } from '../api/schema';
import { Blank } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { LinkAnchor } from '../parts/router-link';
import { ShowMore } from '../parts/show-more';
import { StatusTag } from '../parts/status-tag';
import { When } from '../parts/when';
import { CureLink } from './cure-link';
import { problemsQuery } from './problems.queries';

/** Everything that waits for a person, each with its cure. What is solved leaves by itself. */
export function ProblemsPage() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/problems' });
  const list = useInfiniteQuery(problemsQuery(teamId));
  const problems = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeading
        title="Problems"
        says="What waits for a person. Nothing has to be ticked off: what is solved leaves by itself."
      />
      <Reading of={list} />
      {list.data && problems.length === 0 && (
        <Blank icon={<IconMoodHappy />} title="Nothing waits for you">
          As soon as something needs a person, it stands here with what to do.
        </Blank>
      )}
      <Stack gap="sm" role="list" aria-label="Problems">
        {problems.map((problem) => (
          <ProblemCard key={keyOf(problem)} teamId={teamId} problem={problem} />
        ))}
      </Stack>
      <ShowMore list={list} mt="md" />
    </>
  );
}

function ProblemCard({ teamId, problem }: { teamId: string; problem: ProblemAnswer }) {
  const { title, cure, since, name, opportunityId, detail, kind } = problem;
  const isOfCandidate = kind === 'candidate' || kind === 'waiting';
  return (
    <Card withBorder padding="md" role="listitem">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} style={{ flex: '1 1 18rem', minWidth: 0 }}>
          <Text fw={600}>{title}</Text>
          <Group gap="xs">
            {opportunityId && (
              <LinkAnchor
                to="/teams/$teamId/candidates/$opportunityId"
                params={{ teamId, opportunityId }}
                size="sm"
                style={{ overflowWrap: 'anywhere' }}
              >
                {name ?? opportunityId}
              </LinkAnchor>
            )}
            {isOfCandidate && detail && <StatusTag tag={detail} />}
            {since && (
              <Text size="sm" c="dimmed">
                since <When at={since} />
              </Text>
            )}
          </Group>
          <Text size="sm">{cure}</Text>
          {!isOfCandidate && detail && (
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {kind === 'dead-letters' ? `How many: ${detail}` : detail}
            </Text>
          )}
        </Stack>
        <CureLink teamId={teamId} problem={problem} />
      </Group>
    </Card>
  );
}

function keyOf({ kind, reason, opportunityId, checkId, vendor }: ProblemAnswer): string {
  return [kind, reason, opportunityId, checkId, vendor].join(' ');
}
