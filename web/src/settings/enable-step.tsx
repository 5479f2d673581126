import { Alert, Button, Group, List, Modal, Stack, Switch, Text } from '@mantine/core';
import { answer, api, ApiProblem } from '../api/client';
import type { TeamAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { When } from '../parts/when';
import { useTeamChange } from './settings.queries';

/** The switch, and what is missing before it can be used. */
export function EnableStep({ team }: { team: TeamAnswer }) {
  const params = { path: { teamId: team.id } };
  const change = useTeamChange(team.id, ({ on, includeSince }: { on: boolean; includeSince?: string }) =>
    on
      ? answer(api.POST('/api/teams/{teamId}/enable', { params, body: includeSince ? { includeSince } : {} }))
      : answer(api.POST('/api/teams/{teamId}/disable', { params })),
  );
  const moved = change.error instanceof ApiProblem && change.error.kind === 'moved-meanwhile' ? change.error : undefined;
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
        onChange={(event) => change.mutate({ on: event.currentTarget.checked })}
      />
      {team.enabled && team.activeSince && (
        <Text size="sm" c="dimmed">
          Active since <When at={team.activeSince} exact />
        </Text>
      )}
      {blocked && (
        <Alert color="yellow" role="status" title="Still missing">
          <List size="sm" spacing={4}>
            {team.missing.map(({ part, cure }) => (
              <List.Item key={part}>{cure}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {!moved && <ProblemNotice error={change.error} />}
      <MovedMeanwhile
        problem={moved}
        pending={change.isPending}
        close={() => change.reset()}
        enable={(includeSince) => change.mutate({ on: true, includeSince })}
      />
    </Stack>
  );
}

interface MovedProps {
  problem: ApiProblem | undefined;
  pending: boolean;
  close: () => void;
  enable: (includeSince: string) => void;
}

/** After a pause: whether those who moved meanwhile get their checks. */
function MovedMeanwhile({ problem, pending, close, enable }: MovedProps) {
  const more = (problem?.more ?? {}) as { movedMeanwhile?: number; atLeast?: boolean; pausedSince?: string; now?: string };
  const count = `${more.atLeast ? 'at least ' : ''}${more.movedMeanwhile ?? 0}`;
  return (
    <Modal opened={problem !== undefined} onClose={close} title="Candidates moved while it was off">
      <Stack>
        <Text size="sm">
          {count} moved into the trigger stage since the integration was switched off. Start their checks too, or leave them out?
          Who is left out can be ordered for one by one.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button variant="light" loading={pending} onClick={() => enable(more.now!)}>
            Leave them out
          </Button>
          <Button loading={pending} onClick={() => enable(more.pausedSince!)}>
            Start {count} checks
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
