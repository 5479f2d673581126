import { ActionIcon, Badge, Button, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../api/client';
import type { PackageAnswer, TeamAnswer } from '../api/schema';
import { ConfirmByName } from '../parts/confirm-by-name';
import { ProblemNotice } from '../parts/notices';
import { Reading } from '../parts/reading';
import { packagesQuery, servicesQuery, useSettingsRefresh } from './settings.queries';

const PackageModal = lazy(async () => ({ default: (await import('./package-modal')).PackageModal }));

/** What is opened over the table. */
type Opened = { kind: 'new' } | { kind: 'edit'; about: PackageAnswer } | { kind: 'delete'; about: PackageAnswer };

/** The packages of a team, and which of them is ordered where no tag says otherwise. */
export function PackagesStep({ team }: { team: TeamAnswer }) {
  const list = useQuery(packagesQuery(team.id));
  const { data } = list;
  const [opened, setOpened] = useState<Opened>();
  const refresh = useSettingsRefresh(team.id);
  const close = (): void => setOpened(undefined);
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSettled: refresh });
  const path = (about: PackageAnswer) => ({ params: { path: { teamId: team.id, id: about.id } } });
  const remove = useMutation({
    mutationFn: (about: PackageAnswer) => answer(api.DELETE('/api/teams/{teamId}/packages/{id}', path(about))),
    onSuccess: async () => {
      close();
      await refresh();
    },
  });
  const makeDefault = (about: PackageAnswer): void =>
    act.mutate(() =>
      answer(
        api.PUT('/api/teams/{teamId}/default-package', {
          params: { path: { teamId: team.id } },
          body: { packageId: about.id },
        }),
      ),
    );
  const setActive = (about: PackageAnswer): void =>
    act.mutate(() => answer(api.PATCH('/api/teams/{teamId}/packages/{id}', { ...path(about), body: { active: !about.active } })));
  return (
    <Stack gap="md">
      <Text size="sm" maw="65ch">
        The default package is ordered for everyone, unless a tag on the candidate in Lever has the name of another package.
      </Text>
      <ProblemNotice error={act.error} />
      <Reading of={list} rows={2} />
      {data && data.items.length > 0 && (
        <Table aria-label="Packages">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Package</Table.Th>
              <Table.Th w={80}>Action</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((about) => (
              <PackageRow
                key={about.id}
                about={about}
                makeDefault={() => makeDefault(about)}
                edit={() => setOpened({ kind: 'edit', about })}
                setActive={() => setActive(about)}
                remove={() => setOpened({ kind: 'delete', about })}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {data?.items.some(({ active }) => !active) && (
        <Text size="sm" c="dimmed" maw="65ch">
          A deactivated package is not ordered: a tag of its name in Lever leads to the tag CERTN - ERROR (Package Inactive).
        </Text>
      )}
      <Button
        style={{ alignSelf: 'flex-start' }}
        variant={data?.items.length ? 'default' : 'filled'}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setOpened({ kind: 'new' })}
      >
        Create New Package
      </Button>
      {(opened?.kind === 'new' || opened?.kind === 'edit') && (
        <Suspense fallback={null}>
          <PackageModal teamId={team.id} about={opened.kind === 'edit' ? opened.about : undefined} close={close} />
        </Suspense>
      )}
      <ConfirmByName
        opened={opened?.kind === 'delete'}
        onClose={close}
        title={`Delete ${opened?.kind === 'delete' ? opened.about.name : ''}?`}
        name={opened?.kind === 'delete' ? opened.about.name : ''}
        act="Delete the package"
        onConfirm={() => opened?.kind === 'delete' && remove.mutate(opened.about)}
        pending={remove.isPending}
        error={remove.error}
      >
        Checks that were ordered with it go on. A tag of its name no longer chooses anything.
      </ConfirmByName>
    </Stack>
  );
}

interface PackageRowProps {
  about: PackageAnswer;
  makeDefault: () => void;
  edit: () => void;
  setActive: () => void;
  remove: () => void;
}

function PackageRow({ about, makeDefault, edit, setActive, remove }: PackageRowProps) {
  const { data: catalogue } = useQuery(servicesQuery);
  const nameOf = (type: string): string => catalogue?.items.find((service) => service.type === type)?.name ?? type;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={600} c={about.active ? undefined : 'dimmed'}>
            {about.name}
          </Text>
          {about.isDefault && (
            <Badge variant="light" tt="none">
              Default
            </Badge>
          )}
          {!about.active && (
            <Badge variant="light" color="gray" tt="none">
              Deactivated
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {about.services
            ? about.services.map(({ type }) => nameOf(type)).join(', ')
            : `Package ${about.certnPackageId} of Certn's portal`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={`Action for ${about.name}`}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={makeDefault} disabled={about.isDefault || !about.active}>
              Make Default
            </Menu.Item>
            <Menu.Item onClick={edit}>Edit</Menu.Item>
            <Menu.Item onClick={setActive} disabled={about.isDefault}>
              {about.active ? 'Deactivate' : 'Activate'}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={remove} disabled={about.isDefault}>
              Delete
            </Menu.Item>
            {about.isDefault && (
              <Menu.Label fw={400}>Make another package the default to deactivate or delete this one.</Menu.Label>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
