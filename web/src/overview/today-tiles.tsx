import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { OverviewAnswer } from '../api/schema';
import { problemCountQuery } from '../problems/problems.queries';
import classes from './overview.module.css';

interface Tile {
  label: string;
  says: string;
  count: number | undefined;
  statuses?: string;
  tone?: 'good' | 'bad';
}

/** Today's numbers, each leading to the candidates it counts, and what waits for a person. */
export function TodayTiles({ teamId, today }: { teamId: string; today: OverviewAnswer['today'] }) {
  const { data: problems } = useQuery(problemCountQuery(teamId));
  const tiles: Tile[] = [
    { label: 'Moved in', says: 'into the trigger stage', count: today.moved },
    { label: 'Ordered', says: 'at Certn', count: today.ordered, statuses: 'pending,analyzing,partial' },
    { label: 'Completed', says: 'all results are there', count: today.completed, statuses: 'complete', tone: 'good' },
    { label: 'Failed', says: 'ended in an error', count: today.failed, statuses: 'error,failed', tone: 'bad' },
    { label: 'Skipped', says: 'no check was owed', count: today.skipped, statuses: 'skipped' },
  ];
  return (
    <section aria-label="Today">
      <SimpleGrid cols={{ base: 2, xs: 3, lg: 6 }} spacing="sm">
        {tiles.map(({ statuses, ...tile }) => (
          <TileLink
            key={tile.label}
            {...tile}
            link={
              { to: '/teams/$teamId/candidates', params: { teamId }, search: statuses ? { status: statuses } : {} } as LinkProps
            }
          />
        ))}
        <TileLink
          label="Problems"
          says="wait for a person now"
          count={problems?.count}
          tone="bad"
          link={{ to: '/teams/$teamId/problems', params: { teamId } }}
        />
      </SimpleGrid>
    </section>
  );
}

function TileLink({ label, says, count, tone, link }: Omit<Tile, 'statuses'> & { link: LinkProps }) {
  return (
    <Link {...link} className={classes.tile} data-tone={count ? tone : undefined}>
      <Text component="span" size="sm" fw={600}>
        {label}
      </Text>
      <span className={classes.count}>{count ?? '…'}</span>
      <Text component="span" size="xs" c="dimmed">
        {says}
      </Text>
    </Link>
  );
}
