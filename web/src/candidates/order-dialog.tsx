import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CandidateDetailAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { orderMutation } from './candidates.queries';
import { activePackagesQuery } from './packages-to-order.queries';

interface OrderDialogProps {
  teamId: string;
  candidate: CandidateDetailAnswer;
  opened: boolean;
  onClose: () => void;
}

const MAX_REASON = 500;

/** Asks why, and with which package, before a check is ordered by hand. */
export function OrderDialog(props: OrderDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Order a check for ${nameOf(props.candidate)}?`}>
      {props.opened && <OrderForm {...props} />}
    </Modal>
  );
}

function OrderForm({ teamId, candidate, onClose }: OrderDialogProps) {
  const [reason, setReason] = useState('');
  const [packageId, setPackageId] = useState<string | null>(null);
  const { data: packages } = useQuery(activePackagesQuery(teamId));
  const order = useMutation({
    ...orderMutation(teamId, candidate.opportunityId),
    onSettled: (_, error) => {
      if (error) return;
      notifications.show({
        message: `The check of ${nameOf(candidate)} is being ordered; the timeline shows what becomes of it.`,
      });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) order.mutate({ reason: reason.trim(), ...(packageId ? { packageId } : {}) });
      }}
    >
      <Stack>
        <ProblemNotice error={order.error} />
        <Text size="sm">
          Certn e-mails the applicant{candidate.email ? ` at ${candidate.email}` : ''} and charges for the check. Your reason is
          kept with your name.
        </Text>
        <Textarea
          label="Reason"
          required
          maxLength={MAX_REASON}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Package"
          placeholder="As tags and default package say"
          data={(packages ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={packageId}
          onChange={setPackageId}
          clearable
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!reason.trim()} loading={order.isPending}>
            Order the check
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whom a dialog is about. */
export function nameOf({ name, opportunityId }: CandidateDetailAnswer): string {
  return name ?? opportunityId;
}
