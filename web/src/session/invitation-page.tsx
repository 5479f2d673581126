import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answer, api, ApiProblem } from '../api/client';
import type { OpenedInvitationAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { Reading } from '../parts/reading';
import { EntryFrame } from './entry-frame';
import { faultsOfFields } from './fields.rules';
import { isOver, LinkOver } from './link-over';
import { useLinkToken } from './link-token';
import { faultOfNewPassword, NewPasswordInput } from './new-password-input';
import { sessionQuery } from './session.queries';

/** Where an invitation leads: who is new chooses a name and a password, who is not joins with the own. */
export function InvitationPage() {
  const token = useLinkToken();
  const opened = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answer(api.POST('/api/invitation', { body: { token } })),
    enabled: token !== '',
  });
  const session = useQuery(sessionQuery);
  if (token === '' || isOver(opened.error)) return <LinkOver />;
  if (!opened.data || session.data === undefined)
    return (
      <EntryFrame title="Welcome">
        <Reading of={[opened, session]} rows={3} />
      </EntryFrame>
    );
  return <Joining token={token} invitation={opened.data} signedInAs={session.data?.user.email} />;
}

interface JoiningProps {
  token: string;
  invitation: OpenedInvitationAnswer;
  signedInAs: string | undefined;
}

function Joining({ token, invitation, signedInAs }: JoiningProps) {
  const isSelf = signedInAs?.toLowerCase() === invitation.email.toLowerCase();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: invitation.name, password: '' },
    validate: isSelf
      ? {}
      : { name: (value) => (value.trim() ? null : 'Enter your name.'), password: (value) => faultOfNewPassword(value) },
  });
  const join = useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }) =>
      answer(api.POST('/api/invitation/accept', { body: isSelf ? { token } : { token, name: name.trim(), password } })),
    // A page load: nothing that was read as somebody else stays.
    onSuccess: () => window.location.assign('/'),
    onError: (error) => {
      if (error instanceof ApiProblem) form.setErrors(faultsOfFields(error.more));
    },
  });
  if (isOver(join.error)) return <LinkOver />;
  return (
    <EntryFrame title="Welcome" says={<Promised invitation={invitation} />}>
      <form onSubmit={form.onSubmit((values) => join.mutate(values))} noValidate>
        <Stack>
          <ProblemNotice error={join.error} />
          <Foreign signedInAs={isSelf ? undefined : signedInAs} />
          <TextInput label="E-mail address" value={invitation.email} autoComplete="username" readOnly variant="filled" />
          {isSelf ? (
            <Text size="sm">You are signed in with this address: nothing else is needed.</Text>
          ) : (
            <>
              <TextInput label="Your name" autoComplete="name" key={form.key('name')} {...form.getInputProps('name')} />
              <NewPasswordInput
                label="Password"
                description="Choose one of at least 12 characters. If you have an account here already, type its password."
                key={form.key('password')}
                {...form.getInputProps('password')}
              />
            </>
          )}
          <Button type="submit" loading={join.isPending || join.isSuccess} fullWidth>
            Join
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}

/** What the invitation gives, and by whom. */
function Promised({ invitation: { invitedBy, teams, owner } }: { invitation: OpenedInvitationAnswer }) {
  const parts = [
    ...(owner ? ['as an owner of this console'] : []),
    ...teams.map(({ name, role }) => `to ${name} as ${role === 'admin' ? 'an admin' : 'a viewer'}`),
  ];
  return (
    <>
      {invitedBy} invited you {parts.join(', ')}.
    </>
  );
}

function Foreign({ signedInAs }: { signedInAs: string | undefined }) {
  if (!signedInAs) return null;
  return (
    <Alert color="blue" variant="light">
      You are signed in as {signedInAs}, and this invitation is for another address. Joining signs you out there.
    </Alert>
  );
}
