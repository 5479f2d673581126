import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { TeamAnswer } from '../api/schema';
import { CopyField } from '../parts/copy-field';
import { ProblemNotice } from '../parts/notices';
import { SecretList } from './secret-list';

/** Where Lever sends its webhooks, and how they are known to be Lever's. */
export function WebhookStep({ team }: { team: TeamAnswer }) {
  const params = { path: { teamId: team.id } };
  return (
    <Stack gap="md">
      <Text size="sm" maw="65ch">
        In Lever, open <b>Settings → Integrations and API → Webhooks</b>, switch on <b>Candidate Stage Change</b>, choose{' '}
        <b>Add webhook</b> and paste this address. Choose <b>Verify Connection</b>, then copy the signature token of the webhook.
      </Text>
      <CopyField label="Webhook URL" value={team.lever.webhookUrl} />
      {team.lever.apiKey ? (
        <SecretList
          teamId={team.id}
          name="Webhook Signature"
          description="The signature token of the webhook in Lever."
          secrets={team.lever.signatureTokens}
          save={(signatureTokens) => answer(api.PUT('/api/teams/{teamId}/lever', { params, body: { signatureTokens } }))}
        />
      ) : (
        <Text size="sm">Save the Api Key first; the Webhook Signature is saved after it.</Text>
      )}
      {team.lever.signatureTokens.length > 0 && <TestEvent teamId={team.id} />}
    </Stack>
  );
}

const COLOURS = { taken: 'pine', refused: 'red', unreachable: 'red' } as const;

function TestEvent({ teamId }: { teamId: string }) {
  const send = useMutation({
    mutationFn: () => answer(api.POST('/api/teams/{teamId}/test-event', { params: { path: { teamId } } })),
  });
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        leftSection={<IconSend size={16} aria-hidden />}
        loading={send.isPending}
        onClick={() => send.mutate()}
      >
        Send test event
      </Button>
      <Text size="sm" c="dimmed" maw="65ch">
        Sends a signed webhook of our own to our own address. No check is ordered by it.
      </Text>
      <ProblemNotice error={send.error} />
      {send.data && (
        <Alert color={COLOURS[send.data.outcome]} role="status" w="100%">
          <Text size="sm">{send.data.says}</Text>
          {send.data.cure && <Text size="sm">{send.data.cure}</Text>}
        </Alert>
      )}
    </Stack>
  );
}
