import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { StageRequest, TeamAnswer } from '../api/schema';
import { LoadingRows, ProblemNotice } from '../parts/notices';
import { stagesQuery, useTeamChange } from './settings.queries';

/** The stage whose entry starts a check: chosen from Lever's live list, or typed by its name. */
export function TriggerStageStep({ team }: { team: TeamAnswer }) {
  const { lever } = team;
  const [typing, setTyping] = useState(false);
  const save = useTeamChange(team.id, (triggerStage: StageRequest) =>
    answer(api.PUT('/api/teams/{teamId}/lever', { params: { path: { teamId: team.id } }, body: { triggerStage } })),
  );
  if (!lever.apiKey) return <Text size="sm">Save the Api Key first; then the stages of Lever are listed here.</Text>;
  const vanished = lever.lastTest?.triggerStage?.state === 'vanished';
  return (
    <Stack gap="md">
      {lever.triggerStage ? (
        <Text size="sm">
          Checks start when a candidate is moved into <b>{lever.triggerStage.name}</b>.
        </Text>
      ) : (
        <Text size="sm">Choose the stage in Lever whose entry starts a check.</Text>
      )}
      {vanished && (
        <Alert color="red" role="status" title="This stage is no longer in Lever">
          No move starts a check until another stage is chosen.
        </Alert>
      )}
      <ProblemNotice error={save.error} />
      {typing ? (
        <StageByName pending={save.isPending} save={(name) => save.mutate({ name })} />
      ) : (
        <StageFromList team={team} pending={save.isPending} save={(id) => save.mutate({ id })} />
      )}
      <Button variant="subtle" size="compact-sm" style={{ alignSelf: 'flex-start' }} onClick={() => setTyping(!typing)}>
        {typing ? 'Choose from the list instead' : 'Type its name instead'}
      </Button>
      {team.enabled && (
        <Text size="sm" c="dimmed" maw="65ch">
          With another stage, checks start for those who are moved into it from now on. Who stands there already can be ordered
          for under “Already in the stage”.
        </Text>
      )}
    </Stack>
  );
}

function StageFromList({ team, pending, save }: { team: TeamAnswer; pending: boolean; save: (id: string) => void }) {
  const { data, error, isPending, refetch } = useQuery(stagesQuery(team.id, team.lever.account));
  const [chosen, setChosen] = useState<string | null>(null);
  if (error) return <ProblemNotice error={error} again={() => void refetch()} />;
  if (isPending) return <LoadingRows rows={1} />;
  const saved = team.lever.triggerStage?.id ?? null;
  const options = data.items.map(({ id, name }) => ({ value: id, label: name || id }));
  const value = chosen ?? (options.some((option) => option.value === saved) ? saved : null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== null) save(value);
      }}
    >
      <Group align="flex-end" gap="xs">
        <Select
          label="Trigger stage"
          description="Read from Lever now. Type to search."
          placeholder="Choose a stage"
          data={options}
          value={value}
          onChange={setChosen}
          searchable
          // With one of them alone, Mantine forgets the marked option of who types at once as the list opens, and Enter does nothing.
          selectFirstOptionOnChange
          selectFirstOptionOnDropdownOpen
          nothingFoundMessage="No stage of this name"
          style={{ flex: '1 1 16rem' }}
        />
        <Button type="submit" loading={pending} disabled={value === null || value === saved}>
          Save trigger stage
        </Button>
      </Group>
    </form>
  );
}

function StageByName({ pending, save }: { pending: boolean; save: (name: string) => void }) {
  const [name, setName] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(name);
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Name of the trigger stage"
          description="As it is spelled in Lever; case and space around it do not count."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          style={{ flex: '1 1 16rem' }}
        />
        <Button type="submit" loading={pending} disabled={name.trim() === ''}>
          Save trigger stage
        </Button>
      </Group>
    </form>
  );
}
