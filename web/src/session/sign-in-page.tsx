import { Alert, Button, Divider, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Reading } from '../parts/reading';
import { EntryFrame } from './entry-frame';
import { PasswordForm } from './password-form';
import { returnPath } from './return-path.rules';
import { waysInQuery } from './session.queries';

/** Sign in by the ways there are, then back to where one wanted to go. */
export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const read = useQuery(waysInQuery(search.refused));
  const { data: ways } = read;
  return (
    <EntryFrame title="Sign in" says="Background checks that start by themselves.">
      <Stack>
        <Reading of={read} rows={3} />
        {ways?.refusal && (
          <Alert color="red" role="alert" icon={<IconAlertTriangle />} title={ways.refusal.detail}>
            {ways.refusal.cure}
          </Alert>
        )}
        {ways?.singleSignOn && (
          <Button component="a" href={startOf(ways.singleSignOn.path, search.return)} fullWidth>
            Sign in with {ways.singleSignOn.name}
          </Button>
        )}
        {ways?.singleSignOn && ways.passwords && <Divider label="or" />}
        {ways?.passwords && <PasswordForm wanted={search.return} />}
      </Stack>
    </EntryFrame>
  );
}

function startOf(path: string, wanted: string | undefined): string {
  return `${path}?${new URLSearchParams({ return: returnPath(wanted) }).toString()}`;
}
