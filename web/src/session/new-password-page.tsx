import { Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { answer, api, ApiProblem } from '../api/client';
import { ProblemNotice } from '../parts/notices';
import { EntryFrame } from './entry-frame';
import { faultsOfFields } from './fields.rules';
import { faultOfNewPassword, NewPasswordInput } from './new-password-input';
import { returnPath } from './return-path.rules';
import { sessionQuery } from './session.queries';

/** Who signed in with a password that somebody else chose chooses one, before anything else. */
export function NewPasswordPage() {
  const search = useSearch({ from: '/new-password' });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', password: '' },
    validate: {
      current: (value) => (value ? null : 'Enter the password you signed in with.'),
      password: (value, { current }) =>
        value !== '' && value === current ? 'It must be another than the one you were given.' : faultOfNewPassword(value),
    },
  });
  const change = useMutation({
    mutationFn: (body: { current: string; password: string }) => answer(api.PUT('/api/session/password', { body })),
    onSuccess: (changed) => {
      queries.setQueryData(sessionQuery.queryKey, changed);
      window.location.assign(returnPath(search.return));
    },
    onError: (error) => {
      if (error instanceof ApiProblem) form.setErrors(faultsOfFields(error.more));
    },
  });
  const signOut = useMutation({
    mutationFn: () => answer(api.DELETE('/api/session')),
    onSettled: async () => {
      queries.clear();
      await navigate({ to: '/sign-in' });
    },
  });
  return (
    <EntryFrame
      title="Choose your password"
      says="The one you signed in with was chosen by somebody else. From now on only you know yours."
    >
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack>
          <ProblemNotice error={change.error} />
          <input type="hidden" autoComplete="username" value={session?.user.email ?? ''} readOnly />
          <PasswordInput
            label="The password you signed in with"
            autoComplete="current-password"
            autoFocus
            key={form.key('current')}
            {...form.getInputProps('current')}
          />
          <NewPasswordInput key={form.key('password')} {...form.getInputProps('password')} />
          <Button type="submit" loading={change.isPending || change.isSuccess} fullWidth>
            Save and go on
          </Button>
          <Button variant="subtle" color="gray" onClick={() => signOut.mutate()} loading={signOut.isPending} fullWidth>
            Sign out
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
