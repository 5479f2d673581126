import { Button, Card, Group, Radio, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { TeamAnswer, TeamChangeRequest } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { ProblemNotice } from '../parts/notices';
import { useSession } from '../session/session.queries';
import { teamKey, teamQuery } from '../teams/teams.queries';
import { useTeamChange } from './settings.queries';

/** The team itself: its name, its tags, what it shares; and its end. */
export function GeneralPage() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/settings/' });
  const { data: team } = useSuspenseQuery(teamQuery(teamId));
  const { user } = useSession();
  return (
    <Stack gap="xl" maw={720}>
      <GeneralForm key={team.version} team={team} />
      {user.owner && <DeleteTeam team={team} />}
    </Stack>
  );
}

function GeneralForm({ team }: { team: TeamAnswer }) {
  const [name, setName] = useState(team.name);
  const [tagProfile, setTagProfile] = useState<string>(team.tagProfile);
  const [shareResults, setShareResults] = useState(team.shareResults);
  const save = useTeamChange(
    team.id,
    (body: TeamChangeRequest) => answer(api.PATCH('/api/teams/{teamId}', { params: { path: { teamId: team.id } }, body })),
    () => notifications.show({ message: 'Saved' }),
  );
  const isSame = name.trim() === team.name && tagProfile === team.tagProfile && shareResults === team.shareResults;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ name, tagProfile: tagProfile as TeamAnswer['tagProfile'], shareResults });
      }}
    >
      <Stack gap="lg">
        <ProblemNotice error={save.error} />
        <TextInput
          label="Name of the team"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          autoComplete="off"
          required
        />
        <Radio.Group
          label="Status tags in Lever"
          description="Exactly one of them stands on a candidate while a check runs. A change is carried to the candidates whose checks are open."
          value={tagProfile}
          onChange={setTagProfile}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="classic" label="Classic" description="CERTN - Pending, Analyzing, Partial, Complete" />
            <Radio
              value="current"
              label="Certn's current set"
              description="CERTN - Submitted, Applicant Started, In Progress, Complete"
            />
          </Stack>
        </Radio.Group>
        <Switch
          checked={shareResults}
          onChange={(event) => setShareResults(event.currentTarget.checked)}
          label="Share results"
          description="Whether a result (clear, or to be reviewed) is told to other systems, and with Certn's current set shown in the tag."
        />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={isSame || name.trim() === ''}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function DeleteTeam({ team }: { team: TeamAnswer }) {
  const [opened, { open, close }] = useDisclosure();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/teams/{teamId}', { params: { path: { teamId: team.id } } })),
    onSuccess: async () => {
      await navigate({ to: '/teams' });
      queries.removeQueries({ queryKey: teamKey(team.id) });
      await queries.invalidateQueries();
    },
  });
  return (
    <Card withBorder>
      <Stack gap="sm" align="flex-start">
        <Title order={2}>Delete the team</Title>
        <Text size="sm" c="dimmed">
          Its connections, packages, roles and API tokens go with it, and so does what the console shows of its candidates. What
          stands in Lever and in Certn stays. A team with open checks can not be deleted.
        </Text>
        <Button color="red" variant="light" onClick={open}>
          Delete this team
        </Button>
      </Stack>
      <ConfirmByName
        opened={opened}
        onClose={close}
        title={`Delete ${team.name}?`}
        name={team.name}
        act="Delete the team"
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
      >
        This can not be undone.
      </ConfirmByName>
    </Card>
  );
}
