import { Anchor, Card, Group, Progress, Stack, Text } from '@mantine/core';
import type { CheckAnswer } from '../api/schema';
import { StatusTag } from '../parts/status-tag';
import { When } from '../parts/when';

/** One check of a candidate. */
export function CheckCard({ check }: { check: CheckAnswer }) {
  const { label, reasonLabel, packageName, servicesTotal, servicesDone, caseId, reportUrl, orderedBy, orderedByName } = check;
  return (
    <Card withBorder padding="sm" component="article" aria-label={`Check ${label}`}>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <StatusTag tag={label} />
          {reportUrl && (
            <Anchor href={reportUrl} target="_blank" rel="noopener" size="sm">
              Report
            </Anchor>
          )}
        </Group>
        {reasonLabel && <Text size="sm">{reasonLabel}</Text>}
        <Text size="sm" c="dimmed">
          {packageName ? `${packageName} · ` : ''}
          {orderedBy ? 'ordered by hand' : 'moved'} <When at={check.transitionAt} />
          {orderedBy && ` by ${orderedByName ?? 'somebody who is no longer known'}`}
        </Text>
        {servicesTotal !== null && servicesTotal > 0 && (
          <Stack gap={2}>
            <Text size="sm">
              {servicesDone ?? 0} of {servicesTotal} {servicesTotal === 1 ? 'service' : 'services'} done
            </Text>
            <Progress value={(100 * (servicesDone ?? 0)) / servicesTotal} size="sm" aria-label="Services done" />
          </Stack>
        )}
        {caseId && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            Case at Certn: {caseId}
          </Text>
        )}
      </Stack>
    </Card>
  );
}
