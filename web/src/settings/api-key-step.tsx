import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { TeamAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { SavedMark } from './saved-mark';
import { useTeamChange } from './settings.queries';
import { TestResult } from './test-result';

/** The key with which Lever is read and written. */
export function ApiKeyStep({ team }: { team: TeamAnswer }) {
  const [apiKey, setApiKey] = useState('');
  const save = useTeamChange(
    team.id,
    () => answer(api.PUT('/api/teams/{teamId}/lever', { params: { path: { teamId: team.id } }, body: { apiKey } })),
    () => setApiKey(''),
  );
  const { lever } = team;
  return (
    <Stack gap="md">
      <Text size="sm" maw="65ch">
        In Lever, open <b>Settings → Integrations and API → API credentials</b> and generate a new key. Grant it: read and write
        opportunity info, read and write opportunity tags, write opportunity links, read stages. Allow confidential access only if
        confidential candidates are to be checked. A key&apos;s permissions can not be changed later.
      </Text>
      {lever.apiKey && <SavedMark mark={lever.apiKey} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <ProblemNotice error={save.error} />
        <Group align="flex-end" gap="xs">
          <PasswordInput
            label="Api Key"
            description="It is tested before it is saved, and never shown again."
            value={apiKey}
            onChange={(event) => setApiKey(event.currentTarget.value)}
            autoComplete="off"
            style={{ flex: '1 1 16rem' }}
          />
          <Button type="submit" loading={save.isPending} disabled={apiKey.trim() === ''}>
            {lever.apiKey ? 'Replace Api Key' : 'Save Api Key'}
          </Button>
        </Group>
      </form>
      {lever.lastTest && <TestResult vendor="Lever" result={lever.lastTest} />}
    </Stack>
  );
}
