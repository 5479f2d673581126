import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDevices, IconDots, IconKey, IconShieldHalf, IconTrash, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../api/client';
import type { LinkAnswer, UserAnswer } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { problemNotification } from '../parts/problem-notification';
import { useOnceTrue } from '../parts/use-once-true';
import { useSession } from '../session/session.queries';
import { useAdministered } from './people.queries';

/** Come when they are asked for: a list of people is read far more often. */
const ResetLinkDialog = lazy(async () => ({ default: (await import('./reset-link-dialog')).ResetLinkDialog }));
const RolesDialog = lazy(async () => ({ default: (await import('./roles-dialog')).RolesDialog }));
const SessionsDialog = lazy(async () => ({ default: (await import('./sessions-dialog')).SessionsDialog }));

const ICON = { size: 16, 'aria-hidden': true } as const;

type Asked = 'roles' | 'disable' | 'delete' | 'sessions';

/** What one may do for, or to, a person. */
export function UserMenu({ user }: { user: UserAnswer }) {
  const { user: me } = useSession();
  const mayRoles = useAdministered().length > 0 || me.owner;
  const [asked, setAsked] = useState<Asked>();
  const acts = useActs(user, () => setAsked(undefined));
  const close = (): void => setAsked(undefined);
  const needed = {
    roles: useOnceTrue(asked === 'roles'),
    sessions: useOnceTrue(asked === 'sessions'),
    link: useOnceTrue(acts.reset.data !== undefined),
  };
  const params = { path: { id: user.id } };
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`What can be done for ${user.name}`}>
            <IconDots aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRoles && (
            <Menu.Item leftSection={<IconShieldHalf {...ICON} />} onClick={() => setAsked('roles')}>
              Change roles
            </Menu.Item>
          )}
          {user.manageable && !user.disabledAt && (
            <Menu.Item leftSection={<IconKey {...ICON} />} onClick={() => acts.reset.mutate(params)}>
              Link to set a new password
            </Menu.Item>
          )}
          {me.owner && user.id !== me.id && (
            <Menu.Item leftSection={<IconDevices {...ICON} />} onClick={() => setAsked('sessions')}>
              Sessions
            </Menu.Item>
          )}
          {user.manageable && user.disabledAt && (
            <Menu.Item leftSection={<IconUserCheck {...ICON} />} onClick={() => acts.enable.mutate(params)}>
              Enable
            </Menu.Item>
          )}
          {user.manageable && <Menu.Divider />}
          {user.manageable && !user.disabledAt && (
            <Menu.Item c="var(--mantine-color-error)" leftSection={<IconUserOff {...ICON} />} onClick={() => setAsked('disable')}>
              Disable…
            </Menu.Item>
          )}
          {user.manageable && me.owner && (
            <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash {...ICON} />} onClick={() => setAsked('delete')}>
              Delete…
            </Menu.Item>
          )}
          {!user.manageable && user.id !== me.id && (
            <Menu.Label>
              <Text size="xs">An owner of this console looks after who is in other teams too.</Text>
            </Menu.Label>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {needed.roles && <RolesDialog user={user} opened={asked === 'roles'} onClose={close} />}
        {needed.sessions && <SessionsDialog user={user} opened={asked === 'sessions'} onClose={close} />}
        {needed.link && <ResetLinkDialog user={user} link={acts.reset.data} onClose={acts.reset.reset} />}
      </Suspense>
      <ConfirmByName
        opened={asked === 'disable'}
        onClose={close}
        title={`Disable ${user.name}`}
        name={user.name}
        act="Disable"
        onConfirm={() => acts.disable.mutate(params)}
        pending={acts.disable.isPending}
        error={acts.disable.error}
      >
        {user.name} is signed out everywhere at once and can not sign in again, and the API tokens {user.name} made stop working
        for good. What {user.name} did stays in the audit. You can enable the person again at any time.
      </ConfirmByName>
      <ConfirmByName
        opened={asked === 'delete'}
        onClose={close}
        title={`Delete ${user.name}`}
        name={user.name}
        act="Delete"
        onConfirm={() => acts.remove.mutate(params)}
        pending={acts.remove.isPending}
        error={acts.remove.error}
      >
        {user.name} loses all roles, sessions and API tokens, and the address is free to be invited again. This can not be undone;
        disabling can. What {user.name} did stays in the audit.
      </ConfirmByName>
    </>
  );
}

interface Params {
  path: { id: string };
}

function useActs(user: UserAnswer, done: () => void) {
  const queries = useQueryClient();
  const settled = {
    onSuccess: async () => {
      done();
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  };
  const told = { onError: problemNotification };
  return {
    disable: useMutation({ mutationFn: (params: Params) => answer(api.POST('/api/users/{id}/disable', { params })), ...settled }),
    remove: useMutation({ mutationFn: (params: Params) => answer(api.DELETE('/api/users/{id}', { params })), ...settled }),
    enable: useMutation({
      mutationFn: (params: Params) => answer(api.POST('/api/users/{id}/enable', { params })),
      ...told,
      onSuccess: async () => {
        notifications.show({ title: `${user.name} may sign in again`, message: 'With the password of before.', color: 'pine' });
        await settled.onSuccess();
      },
    }),
    reset: useMutation<LinkAnswer, Error, Params>({
      mutationFn: (params: Params) => answer(api.POST('/api/users/{id}/password-reset', { params })),
      ...told,
    }),
  };
}
