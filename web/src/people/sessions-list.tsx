import { Badge, Button, Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { SessionLine } from '../api/schema';
import { problemNotification } from '../parts/problem-notification';
import { Reading } from '../parts/reading';
import { When } from '../parts/when';
import { sessionsQuery } from './people.queries';

/** Where somebody is signed in, and how to end it; without a person: oneself. */
export function SessionsList({ userId }: { userId?: string }) {
  const queries = useQueryClient();
  const list = useQuery(sessionsQuery(userId));
  const settled = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions', userId ?? 'own'] }),
    onError: problemNotification,
  };
  const end = useMutation({ mutationFn: (sessionId: string) => answer(endOne(sessionId, userId)), ...settled });
  const endAll = useMutation({ mutationFn: () => answer(endMany(userId)), ...settled });
  const sessions = list.data?.items ?? [];
  const others = sessions.filter(({ current }) => !current).length;
  return (
    <Stack gap="sm">
      <Reading of={list} rows={2} />
      {list.data && sessions.length === 0 && <Text c="dimmed">Not signed in anywhere right now.</Text>}
      {sessions.map((session) => (
        <SessionCard
          key={session.id}
          session={session}
          ending={end.isPending && end.variables === session.id}
          onEnd={() => end.mutate(session.id)}
        />
      ))}
      {others > 0 && (
        <Group>
          <Button variant="default" loading={endAll.isPending} onClick={() => endAll.mutate()}>
            {userId === undefined ? 'End all other sessions' : 'End all sessions'}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function endOne(sessionId: string, userId: string | undefined) {
  return userId === undefined
    ? api.DELETE('/api/sessions/{id}', { params: { path: { id: sessionId } } })
    : api.DELETE('/api/users/{id}/sessions/{sessionId}', { params: { path: { id: userId, sessionId } } });
}

function endMany(userId: string | undefined) {
  return userId === undefined
    ? api.DELETE('/api/sessions')
    : api.DELETE('/api/users/{id}/sessions', { params: { path: { id: userId } } });
}

function SessionCard({ session, ending, onEnd }: { session: SessionLine; ending: boolean; onEnd: () => void }) {
  const Icon = /iPhone|iPad|Android/.test(session.browser)
    ? IconDeviceMobile
    : session.browser === 'A program'
      ? IconTerminal2
      : IconDeviceDesktop;
  return (
    <Paper withBorder p="sm">
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" size="lg" visibleFrom="xs" aria-hidden>
          <Icon size={20} />
        </ThemeIcon>
        <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{session.browser}</Text>
            {session.current && (
              <Badge variant="light" tt="none">
                This one
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="div">
            Last used <When at={session.seenAt} span /> from {session.ip || 'an unknown address'}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            Signed in <When at={session.createdAt} span /> by {session.means === 'password' ? 'password' : 'single sign-on'}
          </Text>
        </Stack>
        {!session.current && (
          <Button
            variant="default"
            size="xs"
            loading={ending}
            onClick={onEnd}
            aria-label={`End the session of ${session.browser}`}
          >
            End
          </Button>
        )}
      </Group>
    </Paper>
  );
}
