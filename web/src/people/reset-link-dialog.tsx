import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { LinkAnswer, UserAnswer } from '../api/schema';
import { CopyField } from '../parts/copy-field';
import { When } from '../parts/when';

/** A link to set a new password, shown once, to be given to the person. */
export function ResetLinkDialog({
  user,
  link,
  onClose,
}: {
  user: UserAnswer;
  link: LinkAnswer | undefined;
  onClose: () => void;
}) {
  return (
    <Modal opened={link !== undefined} onClose={onClose} title={`A new password for ${user.name}`} size="lg">
      {link && (
        <Stack>
          <Text size="sm">
            Give this link to {user.name} and to nobody else: whoever opens it first can sign in as {user.name}. We mail it to
            nobody, and it is not shown again.
          </Text>
          <CopyField label="Link to set a new password" value={link.link} />
          <Text size="sm" c="dimmed" component="div">
            It works once, and ends <When at={link.expiresAt} exact span />. Until it is used the password of before goes on
            working.
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
