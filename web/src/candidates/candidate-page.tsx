import '@mantine/core/styles/Grid.css';
import { Alert, Button, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconClockPlay, IconExternalLink, IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import type { CandidateDetailAnswer } from '../api/schema';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { LinkAnchor } from '../parts/router-link';
import { StatusTag } from '../parts/status-tag';
import { useNow, When } from '../parts/when';
import { isNotFound } from '../api/client';
import { CandidateActions } from './candidate-actions';
import { CandidateTimeline } from './candidate-timeline';
import { candidateQuery } from './candidates.queries';
import { CheckCard } from './check-card';

/** What happened to a candidate and why, and what can be done. */
export function CandidatePage() {
  const { teamId, opportunityId } = useParams({ from: '/signed-in/teams/$teamId/candidates/$opportunityId' });
  const read = useQuery(candidateQuery(teamId, opportunityId));
  const { data: candidate, error } = read;
  const search = useLocation({ select: ({ state }) => state.candidateList ?? {} });
  return (
    <>
      <LinkAnchor to="/teams/$teamId/candidates" params={{ teamId }} search={search} size="sm" mb="xs" display="inline-block">
        <Group gap={4}>
          <IconArrowLeft size={14} aria-hidden /> Candidates
        </Group>
      </LinkAnchor>
      {isNotFound(error) ? (
        <PageHeading title="Candidate not found" says="This team knows no candidate by this id, or it is no longer kept." />
      ) : (
        <>
          {!candidate && <PageHeading title="Candidate" />}
          <Reading of={read} />
        </>
      )}
      {candidate && <Candidate teamId={teamId} candidate={candidate} />}
    </>
  );
}

function Candidate({ teamId, candidate }: { teamId: string; candidate: CandidateDetailAnswer }) {
  const { name, email, leverUrl, reportUrl, label, reasonLabel, cure, checks, timeline } = candidate;
  return (
    <>
      <PageHeading title={name ?? 'Name not known'} says={email ?? undefined}>
        {reportUrl && (
          <Button
            component="a"
            href={reportUrl}
            target="_blank"
            rel="noopener"
            leftSection={<IconFileText size={16} aria-hidden />}
          >
            Open report
          </Button>
        )}
        {leverUrl && (
          <Button
            component="a"
            href={leverUrl}
            target="_blank"
            rel="noopener noreferrer"
            variant="default"
            leftSection={<IconExternalLink size={16} aria-hidden />}
          >
            Open in Lever
          </Button>
        )}
      </PageHeading>
      <Group gap="sm" mb="md">
        <StatusTag tag={label} />
        <Text size="sm" c="dimmed">
          {candidate.packageName ? `${candidate.packageName} · ` : ''}moved <When at={candidate.movedAt} /> · last change{' '}
          <When at={candidate.changedAt} />
        </Text>
      </Group>
      {cure && (
        <Alert color="amber" icon={<IconAlertTriangle />} title={reasonLabel ?? label} mb="md">
          {cure}
        </Alert>
      )}
      <NextTry candidate={candidate} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }} order={{ base: 1, md: 2 }}>
          <Stack gap="lg">
            <CandidateActions teamId={teamId} candidate={candidate} />
            <section aria-labelledby="checks">
              <Title order={2} id="checks" mb="sm">
                Checks
              </Title>
              <Stack gap="sm">
                {checks.length === 0 && <Text c="dimmed">No check was asked for.</Text>}
                {checks.map((check) => (
                  <CheckCard key={check.checkId} check={check} />
                ))}
              </Stack>
            </section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }} order={{ base: 2, md: 1 }}>
          <section aria-labelledby="timeline">
            <Title order={2} id="timeline" mb="sm">
              What happened
            </Title>
            <CandidateTimeline lines={timeline} />
          </section>
        </Grid.Col>
      </Grid>
    </>
  );
}

const STEPS: Record<string, string> = {
  look: 'Reading the candidate in Lever',
  order: 'Ordering the check at Certn',
  lookup: 'Looking for the case at Certn',
  read: 'Reading the case at Certn',
  tag: 'Writing the tag in Lever',
  link: 'Adding the link in Lever',
};

function NextTry({ candidate: { nextTry } }: { candidate: CandidateDetailAnswer }) {
  const now = useNow();
  if (!nextTry) return null;
  const isDue = Date.parse(nextTry.at) <= now;
  return (
    <Alert
      color="blue"
      icon={<IconClockPlay />}
      mb="md"
      title={
        isDue ? (
          'The next try is due now'
        ) : (
          <>
            Next try <When at={nextTry.at} />
          </>
        )
      }
    >
      {STEPS[nextTry.step ?? ''] ?? 'The step'} is tried again by itself. {nextTry.cure}
    </Alert>
  );
}
