import { Stack, Text } from '@mantine/core';
import { ApiProblem } from '../api/client';
import { LinkButton } from '../parts/router-link';
import { EntryFrame } from './entry-frame';
import { faultsOfFields } from './fields.rules';

/** A one-time link that lets nobody in: used, too old, withdrawn, or not all of it. */
export function LinkOver() {
  return (
    <EntryFrame title="This link can not be used">
      <Stack>
        <Text size="sm">
          A link works once, within 72 hours, and ends when another one is made. Check that all of it is in the address bar, or
          ask whoever gave it to you for a new one.
        </Text>
        <Text size="sm">Used it already? Then sign in with the password you chose.</Text>
        <LinkButton to="/sign-in" variant="default" fullWidth>
          Go to sign-in
        </LinkButton>
      </Stack>
    </EntryFrame>
  );
}

/** Whether a refusal is of the link itself, also of one that was not copied whole. */
export function isOver(error: Error | null): boolean {
  return error instanceof ApiProblem && (error.kind === 'link-over' || 'token' in faultsOfFields(error.more));
}
