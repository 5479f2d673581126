import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemNotice } from './notices';

interface ConfirmByNameProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and what can't be undone. */
  children: ReactNode;
  /** What has to be typed. */
  name: string;
  /** The words of the button: the act itself. */
  act: string;
  onConfirm: () => void;
  pending: boolean;
  error: Error | null;
}

/** Asks before an act that can't be undone, by having its object's name typed. */
export function ConfirmByName(props: ConfirmByNameProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      {props.opened && <Question {...props} />}
    </Modal>
  );
}

function Question({ children, name, act, onConfirm, onClose, pending, error }: ConfirmByNameProps) {
  const [typed, setTyped] = useState('');
  const matches = typed.trim().toLowerCase() === name.trim().toLowerCase();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (matches) onConfirm();
      }}
    >
      <Stack>
        <ProblemNotice error={error} />
        <Text size="sm" component="div">
          {children}
        </Text>
        <TextInput
          label={`Type “${name}” to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!matches} loading={pending}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
