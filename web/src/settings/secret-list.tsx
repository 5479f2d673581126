import { Button, Group, List, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SecretAnswer, SecretRequest, TeamAnswer } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { ProblemNotice } from '../parts/notices';
import { SavedMark } from './saved-mark';
import { useTeamChange } from './settings.queries';

const MAX_SECRETS = 5;

interface SecretListProps {
  teamId: string;
  /** What one of them is called: `Webhook Signature`. */
  name: string;
  /** Where it is found. */
  description: string;
  secrets: SecretAnswer[];
  /** Saves all that are to be in force. */
  save: (secrets: SecretRequest[]) => Promise<TeamAnswer>;
}

/** Several secrets of one kind, each with when it was set; one can be added before another is removed, so that nothing is missed while it is replaced. */
export function SecretList({ teamId, name, description, secrets, save }: SecretListProps) {
  const [removing, setRemoving] = useState<SecretAnswer>();
  const kept = secrets.map(({ id }) => ({ id }));
  const remove = useTeamChange(teamId, save, () => setRemoving(undefined));
  return (
    <Stack gap="sm">
      {secrets.length > 0 && (
        <List listStyleType="none" spacing="xs" aria-label={`Saved: ${name}`}>
          {secrets.map((secret) => (
            <List.Item key={secret.id}>
              <Group gap="sm">
                <SavedMark mark={secret} />
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={`Remove the ${name}${secret.endsIn ? ` that ends in ${secret.endsIn}` : ''}`}
                  onClick={() => setRemoving(secret)}
                >
                  Remove
                </Button>
              </Group>
            </List.Item>
          ))}
        </List>
      )}
      {secrets.length < MAX_SECRETS ? (
        <AddSecret teamId={teamId} name={name} description={description} add={(value) => save([...kept, { value }])} />
      ) : (
        <Text size="sm" c="dimmed">
          {MAX_SECRETS} are saved, which is the most: remove one that is no longer used to add another.
        </Text>
      )}
      <ConfirmByName
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={`Remove this ${name}?`}
        name={removing?.endsIn ?? 'remove'}
        act="Remove"
        onConfirm={() => remove.mutate(kept.filter(({ id }) => id !== removing?.id))}
        pending={remove.isPending}
        error={remove.error}
      >
        Webhooks that are still signed with it will be refused.
      </ConfirmByName>
    </Stack>
  );
}

interface AddSecretProps {
  teamId: string;
  name: string;
  description: string;
  add: (value: string) => Promise<TeamAnswer>;
}

function AddSecret({ teamId, name, description, add }: AddSecretProps) {
  const [value, setValue] = useState('');
  const save = useTeamChange(teamId, add, () => setValue(''));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(value);
      }}
    >
      <ProblemNotice error={save.error} />
      <Group align="flex-end" gap="xs">
        <PasswordInput
          label={name}
          description={description}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="off"
          style={{ flex: '1 1 16rem' }}
        />
        <Button type="submit" loading={save.isPending} disabled={value.trim() === ''}>
          Add {name}
        </Button>
      </Group>
    </form>
  );
}
