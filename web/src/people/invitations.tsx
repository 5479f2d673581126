import { ActionIcon, Badge, Menu, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconDots, IconLink, IconMailOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../api/client';
import type { InvitationAnswer } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { problemNotification } from '../parts/problem-notification';
import { useOnceTrue } from '../parts/use-once-true';
import { When } from '../parts/when';
import { useSession } from '../session/session.queries';
import { invitationsQuery } from './people.queries';
import { RoleBadges } from './role-badges';
import { rolesInWords } from './roles.rules';

const RenewedLinkDialog = lazy(async () => ({ default: (await import('./renewed-link-dialog')).RenewedLinkDialog }));

/** Who was invited and has not joined yet; nothing while nobody was. That it can't be read is said by the page. */
export function Invitations() {
  const { data } = useQuery(invitationsQuery);
  const queries = useQueryClient();
  const renew = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/invitations/{id}/link', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
    onError: problemNotification,
  });
  const needsLink = useOnceTrue(renew.data !== undefined);
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <Title order={2} id="invitations" mb="sm">
        Invited, not joined yet
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Person</Table.Th>
            <Table.Th visibleFrom="sm">Will be</Table.Th>
            <Table.Th visibleFrom="md">Link</Table.Th>
            <Table.Th w={60}>
              <VisuallyHidden>What can be done</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} onRenew={() => renew.mutate(invitation.id)} />
          ))}
        </Table.Tbody>
      </Table>
      {needsLink && (
        <Suspense fallback={null}>
          <RenewedLinkDialog invitation={renew.data} onClose={renew.reset} />
        </Suspense>
      )}
    </section>
  );
}

interface InvitationRowProps {
  invitation: InvitationAnswer;
  onRenew: () => void;
}

function InvitationRow({ invitation, onRenew }: InvitationRowProps) {
  const { teams } = useSession();
  const roles = rolesInWords(invitation.roles, teams, invitation.owner);
  const called = invitation.name || invitation.email;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text fw={600}>{called}</Text>
        {invitation.name && (
          <Text size="sm" c="dimmed">
            {invitation.email}
          </Text>
        )}
        <Stack gap={4} hiddenFrom="sm" mt={6} align="flex-start">
          <RoleBadges roles={roles} />
        </Stack>
        <Text size="sm" hiddenFrom="md" mt={4} component="div">
          <LinkState invitation={invitation} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <RoleBadges roles={roles} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <LinkState invitation={invitation} />
      </Table.Td>
      <Table.Td>
        <InvitationMenu invitation={invitation} called={called} onRenew={onRenew} />
      </Table.Td>
    </Table.Tr>
  );
}

function LinkState({ invitation: { over, expiresAt } }: { invitation: InvitationAnswer }) {
  if (over)
    return (
      <Badge color="orange" variant="light" tt="none">
        Link is too old
      </Badge>
    );
  return (
    <Text size="sm" c="dimmed" component="div">
      ends <When at={expiresAt} span />
    </Text>
  );
}

function InvitationMenu({ invitation, called, onRenew }: InvitationRowProps & { called: string }) {
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => answer(api.DELETE('/api/invitations/{id}', { params: { path: { id: invitation.id } } })),
    onSuccess: async () => {
      setAsked(false);
      await queries.invalidateQueries({ queryKey: ['invitations'] });
    },
  });
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`What can be done for ${called}`}>
            <IconDots aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={onRenew}>
            Make a new link
          </Menu.Item>
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconMailOff size={16} aria-hidden />}
            onClick={() => setAsked(true)}
          >
            Withdraw…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmByName
        opened={asked}
        onClose={() => setAsked(false)}
        title="Withdraw the invitation"
        name={called}
        act="Withdraw"
        onConfirm={() => withdraw.mutate()}
        pending={withdraw.isPending}
        error={withdraw.error}
      >
        The link that was given to {called} lets nobody in any more. You can invite {called} again at any time.
      </ConfirmByName>
    </>
  );
}
