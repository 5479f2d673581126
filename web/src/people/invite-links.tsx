import { Alert, Button, CopyButton, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import type { NewInvitationAnswer } from '../api/schema';
import { CopyField } from '../parts/copy-field';
import { PageHeading } from '../parts/page-heading';
import { LinkButton } from '../parts/router-link';
import { When } from '../parts/when';

/** The links of those who were just invited. They are shown here and never again. */
export function InviteLinks({ invitations, onMore }: { invitations: readonly NewInvitationAnswer[]; onMore: () => void }) {
  const first = invitations[0];
  const all = invitations.map(({ email, name, link }) => [email, name, link].join('\t')).join('\n');
  return (
    <>
      <PageHeading
        title={invitations.length === 1 ? 'One person is invited' : `${invitations.length} people are invited`}
        says="Give each person their own link, by mail or chat. We mail nothing."
      />
      <Stack maw={820}>
        <Alert color="orange" title="The links are shown only now">
          <Text size="sm" component="div">
            Copy them before you leave this page. Each works once
            {first && (
              <>
                , and ends <When at={first.expiresAt} exact span />
              </>
            )}
            . A lost one can be replaced in the list of users.
          </Text>
        </Alert>
        {invitations.map(({ id, email, name, link }) => (
          <Paper key={id} withBorder p="sm">
            <CopyField label={name ? `${name}, ${email}` : email} value={link} />
          </Paper>
        ))}
        <Group>
          {invitations.length > 1 && (
            <CopyButton value={all} timeout={2000}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy} leftSection={<IconCopy size={16} aria-hidden />}>
                  <span aria-live="polite">{copied ? 'Copied' : 'Copy all, as a table'}</span>
                </Button>
              )}
            </CopyButton>
          )}
          <LinkButton to="/users">Done</LinkButton>
          <Button variant="default" onClick={onMore}>
            Invite more
          </Button>
        </Group>
      </Stack>
    </>
  );
}
