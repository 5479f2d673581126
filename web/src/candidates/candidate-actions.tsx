import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { CandidateDetailAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { useOnceTrue } from '../parts/use-once-true';
import { useRole } from '../session/session.queries';
import { lookMutation } from './candidates.queries';

const OrderDialog = lazy(async () => ({ default: (await import('./order-dialog')).OrderDialog }));
const SettleDialog = lazy(async () => ({ default: (await import('./settle-dialog')).SettleDialog }));

interface CandidateActionsProps {
  teamId: string;
  candidate: CandidateDetailAnswer;
}

/** What an admin can do about a candidate; of what can't be done now, why. */
export function CandidateActions({ teamId, candidate }: CandidateActionsProps) {
  const [asked, setAsked] = useState<'order' | 'settle' | undefined>();
  const needsOrder = useOnceTrue(asked === 'order');
  const needsSettle = useOnceTrue(asked === 'settle');
  const { obstacles, opportunityId } = candidate;
  const look = useMutation({
    ...lookMutation(teamId, opportunityId),
    onSettled: (_, error) => !error && notifications.show({ message: 'Lever is read again; what is new shows in the timeline.' }),
  });
  const close = (): void => setAsked(undefined);
  if (useRole(teamId) !== 'admin')
    return (
      <Text size="sm" c="dimmed">
        Admins of the team can order a check by hand, check again, and settle what needs attention.
      </Text>
    );
  const attention = candidate.checks.find(({ status, reason }) => status === 'error' && reason === 'needs-attention');
  return (
    <section aria-labelledby="actions">
      <Title order={2} id="actions" mb="sm">
        What you can do
      </Title>
      <Card withBorder padding="sm">
        <Stack gap="md">
          {attention && (
            <Action
              act="Settle"
              says="Say what becomes of the check that needs attention: name its case, order afresh, or drop it."
              obstacle={obstacles.settle}
              onClick={() => setAsked('settle')}
              filled
            />
          )}
          <Action
            act="Check again"
            says="Reads the candidate in Lever afresh and does what is owed now."
            obstacle={obstacles.look}
            onClick={() => look.mutate()}
            pending={look.isPending}
          />
          <ProblemNotice error={look.error} />
          <Action
            act="Order anyway"
            says="Orders a check by hand, whatever the stage and however long ago the move was."
            obstacle={obstacles.order}
            onClick={() => setAsked('order')}
          />
        </Stack>
      </Card>
      <Suspense fallback={null}>
        {needsOrder && <OrderDialog teamId={teamId} candidate={candidate} opened={asked === 'order'} onClose={close} />}
        {attention && needsSettle && (
          <SettleDialog
            teamId={teamId}
            candidate={candidate}
            checkId={attention.checkId}
            opened={asked === 'settle'}
            onClose={close}
          />
        )}
      </Suspense>
    </section>
  );
}

interface ActionProps {
  act: string;
  says: string;
  obstacle: string | null;
  onClick: () => void;
  pending?: boolean;
  filled?: boolean;
}

function Action({ act, says, obstacle, onClick, pending, filled }: ActionProps) {
  return (
    <Group justify="space-between" wrap="nowrap" align="center" gap="sm">
      <Text size="sm" c={obstacle ? 'dimmed' : undefined}>
        {obstacle ?? says}
      </Text>
      <Button
        variant={filled ? 'filled' : 'default'}
        disabled={obstacle !== null}
        loading={pending}
        onClick={onClick}
        style={{ flexShrink: 0 }}
      >
        {act}
      </Button>
    </Group>
  );
}
