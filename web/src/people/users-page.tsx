import { Badge, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { UserAnswer } from '../api/schema';
import { Blank, NoPermission } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { LinkButton } from '../parts/router-link';
import { When } from '../parts/when';
import { useSession } from '../session/session.queries';
import { Invitations } from './invitations';
import { invitationsQuery, useMayManagePeople, usersQuery } from './people.queries';
import { RoleBadges } from './role-badges';
import { matchesSearch, rolesInWords } from './roles.rules';
import { UserMenu } from './user-menu';

/** Everyone one looks after: who may do what, and how they get in. */
export function UsersPage() {
  const mayManage = useMayManagePeople();
  if (!mayManage)
    return (
      <>
        <PageHeading title="Users" />
        <NoPermission may="see the users" />
      </>
    );
  return (
    <>
      <PageHeading title="Users" says="Who may sign in, and what they may do in which team.">
        <LinkButton to="/users/invite" leftSection={<IconUserPlus size={18} aria-hidden />}>
          Invite people
        </LinkButton>
      </PageHeading>
      <Stack gap="xl">
        <Users />
        <Invitations />
      </Stack>
    </>
  );
}

function Users() {
  const { q = '' } = useSearch({ from: '/signed-in/users' });
  const navigate = useNavigate({ from: '/users' });
  const { teams } = useSession();
  const list = useQuery(usersQuery);
  const invitations = useQuery(invitationsQuery);
  // Nothing moves under a pointer: those who are invited come together with those who are here.
  const data = invitations.isPending ? undefined : list.data;
  const users = data?.items ?? [];
  const found = users.filter((user) => matchesSearch(q, user, rolesInWords(user.roles, teams, user.owner)));
  return (
    <section aria-label="Users">
      <TextInput
        type="search"
        label="Search"
        placeholder="Name, address, team or role"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={q}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: value ? { q: value } : {}, replace: true, resetScroll: false })
        }
        maw={360}
        mb="md"
      />
      <Reading of={[list, invitations]} />
      {data && found.length === 0 && (
        <Blank icon={<IconUsers />} title={q ? 'Nobody is found' : 'Nobody is here yet'}>
          {q ? 'No name, address, team or role has all of these words.' : 'Invite the people who work with you.'}
        </Blank>
      )}
      {found.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th visibleFrom="sm">May</Table.Th>
              <Table.Th visibleFrom="md">Last signed in</Table.Th>
              <Table.Th w={60}>
                <VisuallyHidden>What can be done</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function UserRow({ user }: { user: UserAnswer }) {
  const { user: me, teams } = useSession();
  const roles = rolesInWords(user.roles, teams, user.owner);
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Group gap="xs">
          <Text fw={600} span c={user.disabledAt ? 'dimmed' : undefined}>
            {user.name}
          </Text>
          {user.id === me.id && (
            <Text span size="sm" c="dimmed">
              (you)
            </Text>
          )}
          {user.disabledAt && (
            <Badge color="gray" variant="light" tt="none">
              Disabled
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {user.email}
        </Text>
        <Stack gap={4} mt={6} hiddenFrom="sm" align="flex-start">
          <RoleBadges roles={roles} />
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <RoleBadges roles={roles} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        {user.signedInAt ? (
          <When at={user.signedInAt} size="sm" />
        ) : (
          <Text size="sm" c="dimmed">
            never
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <UserMenu user={user} />
      </Table.Td>
    </Table.Tr>
  );
}
