import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { StandingAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { checksOf, nameOf, namesOf } from './standing-choice.rules';

interface StandingOrderDialogProps {
  teamId: string;
  /** For whom. */
  chosen: StandingAnswer[];
  close: () => void;
  done: () => void;
}

/** Says the number before anything is ordered. The key makes a second press of the button the same order. */
export function StandingOrderDialog({ teamId, chosen, close, done }: StandingOrderDialogProps) {
  const ids = chosen.map(({ opportunityId }) => opportunityId);
  const [key] = useState(() => crypto.randomUUID());
  const [reason, setReason] = useState('');
  const order = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/teams/{teamId}/standing/order', {
          params: { path: { teamId }, header: { 'Idempotency-Key': key } },
          body: { opportunityIds: ids, expected: ids.length, ...(reason.trim() ? { reason: reason.trim() } : {}) },
        }),
      ),
    onSuccess: ({ ordered, leftOut }) => {
      const were = leftOut.length === 1 ? 'was' : 'were';
      const left = leftOut.length > 0 ? ` ${leftOut.length} had an open check already and ${were} left out.` : '';
      notifications.show({ message: `${checksOf(ordered.length)} ordered.${left}` });
      done();
    },
  });
  return (
    <Modal opened onClose={close} title={`Order ${checksOf(ids.length)}?`}>
      <Stack>
        <ProblemNotice error={order.error} />
        <Text fw={600}>{namesOf(chosen.map(nameOf))}</Text>
        <Text size="sm">
          {ids.length === 1 ? 'One applicant gets' : `${ids.length} applicants get`} an invitation by e-mail from Certn, and Certn
          charges for each check.
        </Text>
        <TextInput
          label="Reason"
          description="Kept with who ordered; may be left empty."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button loading={order.isPending} onClick={() => order.mutate()}>
            Order {checksOf(ids.length)} now
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
