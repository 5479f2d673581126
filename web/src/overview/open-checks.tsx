import { Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { OverviewAnswer } from '../api/schema';
import classes from './overview.module.css';
import { Section } from './section';

/** What is under way, by the words of the tags; each line leads to its candidates. */
export function OpenChecks({ teamId, open }: { teamId: string; open: OverviewAnswer['open'] }) {
  const total = open.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...open.map(({ count }) => count));
  return (
    <Section
      title="Under way"
      aside={
        <Text size="sm" c="dimmed">
          {total === 1 ? '1 candidate' : `${total} candidates`}
        </Text>
      }
    >
      <ul className={classes.bars}>
        {open.map(({ label, statuses, count }) => (
          <li key={label}>
            <Link
              className={classes.bar}
              {...({ to: '/teams/$teamId/candidates', params: { teamId }, search: { status: statuses.join(',') } } as LinkProps)}
            >
              <span className={classes.barLabel}>{label}</span>
              <span className={classes.barTrack} aria-hidden>
                <span className={classes.barFill} style={{ width: `${(count / most) * 100}%` }} />
              </span>
              <span className={classes.barCount}>{count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
