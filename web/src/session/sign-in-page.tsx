import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { answer, api } from '../api/client';
import mark from '../mark.svg';
import { ProblemNotice } from '../parts/notices';
import { returnPath } from './return-path.rules';
import { sessionQuery } from './session.queries';

/** Sign in, then back to where one wanted to go. */
export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() ? null : 'Enter your e-mail address.'),
      password: (value) => (value ? null : 'Enter your password.'),
    },
  });
  useEffect(() => {
    document.title = 'Sign in · lever-certn';
  }, []);
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(api.POST('/api/session', { body })),
    onSuccess: (session) => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      // A page load and not a step of the router: reports are pages of the server.
      window.location.assign(returnPath(search.return));
    },
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <form onSubmit={form.onSubmit(({ email, password }) => signIn.mutate({ email: email.trim(), password }))} noValidate>
          <Stack>
            <Stack gap={4} align="center">
              <img src={mark} alt="" width={44} height={44} />
              <Title order={1}>Sign in</Title>
              <Text c="dimmed" size="sm" ta="center">
                Background checks that start by themselves.
              </Text>
            </Stack>
            <ProblemNotice error={signIn.error} />
            <TextInput label="E-mail address" type="email" autoComplete="username" {...form.getInputProps('email')} />
            <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps('password')} />
            <Button type="submit" loading={signIn.isPending || signIn.isSuccess} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
