import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api, ApiProblem } from '../api/client';
import { ProblemNotice } from '../parts/notices';
import { returnPath } from './return-path.rules';
import { sessionQuery } from './session.queries';
import { useSecondsLeft } from './use-seconds-left';

/** Sign in with an address and a password, then on to `wanted`. */
export function PasswordForm({ wanted }: { wanted: string | undefined }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() ? null : 'Enter your e-mail address.'),
      password: (value) => (value ? null : 'Enter your password.'),
    },
  });
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(api.POST('/api/session', { body })),
    onSuccess: (session) => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      const path = returnPath(wanted);
      if (session.mustChangePassword) return void navigate({ to: '/new-password', search: { return: path } });
      // A page load and not a step of the router: reports are pages of the server.
      window.location.assign(path);
    },
  });
  const wait = useSecondsLeft(secondsToWait(signIn.error), signIn.error);
  return (
    <form onSubmit={form.onSubmit(({ email, password }) => signIn.mutate({ email: email.trim(), password }))} noValidate>
      <Stack>
        {wait !== 0 && <ProblemNotice error={signIn.error} />}
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={signIn.isPending || signIn.isSuccess} disabled={Boolean(wait)} fullWidth>
          {wait ? `Sign in again in ${wait} s` : 'Sign in'}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          No password any more? An admin of your team, or an owner of this console, can make you a link to set a new one.
        </Text>
      </Stack>
    </form>
  );
}

/** How long to wait after too many failures; `undefined` where there is nothing to wait for. */
function secondsToWait(error: Error | null): number | undefined {
  if (!(error instanceof ApiProblem) || error.kind !== 'sign-in-slowed') return undefined;
  const { retryAfterSeconds } = error.more;
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined;
}
