import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemNotice } from './notices';

/** What is asked, and what happens when it is confirmed. */
export interface ConfirmByNameProps {
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

/** The dialog of `ConfirmByName`. */
export function ConfirmDialog(props: ConfirmByNameProps) {
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
