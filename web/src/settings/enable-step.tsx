import { Alert, Button, Group, List, Modal, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { answer, api, ApiProblem } from '../api/client';
import type { TeamAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { When } from '../parts/when';
import { useTeamChange } from './settings.queries';
import { checksOf } from './standing-choice.rules';

/** The switch, and what is missing before it can be used. */
export function EnableStep({ team }: { team: TeamAnswer }) {
  const params = { path: { teamId: team.id } };
  const [asked, setAsked] = useState<ApiProblem>();
  const change = useTeamChange(
    team.id,
    ({ on, includeSince }: Switched) =>
      on
        ? answer(api.POST('/api/teams/{teamId}/enable', { params, body: includeSince ? { includeSince } : {} }))
        : answer(api.POST('/api/teams/{teamId}/disable', { params })),
    () => setAsked(undefined),
  );
  const error = isMovedMeanwhile(change.error) ? null : change.error;
  const turn = (how: Switched): void =>
    change.mutate(how, { onError: (problem) => isMovedMeanwhile(problem) && setAsked(problem) });
  const blocked = !team.enabled && team.missing.length > 0;
  return (
    <Stack gap="md">
      <Switch
        size="md"
        label="Enable Integration"
        description={
          team.enabled
            ? 'Moves into the trigger stage start checks. Checks under way go on when it is switched off; switched on again, you are asked about those who moved meanwhile.'
            : 'From then on, moves into the trigger stage start checks. Nobody is ordered for who stands there already.'
        }
        checked={team.enabled}
        disabled={blocked || change.isPending}
        onChange={(event) => turn({ on: event.currentTarget.checked })}
      />
      {team.enabled && team.activeSince && (
        <Text size="sm" c="dimmed">
          Active since <When at={team.activeSince} exact />
        </Text>
      )}
      {blocked && (
        <Alert color="amber" role="status" title="Still missing">
          <List size="sm" spacing={4}>
            {team.missing.map(({ part, cure }) => (
              <List.Item key={part}>{cure}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {!asked && <ProblemNotice error={error} />}
      {asked && (
        <MovedMeanwhile
          problem={asked}
          error={error}
          pending={change.isPending}
          close={() => setAsked(undefined)}
          enable={(includeSince) => turn({ on: true, includeSince })}
        />
      )}
    </Stack>
  );
}

interface Switched {
  on: boolean;
  includeSince?: string;
}

function isMovedMeanwhile(error: Error | null): error is ApiProblem {
  return error instanceof ApiProblem && error.kind === 'moved-meanwhile';
}

interface MovedProps {
  /** Who moved, and since when. */
  problem: ApiProblem;
  /** Why the choice could not be carried out. */
  error: Error | null;
  pending: boolean;
  close: () => void;
  enable: (includeSince: string) => void;
}

/** After a pause: whether those who moved meanwhile get their checks. The number is said before anything is ordered. */
function MovedMeanwhile({ problem, error, pending, close, enable }: MovedProps) {
  const more = problem.more as { movedMeanwhile?: number; atLeast?: boolean; pausedSince?: string; now?: string };
  const { movedMeanwhile: count = 0, atLeast: isMore = false, pausedSince, now } = more;
  return (
    <Modal opened onClose={close} title="Candidates moved while it was off" size="lg">
      <Stack>
        <ProblemNotice error={error} />
        <Text size="sm">
          {isMore ? `At least ${count} candidates were` : count === 1 ? 'One candidate was' : `${count} candidates were`} moved
          into the trigger stage since the integration was switched off
          {pausedSince && (
            <>
              {' '}
              (<When at={pausedSince} />)
            </>
          )}
          .
        </Text>
        <Text size="sm">
          {isMore
            ? 'Those are too many to start their checks with the switch: leave them out, and order for them under “Already in the stage”.'
            : `If you start their checks, each of them gets an invitation by e-mail from Certn, and Certn charges for each check. Who is left out can be ordered for under “Already in the stage”.`}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button variant={isMore ? 'filled' : 'light'} disabled={pending} onClick={() => now && enable(now)}>
            Enable without them
          </Button>
          {!isMore && (
            <Button disabled={pending} onClick={() => pausedSince && enable(pausedSince)}>
              Enable and start {checksOf(count)}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
