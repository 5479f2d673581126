import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { NewInvitationAnswer } from '../api/schema';
import { CopyField } from '../parts/copy-field';
import { When } from '../parts/when';

/** The new link of an invitation, shown once. */
export function RenewedLinkDialog({ invitation, onClose }: { invitation: NewInvitationAnswer | undefined; onClose: () => void }) {
  return (
    <Modal opened={invitation !== undefined} onClose={onClose} title="A new link" size="lg">
      {invitation && (
        <Stack>
          <Text size="sm">
            Give this link to {invitation.name || invitation.email}. The one before has ended. We mail it to nobody, and it is not
            shown again.
          </Text>
          <CopyField label="Link to join" value={invitation.link} />
          <Text size="sm" c="dimmed" component="div">
            It works once, and ends <When at={invitation.expiresAt} exact span />.
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
