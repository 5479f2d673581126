import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { ProblemNotice } from '../parts/notices';
import { teamKey } from './teams.queries';

/** Makes a team, and leads to its settings. */
export function NewTeam() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        New team
      </Button>
      <Modal opened={opened} onClose={close} title="New team">
        {opened && <NewTeamForm close={close} />}
      </Modal>
    </>
  );
}

function NewTeamForm({ close }: { close: () => void }) {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () => answer(api.POST('/api/teams', { body: { name } })),
    onSuccess: async (team) => {
      queries.setQueryData(teamKey(team.id, 'settings'), team);
      await queries.invalidateQueries({ queryKey: ['teams'] });
      await navigate({ to: '/teams/$teamId/settings/integrations', params: { teamId: team.id } });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack>
        <ProblemNotice error={make.error} />
        <TextInput
          label="Name"
          description="As the people of this console know it, such as the name of a Certn team."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          autoComplete="off"
          required
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
            Make the team
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
