import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { NewTokenAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { useSession } from '../session/session.queries';

const DAY_MS = 86_400_000;
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
];

interface NewTokenDialogProps {
  opened: boolean;
  onClose: () => void;
  onMade: (token: NewTokenAnswer) => void;
}

/** Makes an API token. */
export function NewTokenDialog(props: NewTokenDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="New API token">
      {props.opened && <NewTokenForm {...props} />}
    </Modal>
  );
}

function NewTokenForm({ onClose, onMade }: NewTokenDialogProps) {
  const { teams } = useSession();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: '', teamId: teams.length === 1 ? teams[0]!.id : '', role: 'viewer', days: '90' },
    validate: {
      name: (value) => (value.trim() ? null : 'Say what it is for.'),
      teamId: (value) => (value ? null : 'Choose a team.'),
    },
  });
  const isAdmin = teams.find(({ id }) => id === form.values.teamId)?.role === 'admin';
  const make = useMutation({
    mutationFn: ({ name, teamId, role, days }: typeof form.values) =>
      answer(
        api.POST('/api/tokens', {
          body: {
            ...{ name: name.trim(), teamId },
            role: isAdmin && role === 'admin' ? 'admin' : 'viewer',
            expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
          },
        }),
      ),
    onSuccess: async (token) => {
      onMade(token);
      await queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
      <Stack>
        <ProblemNotice error={make.error} />
        <TextInput label="What it is for" placeholder="Nightly export" data-autofocus {...form.getInputProps('name')} />
        <Select
          label="Team"
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          allowDeselect={false}
          {...form.getInputProps('teamId')}
        />
        <Select
          label="Role"
          description={isAdmin ? undefined : 'You are a viewer there, and so is the token.'}
          data={[
            { value: 'viewer', label: 'Viewer: reads candidates' },
            { value: 'admin', label: 'Admin: also changes settings and orders', disabled: !isAdmin },
          ]}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Select label="Ends after" data={LIVES} allowDeselect={false} {...form.getInputProps('days')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Make token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
