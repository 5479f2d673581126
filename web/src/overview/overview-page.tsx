import '@mantine/core/styles/SegmentedControl.css';
import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Blank } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { useNow } from '../parts/when';
import { Checklist } from '../teams/checklist';
import { checklistQuery } from '../teams/teams.queries';
import { DaysChart } from './days-chart';
import { dayStarts } from './days.rules';
import { OpenChecks } from './open-checks';
import { overviewQuery } from './overview.queries';
import { Section } from './section';
import { TagTimesChart } from './tag-times-chart';
import { TodayTiles } from './today-tiles';

const MOST_DAYS = 14;
const SPANS = [
  { value: '7', label: '7 days' },
  { value: '14', label: '14 days' },
];

/** What happened today, what is under way, how long tags took. */
export function OverviewPage() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/' });
  const starts = dayStarts(useNow(), MOST_DAYS);
  const numbers = useQuery(overviewQuery(teamId, starts));
  const checklist = useQuery(checklistQuery(teamId));
  // What is to do stands above the numbers, and does not come after them: nothing moves.
  const data = checklist.isPending ? undefined : numbers.data;
  return (
    <>
      <PageHeading title="Overview" says="What happened today, and what is under way." />
      <Checklist teamId={teamId} />
      <Reading of={[numbers, checklist]} rows={8} />
      {data && !data.anyone && (
        <Blank icon={<IconChartBar />} title="Nothing has happened yet">
          As soon as somebody is moved into the trigger stage in Lever, it is counted here. The integration has to be enabled for
          that.
        </Blank>
      )}
      {data?.anyone && (
        <Stack gap="lg">
          <TodayTiles teamId={teamId} today={data.today} />
          <OpenChecks teamId={teamId} open={data.open} />
          <LastDays days={data.days} />
        </Stack>
      )}
    </>
  );
}

type Days = Parameters<typeof DaysChart>[0]['days'];

function LastDays({ days }: { days: Days }) {
  const [span, setSpan] = useState('14');
  const shown = days.slice(-Number(span));
  return (
    <Section
      title="The last days"
      aside={<SegmentedControl size="xs" value={span} onChange={setSpan} data={SPANS} aria-label="How many days" />}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <DaysChart days={shown} />
        <TagTimesChart days={shown} />
      </SimpleGrid>
    </Section>
  );
}
