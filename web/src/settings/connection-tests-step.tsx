import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { ConnectionTestAnswer, TeamAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { useSettingsRefresh } from './settings.queries';
import { TestResult } from './test-result';

/** Both connections, tested on demand; they are tested every few minutes by themselves as well. */
export function ConnectionTestsStep({ team }: { team: TeamAnswer }) {
  const params = { path: { teamId: team.id } };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw="65ch">
        Nothing is changed at Lever or Certn by a test. Connections are tested when they are saved, and again every few minutes.
      </Text>
      <OneConnection
        teamId={team.id}
        vendor="Lever"
        isSaved={team.lever.apiKey !== null}
        last={team.lever.lastTest}
        test={() => answer(api.POST('/api/teams/{teamId}/lever/test', { params }))}
      />
      <Divider />
      <OneConnection
        teamId={team.id}
        vendor="Certn"
        isSaved={team.certn.apiKey !== null}
        last={team.certn.lastTest}
        test={() => answer(api.POST('/api/teams/{teamId}/certn/test', { params }))}
      />
    </Stack>
  );
}

interface OneConnectionProps {
  teamId: string;
  vendor: string;
  isSaved: boolean;
  last: ConnectionTestAnswer | null;
  test: () => Promise<ConnectionTestAnswer>;
}

function OneConnection({ teamId, vendor, isSaved, last, test }: OneConnectionProps) {
  const refresh = useSettingsRefresh(teamId);
  const run = useMutation({ mutationFn: test, onSettled: refresh });
  const result = run.data ?? last;
  if (!isSaved) return <Text size="sm">{vendor}: no key is saved yet.</Text>;
  return (
    <Stack gap="sm" align="flex-start">
      <ProblemNotice error={run.error} />
      {result && <TestResult vendor={vendor} result={result} />}
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} aria-hidden />}
        loading={run.isPending}
        onClick={() => run.mutate()}
      >
        Test the connection to {vendor}
      </Button>
    </Stack>
  );
}
