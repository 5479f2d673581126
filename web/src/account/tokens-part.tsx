import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../api/client';
import type { NewTokenAnswer, TokenAnswer } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { CopyField } from '../parts/copy-field';
import { Reading } from '../parts/reading';
import { useOnceTrue } from '../parts/use-once-true';
import { useNow, When } from '../parts/when';
import { tokensQuery, useMayManagePeople, usersQuery } from '../people/people.queries';
import { roleName } from '../people/roles.rules';
import { useSession } from '../session/session.queries';

const NewTokenDialog = lazy(async () => ({ default: (await import('./new-token-dialog')).NewTokenDialog }));

/** API tokens: one's own, and those others made for teams one administers. */
export function TokensPart() {
  const { user, teams } = useSession();
  const [asking, setAsking] = useState(false);
  const needsDialog = useOnceTrue(asking);
  const [made, setMade] = useState<NewTokenAnswer>();
  const list = useQuery(tokensQuery);
  const own = list.data?.items.filter(({ madeBy }) => madeBy === user.id) ?? [];
  const others = list.data?.items.filter(({ madeBy }) => madeBy !== user.id) ?? [];
  return (
    <section aria-labelledby="tokens">
      <Group justify="space-between" align="flex-end">
        <Title order={2} id="tokens">
          API tokens
        </Title>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAsking(true)}
          disabled={teams.length === 0}
        >
          New token
        </Button>
      </Group>
      <Text c="dimmed" size="sm" mt={2}>
        For scripts that use the{' '}
        <Anchor href="/api/docs" underline="always">
          API
        </Anchor>
        . A token is of one team, may never do more than who made it, and ends with them.
      </Text>
      <Stack gap="sm" mt="sm">
        {made && <Secret token={made} onDone={() => setMade(undefined)} />}
        <Reading of={list} rows={2} />
        {list.data && own.length === 0 && !made && (
          <Text c="dimmed">{teams.length === 0 ? 'You need a role in a team to make one.' : 'You have none.'}</Text>
        )}
        {own.map((token) => (
          <TokenCard key={token.id} token={token} />
        ))}
        {others.length > 0 && (
          <Title order={3} mt="md">
            Made by others for your teams
          </Title>
        )}
        {others.map((token) => (
          <TokenCard key={token.id} token={token} isOfAnother />
        ))}
      </Stack>
      <Suspense fallback={null}>
        {needsDialog && (
          <NewTokenDialog
            opened={asking}
            onClose={() => setAsking(false)}
            onMade={(token) => {
              setAsking(false);
              setMade(token);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}

function Secret({ token, onDone }: { token: NewTokenAnswer; onDone: () => void }) {
  return (
    <Alert color="orange" title={`Copy “${token.name}” now`}>
      <Stack gap="sm">
        <Text size="sm">It is shown only now. Keep it where secrets are kept, never in a repository.</Text>
        <CopyField label="API token" value={token.token} />
        <Group>
          <Button size="xs" variant="default" onClick={onDone}>
            I have copied it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function TokenCard({ token, isOfAnother = false }: { token: TokenAnswer; isOfAnother?: boolean }) {
  const { teams } = useSession();
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const isOver = Date.parse(token.expiresAt) <= useNow();
  const { data: users } = useQuery({ ...usersQuery, enabled: useMayManagePeople() && isOfAnother });
  const maker = users?.items.find(({ id }) => id === token.madeBy)?.name ?? 'somebody who is gone';
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: async () => {
      setAsked(false);
      await queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2} style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {token.name}
            </Text>
            {isOver && (
              <Badge color="gray" variant="light" tt="none">
                Ended
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {teams.find(({ id }) => id === token.teamId)?.name ?? 'A team you are no longer in'}: {roleName(token.role)} · ends in{' '}
            <code>{token.endsIn}</code>
            {isOfAnother && ` · made by ${maker}`}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {isOver ? 'Ended' : 'Ends'} <When at={token.expiresAt} span /> ·{' '}
            {token.lastUsedAt ? (
              <>
                last used <When at={token.lastUsedAt} span />
              </>
            ) : (
              'never used'
            )}
          </Text>
        </Stack>
        <Button
          size="xs"
          variant="subtle"
          color="red"
          onClick={() => setAsked(true)}
          aria-label={`Delete the token ${token.name}`}
          style={{ flexShrink: 0 }}
        >
          Delete
        </Button>
      </Group>
      <ConfirmByName
        opened={asked}
        onClose={() => setAsked(false)}
        title="Delete an API token"
        name={token.name}
        act="Delete"
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
      >
        Whatever uses this token is refused from now on. This can not be undone.
      </ConfirmByName>
    </Paper>
  );
}
