import { Badge, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconHelp, IconX } from '@tabler/icons-react';
import type { ConnectionTestAnswer } from '../api/schema';
import { When } from '../parts/when';

const STATES = {
  ok: { color: 'pine', says: 'works' },
  broken: { color: 'red', says: 'is broken' },
  unknown: { color: 'gray', says: 'could not be tested' },
} as const;

const MARKS = {
  works: { icon: IconCheck, color: 'pine', says: 'works' },
  missing: { icon: IconX, color: 'red', says: 'missing' },
  unknown: { icon: IconHelp, color: 'gray', says: 'not known yet' },
} as const;

/** What the last test of a connection found, permission by permission. */
export function TestResult({ vendor, result }: { vendor: string; result: ConnectionTestAnswer }) {
  const { color, says } = STATES[result.state];
  const stage = result.triggerStage;
  return (
    <Stack gap="xs" component="section" aria-label={`Last test of the connection to ${vendor}`}>
      <Group gap="xs">
        <Badge variant="light" color={color} tt="none">
          The connection to {vendor} {says}
        </Badge>
        <Text size="sm" c="dimmed">
          tested <When at={result.checkedAt} />
        </Text>
      </Group>
      {result.cure && <Text size="sm">{result.cure}</Text>}
      <List listStyleType="none" spacing={6}>
        {result.permissions.map(({ permission, state, cure }) => (
          <List.Item key={permission} icon={<Mark state={state} />}>
            <Text size="sm">{permission}</Text>
            {cure && (
              <Text size="sm" c="dimmed" maw="65ch">
                {cure}
              </Text>
            )}
          </List.Item>
        ))}
        {stage && (
          <List.Item
            icon={<Mark state={stage.state === 'found' ? 'works' : stage.state === 'vanished' ? 'missing' : 'unknown'} />}
          >
            <Text size="sm">Trigger stage “{stage.name}”</Text>
            {stage.state === 'vanished' && (
              <Text size="sm" c="dimmed" maw="65ch">
                It is no longer in Lever, so no move starts a check: choose another one.
              </Text>
            )}
          </List.Item>
        )}
      </List>
    </Stack>
  );
}

function Mark({ state }: { state: keyof typeof MARKS }) {
  const { icon: Icon, color, says } = MARKS[state];
  return (
    <ThemeIcon size={20} radius="xl" variant="light" color={color}>
      <Icon size={14} role="img" aria-label={says} />
    </ThemeIcon>
  );
}
