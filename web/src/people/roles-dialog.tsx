import { Button, Group, Modal, ScrollArea, Select, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { UserAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { useSession } from '../session/session.queries';
import { useAdministered } from './people.queries';
import type { TeamRole } from './roles.rules';

const CHOICES = [
  { value: 'none', label: 'No role' },
  { value: 'viewer', label: 'Viewer: sees candidates and opens reports' },
  { value: 'admin', label: 'Admin: also sets up, orders and invites' },
];

interface RolesDialogProps {
  user: UserAnswer;
  opened: boolean;
  onClose: () => void;
}

/** What a person may do, team by team. */
export function RolesDialog(props: RolesDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Roles of ${props.user.name}`} size="lg">
      {props.opened && <Roles {...props} />}
    </Modal>
  );
}

function Roles({ user, onClose }: RolesDialogProps) {
  const { user: me } = useSession();
  const teams = useAdministered();
  const queries = useQueryClient();
  const [owner, setOwner] = useState(user.owner);
  const [roles, setRoles] = useState<Record<string, string>>(() =>
    Object.fromEntries(user.roles.map(({ teamId, role }) => [teamId, role])),
  );
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH('/api/users/{id}', {
          params: { path: { id: user.id } },
          body: {
            ...(owner !== user.owner ? { owner } : {}),
            roles: chosenRoles(roles),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['users'] }),
        ...(user.id === me.id ? [queries.invalidateQueries({ queryKey: ['session'] })] : []),
      ]);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack>
        <ProblemNotice error={save.error} />
        {me.owner && (
          <Switch
            checked={owner}
            onChange={({ currentTarget: { checked } }) => setOwner(checked)}
            label="Owner of this console"
            description="May do everything in every team, make teams and look after everyone."
          />
        )}
        {teams.length === 0 && <Text size="sm">There is no team yet. Make one first; then give roles in it.</Text>}
        <ScrollArea.Autosize mah="50vh" type="auto" offsetScrollbars>
          <Stack gap="sm">
            {teams.map(({ id, name }) => (
              <Select
                key={id}
                label={name}
                data={CHOICES}
                value={roles[id] ?? 'none'}
                onChange={(role) => setRoles((before) => ({ ...before, [id]: role ?? 'none' }))}
                allowDeselect={false}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save roles
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The roles that were chosen; teams of which none was are left out. */
function chosenRoles(roles: Readonly<Record<string, string>>): TeamRole[] {
  const chosen: TeamRole[] = [];
  for (const [teamId, role] of Object.entries(roles)) if (role === 'admin' || role === 'viewer') chosen.push({ teamId, role });
  return chosen;
}
