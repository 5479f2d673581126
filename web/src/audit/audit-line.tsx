import { Group, Stack, Text } from '@mantine/core';
import type { AuditAnswer } from '../api/schema';
import { When } from '../parts/when';
import { useSession } from '../session/session.queries';
import { detailWords, fieldWords, valueWords } from './change-words.rules';

/** One thing that somebody did: what, who, when, from where, and what was before. */
export function AuditLine({ line }: { line: AuditAnswer }) {
  const { teams } = useSession();
  const nameOf = (teamId: string): string | undefined => teams.find(({ id }) => id === teamId)?.name;
  const detail = detailWords(line.detail);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" align="baseline">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {line.says}
          {line.times > 1 && ` ${line.times} times within an hour`}
          {line.subjectEmail && (
            <Text span c="dimmed" fw={400} inherit>
              {' '}
              · {line.subjectEmail}
            </Text>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          <When at={line.at} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {[whoOf(line), line.teamName, line.ip && `from ${line.ip}`].filter(Boolean).join(' · ')}
      </Text>
      {line.changes.length > 0 && (
        <Stack component="ul" gap={2} m={0} pl="md">
          {line.changes.map(({ field, from, to }) => (
            <Text component="li" size="sm" key={field} style={{ overflowWrap: 'anywhere' }}>
              {fieldWords(field, nameOf)}:{' '}
              <Text span inherit c="dimmed">
                {valueWords(from)}
              </Text>{' '}
              → {valueWords(to)}
            </Text>
          ))}
        </Stack>
      )}
      {detail && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
      )}
    </Stack>
  );
}

function whoOf({ by, email }: AuditAnswer): string {
  if (by.startsWith('service:')) return 'The console itself';
  if (by === 'nobody') return 'Somebody who was not signed in';
  const who = email ?? 'Somebody who is gone';
  return by.startsWith('token:') ? `An API token of ${who}` : who;
}
