import { Badge, Group, Text } from '@mantine/core';

/** Roles in words, as they stand in lists. */
export function RoleBadges({ roles }: { roles: readonly string[] }) {
  if (roles.length === 0)
    return (
      <Text size="sm" c="dimmed" span>
        no role in a team
      </Text>
    );
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Badge key={role} variant="light" color={role.startsWith('Owner') ? 'violet' : 'pine'} tt="none" radius="sm" maw="100%">
          {role}
        </Badge>
      ))}
    </Group>
  );
}
