import '@mantine/core/styles/Fieldset.css';
import { Button, Checkbox, FileButton, Fieldset, Group, Radio, ScrollArea, Stack, Textarea } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { answer, api } from '../api/client';
import { NoPermission, ProblemNotice } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { LinkButton } from '../parts/router-link';
import { useSession } from '../session/session.queries';
import { InviteLinks } from './invite-links';
import { readInviteList, type ListedPerson } from './invite-list.rules';
import { InvitePreview } from './invite-preview';
import { useAdministered, useMayManagePeople, usersQuery } from './people.queries';

/** What the API takes at once. */
const MAX_AT_ONCE = 100;
const MAX_FILE_BYTES = 1024 * 1024;

/** Inviting one or many: a list goes in, links come out. */
export function InvitePage() {
  const [invited, setInvited] = useState<ListedPerson[]>();
  const queries = useQueryClient();
  const mayManage = useMayManagePeople();
  const invite = useMutation({
    mutationFn: (people: ListedPerson[]) =>
      answer(
        api.POST('/api/invitations', { body: { people: people.map(({ name, ...one }) => (name ? { ...one, name } : one)) } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
  });
  if (!mayManage)
    return (
      <>
        <PageHeading title="Invite people" />
        <NoPermission may="invite people" />
      </>
    );
  if (invite.data)
    return (
      <InviteLinks
        invitations={invite.data.items}
        onMore={() => {
          setInvited(undefined);
          invite.reset();
        }}
      />
    );
  return (
    <>
      <PageHeading
        title="Invite people"
        says="Each gets a link that works once, within 72 hours. You give it to them: nothing is mailed."
      />
      <InviteForm
        pending={invite.isPending}
        error={invite.error}
        onInvite={(people) => {
          setInvited(people);
          invite.mutate(people);
        }}
        key={invited ? 'again' : 'first'}
      />
    </>
  );
}

interface InviteFormProps {
  pending: boolean;
  error: Error | null;
  onInvite: (people: ListedPerson[]) => void;
}

function InviteForm({ pending, error, onInvite }: InviteFormProps) {
  const { user } = useSession();
  const teams = useAdministered();
  const [text, setText] = useState('');
  const [role, setRole] = useState<'viewer' | 'admin'>('viewer');
  const [teamIds, setTeamIds] = useState<string[]>(teams.length === 1 ? [teams[0]!.id] : []);
  const [owner, setOwner] = useState(false);
  const { data: users } = useQuery(usersQuery);
  const read = useDeferredValue(text);
  const list = useMemo(
    () =>
      readInviteList(read, {
        ...{ teams, teamIds, role, owner },
        mayMakeOwners: user.owner,
        taken: new Set(users?.items.map(({ email }) => email.toLowerCase())),
      }),
    [read, teams, teamIds, role, owner, user.owner, users],
  );
  const now = list.people.slice(0, MAX_AT_ONCE);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (now.length > 0) onInvite(now);
      }}
    >
      <Stack gap="lg" maw={820}>
        <ProblemNotice error={error} />
        <PeopleText text={text} onText={setText} />
        <Fieldset legend="For everyone of whom the list does not say it">
          <Stack>
            {teams.length > 0 && (
              <Checkbox.Group label="Teams" value={teamIds} onChange={setTeamIds}>
                <ScrollArea.Autosize mah={220} type="auto" mt={6}>
                  <Stack gap="xs">
                    {teams.map(({ id, name }) => (
                      <Checkbox key={id} value={id} label={name} />
                    ))}
                  </Stack>
                </ScrollArea.Autosize>
              </Checkbox.Group>
            )}
            <Radio.Group label="Role" value={role} onChange={(chosen) => setRole(chosen)}>
              <Stack gap="xs" mt={6}>
                <Radio value="viewer" label="Viewer" description="Sees candidates and opens reports." />
                <Radio
                  value="admin"
                  label="Admin"
                  description="Sees candidates and reports, sets up the integration, orders checks and invites people."
                />
              </Stack>
            </Radio.Group>
            {user.owner && (
              <Checkbox
                checked={owner}
                onChange={({ currentTarget: { checked } }) => setOwner(checked)}
                label="Owners of this console"
                description="May do everything in every team, and make teams."
              />
            )}
          </Stack>
        </Fieldset>
        <InvitePreview people={list.people} faults={list.faults} invitedNow={now.length} />
        <Group>
          <Button type="submit" disabled={now.length === 0} loading={pending}>
            {now.length === 1 ? 'Invite 1 person' : `Invite ${now.length} people`}
          </Button>
          <LinkButton to="/users" variant="default">
            Cancel
          </LinkButton>
        </Group>
      </Stack>
    </form>
  );
}

function PeopleText({ text, onText }: { text: string; onText: (text: string) => void }) {
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (file: File | null): Promise<void> => {
    setTooLarge(Boolean(file && file.size > MAX_FILE_BYTES));
    if (file && file.size <= MAX_FILE_BYTES) onText(await file.text());
  };
  return (
    <Stack gap="xs">
      <Textarea
        label="People"
        description="One address per line, or pasted from a mail or a spreadsheet. Name, role (viewer or admin) and team may stand beside the address."
        placeholder={'ada@example.com\nGrace Example <grace@example.com>\njoan@example.com, Joan Example, admin'}
        autosize
        minRows={5}
        maxRows={14}
        value={text}
        onChange={({ currentTarget: { value } }) => onText(value)}
        error={tooLarge ? 'The file is larger than 1 MB. Split it and invite part by part.' : undefined}
        data-autofocus
        spellCheck={false}
      />
      <Group>
        <FileButton onChange={(file) => void take(file)} accept=".csv,.tsv,.txt,text/csv,text/plain">
          {(props) => (
            <Button {...props} variant="default" size="xs" leftSection={<IconFileUpload size={16} aria-hidden />}>
              Take a CSV file
            </Button>
          )}
        </FileButton>
      </Group>
    </Stack>
  );
}
