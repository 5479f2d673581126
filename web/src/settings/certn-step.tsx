import { Button, Group, NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { CertnRequest, TeamAnswer } from '../api/schema';
import { CopyField } from '../parts/copy-field';
import { ProblemNotice } from '../parts/notices';
import { When } from '../parts/when';
import { SavedMark } from './saved-mark';
import { SecretList } from './secret-list';
import { useTeamChange } from './settings.queries';
import { TestResult } from './test-result';

const REGIONS = [
  { value: 'ca', label: 'Canada' },
  { value: 'uk', label: 'United Kingdom' },
  { value: 'au', label: 'Australia' },
  { value: 'sandbox', label: 'Sandbox' },
];
const KEY_LASTS_DAYS = 365;
const DAY_MS = 86_400_000;

/** The team's connection to Certn. */
export function CertnStep({ team }: { team: TeamAnswer }) {
  const { certn } = team;
  const params = { path: { teamId: team.id } };
  const saveCertn = (body: CertnRequest): Promise<TeamAnswer> => answer(api.PUT('/api/teams/{teamId}/certn', { params, body }));
  return (
    <Stack gap="md">
      <Text size="sm" maw="65ch">
        In Certn, open <b>Client Portal → Integrations</b> and make an API key. It ends after {KEY_LASTS_DAYS} days and works in
        its own region only.
      </Text>
      {certn.apiKey && (
        <Group gap="md">
          <SavedMark mark={certn.apiKey} />
          {certn.keyExpiresAt && (
            <Text size="sm">
              The key expires <When at={certn.keyExpiresAt} />
            </Text>
          )}
        </Group>
      )}
      <CertnForm key={`${certn.region} ${certn.keyExpiresAt}`} team={team} save={saveCertn} />
      {certn.lastTest && <TestResult vendor="Certn" result={certn.lastTest} />}
      <Text size="sm" maw="65ch">
        On the same page of Certn, add a webhook with this address for <b>Case status changed</b>, <b>Check status changed</b> and{' '}
        <b>Case report ready</b>. Certn calls it with a challenge, which is answered by itself. Then copy the secret of the
        webhook.
      </Text>
      <CopyField label="Webhook URL for Certn" value={certn.webhookUrl} />
      {certn.apiKey && (
        <SecretList
          teamId={team.id}
          name="Webhook secret"
          description="The secret of the webhook in Certn's Client Portal."
          secrets={certn.webhookSecrets}
          save={(webhookSecrets) => saveCertn({ webhookSecrets })}
        />
      )}
    </Stack>
  );
}

function CertnForm({ team, save }: { team: TeamAnswer; save: (body: CertnRequest) => Promise<TeamAnswer> }) {
  const { certn } = team;
  const [apiKey, setApiKey] = useState('');
  const [region, setRegion] = useState<string | null>(certn.region);
  const [expires, setExpires] = useState(certn.keyExpiresAt?.slice(0, 10) ?? '');
  const change = useTeamChange(team.id, save, () => setApiKey(''));
  const type = (value: string): void => {
    setApiKey(value);
    // A new key ends a year from now, unless the person knows better.
    if (apiKey === '' && value !== '') setExpires(new Date(Date.now() + KEY_LASTS_DAYS * DAY_MS).toISOString().slice(0, 10));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({
          ...(apiKey ? { apiKey } : {}),
          ...(region ? { region: region as NonNullable<CertnRequest['region']> } : {}),
          keyExpiresAt: expires ? `${expires}T00:00:00Z` : null,
        });
      }}
    >
      <Stack gap="sm">
        <ProblemNotice error={change.error} />
        <Group align="flex-end" gap="xs">
          <NativeSelect
            label="Region"
            data={region ? REGIONS : [{ value: '', label: 'Choose a region', disabled: true }, ...REGIONS]}
            value={region ?? ''}
            onChange={(event) => setRegion(event.currentTarget.value)}
            style={{ flex: '1 1 10rem' }}
          />
          <PasswordInput
            label="Certn API key"
            value={apiKey}
            onChange={(event) => type(event.currentTarget.value)}
            autoComplete="off"
            placeholder={certn.apiKey ? 'Left empty: the saved one is kept' : undefined}
            style={{ flex: '2 1 16rem' }}
          />
          <TextInput
            type="date"
            label="Expires on"
            value={expires}
            onChange={(event) => setExpires(event.currentTarget.value)}
            style={{ flex: '1 1 10rem' }}
          />
        </Group>
        <Group>
          <Button type="submit" loading={change.isPending} disabled={region === null || (apiKey.trim() === '' && !certn.apiKey)}>
            Save Certn connection
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
