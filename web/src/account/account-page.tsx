import { Button, Group, PasswordInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api, ApiProblem } from '../api/client';
import { ProblemNotice } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { SessionsList } from '../people/sessions-list';
import { faultsOfFields } from '../session/fields.rules';
import { faultOfNewPassword, NewPasswordInput } from '../session/new-password-input';
import { useSession } from '../session/session.queries';
import { TokensPart } from './tokens-part';

/** One's own name, password, sessions and API tokens. */
export function AccountPage() {
  const { user, hasPassword } = useSession();
  return (
    <>
      <PageHeading title="My account" says={`You are signed in as ${user.email}.`} />
      <Stack gap="xl" maw={820}>
        <Part title="Name">
          <NameForm />
        </Part>
        <Part title="Password" says={hasPassword ? 'A new password ends your sessions everywhere but here.' : undefined}>
          {hasPassword ? <PasswordForm /> : <NoPassword />}
        </Part>
        <Part
          title="Sessions"
          says="Where you are signed in. A session ends by itself after half an hour of rest, and after twelve hours."
        >
          <SessionsList />
        </Part>
        <TokensPart />
      </Stack>
    </>
  );
}

/** A part of a page under a heading of its own. */
function Part({ title, says, children }: { title: string; says?: string; children: ReactNode }) {
  const id = `part-${title.toLowerCase()}`;
  return (
    <section aria-labelledby={id}>
      <Title order={2} id={id}>
        {title}
      </Title>
      {says && (
        <Text c="dimmed" size="sm" mt={2}>
          {says}
        </Text>
      )}
      <Paper mt="sm">{children}</Paper>
    </section>
  );
}

function NameForm() {
  const { user } = useSession();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: user.name },
    validate: { name: (value) => (value.trim() ? null : 'Enter your name.') },
  });
  const save = useMutation({
    mutationFn: ({ name }: { name: string }) =>
      answer(api.PATCH('/api/users/{id}', { params: { path: { id: user.id } }, body: { name: name.trim() } })),
    onSuccess: async () => {
      notifications.show({ message: 'Your name is saved.', color: 'pine' });
      await Promise.all([['session'], ['users']].map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <ProblemNotice error={save.error} />
      <Group align="flex-end">
        <TextInput
          label="Your name"
          autoComplete="name"
          key={form.key('name')}
          {...form.getInputProps('name')}
          style={{ flex: '1 1 14rem' }}
          maw={400}
        />
        <Button type="submit" variant="default" loading={save.isPending}>
          Save name
        </Button>
      </Group>
    </form>
  );
}

function NoPassword() {
  return <Text>You sign in with single sign-on and have no password here. Change your password where you sign in with it.</Text>;
}

function PasswordForm() {
  const { user } = useSession();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', password: '' },
    validate: {
      current: (value) => (value ? null : 'Enter your current password.'),
      password: (value, { current }) =>
        value !== '' && value === current ? 'It must be another than before.' : faultOfNewPassword(value),
    },
  });
  const change = useMutation({
    mutationFn: (body: { current: string; password: string }) => answer(api.PUT('/api/session/password', { body })),
    onSuccess: async () => {
      form.reset();
      notifications.show({ message: 'Your password is changed. Other sessions have ended.', color: 'pine' });
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
    onError: (error) => {
      if (error instanceof ApiProblem) form.setErrors(faultsOfFields(error.more));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack maw={400}>
        <ProblemNotice error={change.error} />
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          key={form.key('current')}
          {...form.getInputProps('current')}
        />
        <NewPasswordInput key={form.key('password')} {...form.getInputProps('password')} />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
