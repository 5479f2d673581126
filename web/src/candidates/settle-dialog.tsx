import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CandidateDetailAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { settleMutation, type Settlement } from './candidates.queries';
import { nameOf } from './order-dialog';

interface SettleDialogProps {
  teamId: string;
  candidate: CandidateDetailAnswer;
  checkId: string;
  opened: boolean;
  onClose: () => void;
}

type Way = 'case' | 'order' | 'drop';

const ACTS: Record<Way, string> = { case: 'Adopt the case', order: 'Order afresh', drop: 'Drop the check' };

/** What becomes of a check of which nobody can tell whether Certn made a case. */
export function SettleDialog(props: SettleDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Settle the check of ${nameOf(props.candidate)}`}>
      {props.opened && <SettleForm {...props} />}
    </Modal>
  );
}

function SettleForm({ teamId, candidate, checkId, onClose }: SettleDialogProps) {
  const [way, setWay] = useState<Way>('case');
  const [caseId, setCaseId] = useState('');
  const [typed, setTyped] = useState('');
  const name = nameOf(candidate);
  const settle = useMutation({
    ...settleMutation(teamId, checkId),
    onSettled: (_, error) => {
      if (error) return;
      notifications.show({ message: `The check of ${name} is being settled; the timeline shows what becomes of it.` });
      onClose();
    },
  });
  const isSure = way === 'case' ? caseId.trim() !== '' : typed.trim().toLowerCase() === name.trim().toLowerCase();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure) settle.mutate(settlementOf(way, caseId.trim()));
      }}
    >
      <Stack>
        <ProblemNotice error={settle.error} />
        <Text size="sm">
          Look in Certn’s Client Portal for a case with this applicant’s e-mail address
          {candidate.email ? ` (${candidate.email})` : ''}, then choose.
        </Text>
        <Radio.Group label="What becomes of the check" value={way} onChange={(value) => setWay(value)}>
          <Stack gap="xs" mt="xs">
            <Radio
              value="case"
              label="There is a case"
              description="It is adopted, and the check goes on with it."
              data-autofocus
            />
            <Radio
              value="order"
              label="There is none: order afresh"
              description="Certn e-mails the applicant and charges for the check."
            />
            <Radio value="drop" label="Drop the check" description="Nothing more is done; the check ends as cancelled." />
          </Stack>
        </Radio.Group>
        {way === 'case' ? (
          <TextInput
            label="Id of the case"
            description="It stands in the address of the case in Certn’s portal."
            value={caseId}
            maxLength={100}
            onChange={(event) => setCaseId(event.currentTarget.value)}
            autoComplete="off"
          />
        ) : (
          <>
            {way === 'order' && (
              <Alert color="amber">If there is a case after all, the applicant is checked, and paid for, twice.</Alert>
            )}
            <TextInput
              label={`Type “${name}” to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
            />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={way === 'case' ? undefined : 'red'} disabled={!isSure} loading={settle.isPending}>
            {ACTS[way]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function settlementOf(way: Way, caseId: string): Settlement {
  if (way === 'case') return { caseId };
  return way === 'order' ? { order: true } : { drop: true };
}
