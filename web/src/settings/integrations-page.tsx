import '@mantine/core/styles/Accordion.css';
import { Accordion, Badge, Group, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconDots } from '@tabler/icons-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import type { TeamAnswer } from '../api/schema';
import { LoadingRows } from '../parts/notices';
import { Reading } from '../parts/reading';
import { Checklist } from '../teams/checklist';
import { checklistQuery, teamQuery } from '../teams/teams.queries';
import { firstStep, SETTINGS_STEPS, STEP_TITLES, stepOf, stepState, type SettingsStep } from './steps.rules';

/** What each step shows; it comes when the step is opened. */
const STEPS: Record<SettingsStep, ComponentType<{ team: TeamAnswer }>> = {
  'api-key': lazy(async () => ({ default: (await import('./api-key-step')).ApiKeyStep })),
  webhook: lazy(async () => ({ default: (await import('./webhook-step')).WebhookStep })),
  'trigger-stage': lazy(async () => ({ default: (await import('./trigger-stage-step')).TriggerStageStep })),
  packages: lazy(async () => ({ default: (await import('./packages-step')).PackagesStep })),
  certn: lazy(async () => ({ default: (await import('./certn-step')).CertnStep })),
  enable: lazy(async () => ({ default: (await import('./enable-step')).EnableStep })),
  'connection-tests': lazy(async () => ({ default: (await import('./connection-tests-step')).ConnectionTestsStep })),
  standing: lazy(async () => ({ default: (await import('./standing-step')).StandingStep })),
};

/** The Lever Integration of a team, step by step, as Certn's help article goes. */
export function IntegrationsPage() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/settings/integrations' });
  const { data: team } = useSuspenseQuery(teamQuery(teamId));
  const checklist = useQuery(checklistQuery(teamId));
  return (
    <Stack gap="lg" maw={860}>
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={2}>Lever Integration</Title>
          <Badge variant="light" tt="none" color={team.enabled ? 'pine' : 'gray'}>
            {team.enabled ? 'Enabled' : 'Not enabled'}
          </Badge>
        </Group>
        <Text c="dimmed" maw="65ch">
          A candidate who is moved into the trigger stage in Lever gets a background check at Certn, and one status tag in Lever
          that tells how it stands.
        </Text>
      </Stack>
      <Reading of={checklist} rows={8} />
      {checklist.data && <StepsAccordion team={team} begin={firstStep(checklist.data.items)} />}
      <Checklist teamId={teamId} />
    </Stack>
  );
}

function StepsAccordion({ team, begin }: { team: TeamAnswer; begin: SettingsStep }) {
  const { step } = useSearch({ from: '/signed-in/teams/$teamId/settings/integrations' });
  const navigate = useNavigate();
  const [beginning] = useState(begin);
  const [closed, setClosed] = useState(false);
  const open = closed ? null : (step ?? beginning);
  const [linkedTo] = useState(step);
  // Who follows a link to a step finds it before their eyes, however far down it stands.
  useEffect(() => {
    if (linkedTo) document.getElementById(`step-${linkedTo}`)?.scrollIntoView();
  }, [linkedTo]);
  const change = (value: string | null): void => {
    const next = stepOf(value);
    setClosed(next === undefined);
    if (next) void navigate({ to: '.', search: { step: next }, replace: true, resetScroll: false });
  };
  return (
    <Accordion variant="separated" order={3} value={open} onChange={change} keepMounted={false} transitionDuration={0}>
      {SETTINGS_STEPS.map((one) => {
        const Step = STEPS[one];
        return (
          <Accordion.Item key={one} value={one} id={`step-${one}`} style={{ scrollMarginTop: 72 }}>
            <StepControl teamId={team.id} step={one} />
            <Accordion.Panel>
              <Suspense fallback={<LoadingRows rows={3} />}>
                <Step team={team} />
              </Suspense>
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

const MARKS = {
  done: { icon: IconCheck, color: 'pine', says: ', done' },
  'to-do': { icon: IconCircleDashed, color: 'amber', says: ', to do' },
  none: { icon: IconDots, color: 'gray', says: '' },
} as const;

function StepControl({ teamId, step }: { teamId: string; step: SettingsStep }) {
  const { data } = useQuery(checklistQuery(teamId));
  const { icon: Icon, color, says } = MARKS[stepState(step, data?.items ?? [])];
  const mark = (
    <ThemeIcon size={24} radius="xl" variant="light" color={color}>
      <Icon size={16} aria-hidden />
    </ThemeIcon>
  );
  // The icon of an accordion is hidden from who listens: how a step stands is said with its title.
  return (
    <Accordion.Control icon={mark}>
      {STEP_TITLES[step]}
      <VisuallyHidden component="span">{says}</VisuallyHidden>
    </Accordion.Control>
  );
}
