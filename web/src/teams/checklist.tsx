import { Card, Group, List, Progress, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconCircleDashed } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LinkAnchor } from '../parts/router-link';
import { When } from '../parts/when';
import { useRole } from '../session/session.queries';
import { stepOfPart } from '../settings/steps.rules';
import { checklistQuery } from './teams.queries';

/** What is still to do until the integration runs; gone once everything is green. That it can't be read is said by the page. */
export function Checklist({ teamId }: { teamId: string }) {
  const { data } = useQuery(checklistQuery(teamId));
  const mayDo = useRole(teamId) === 'admin';
  if (!data || data.done) return null;
  const done = data.items.filter((item) => item.done).length;
  const next = data.items.find((item) => !item.done);
  return (
    <Card withBorder mb="lg" component="section" aria-labelledby="checklist-title">
      <Stack gap="md">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="checklist-title">
            Setting up
          </Title>
          <Text size="sm" c="dimmed">
            {done} of {data.items.length} done
          </Text>
        </Group>
        <Progress value={(done / data.items.length) * 100} aria-label="Steps done" />
        <List listStyleType="none" spacing="sm">
          {data.items.map((item) => (
            <List.Item key={item.part} icon={<Mark done={item.done} />}>
              <Text component="span" c={item.done ? 'dimmed' : undefined} fw={item === next ? 600 : undefined}>
                {!item.done && mayDo ? (
                  <LinkAnchor
                    to="/teams/$teamId/settings/integrations"
                    params={{ teamId }}
                    search={{ step: stepOfPart(item.part) }}
                  >
                    {item.title}
                  </LinkAnchor>
                ) : (
                  item.title
                )}
                {item.done && item.at && (
                  <>
                    {' · '}
                    <When at={item.at} size="sm" />
                  </>
                )}
              </Text>
              {item === next && item.cure && (
                <Text size="sm" c="dimmed" maw="65ch">
                  {item.cure}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
        {!mayDo && (
          <Text size="sm" c="dimmed">
            An admin of the team sets this up.
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function Mark({ done }: { done: boolean }) {
  const Icon = done ? IconCheck : IconCircleDashed;
  return (
    <ThemeIcon size={22} radius="xl" variant={done ? 'filled' : 'light'} color={done ? 'pine' : 'gray'}>
      <Icon size={14} role="img" aria-label={done ? 'done' : 'to do'} />
    </ThemeIcon>
  );
}
