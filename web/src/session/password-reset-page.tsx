import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answer, api, ApiProblem } from '../api/client';
import { ProblemNotice } from '../parts/notices';
import { Reading } from '../parts/reading';
import { EntryFrame } from './entry-frame';
import { faultsOfFields } from './fields.rules';
import { isOver, LinkOver } from './link-over';
import { useLinkToken } from './link-token';
import { faultOfNewPassword, NewPasswordInput } from './new-password-input';

/** Where a link to set a new password leads. */
export function PasswordResetPage() {
  const token = useLinkToken();
  const opened = useQuery({
    queryKey: ['password-reset', token],
    queryFn: () => answer(api.POST('/api/password-reset', { body: { token } })),
    enabled: token !== '',
  });
  if (token === '' || isOver(opened.error)) return <LinkOver />;
  if (opened.data) return <Setting token={token} email={opened.data.email} />;
  return (
    <EntryFrame title="Set a new password">
      <Reading of={opened} rows={2} />
    </EntryFrame>
  );
}

function Setting({ token, email }: { token: string; email: string }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: faultOfNewPassword },
  });
  const finish = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      answer(api.POST('/api/password-reset/finish', { body: { token, password } })),
    // A page load: nothing that was read as somebody else stays.
    onSuccess: () => window.location.assign('/'),
    onError: (error) => {
      if (error instanceof ApiProblem) form.setErrors(faultsOfFields(error.more));
    },
  });
  if (isOver(finish.error)) return <LinkOver />;
  return (
    <EntryFrame title="Set a new password" says="It ends all your sessions, on every device, and signs you in here.">
      <form onSubmit={form.onSubmit((values) => finish.mutate(values))} noValidate>
        <Stack>
          <ProblemNotice error={finish.error} />
          <TextInput label="E-mail address" value={email} autoComplete="username" readOnly variant="filled" />
          <NewPasswordInput autoFocus key={form.key('password')} {...form.getInputProps('password')} />
          <Button type="submit" loading={finish.isPending || finish.isSuccess} fullWidth>
            Set password and sign in
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
