import { Modal } from '@mantine/core';
import type { UserAnswer } from '../api/schema';
import { SessionsList } from './sessions-list';

/** Where a person is signed in, for owners. */
export function SessionsDialog({ user, opened, onClose }: { user: UserAnswer; opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Sessions of ${user.name}`} size="lg">
      {opened && <SessionsList userId={user.id} />}
    </Modal>
  );
}
