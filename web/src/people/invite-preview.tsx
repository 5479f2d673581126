import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { useSession } from '../session/session.queries';
import type { ListedPerson, ListFault } from './invite-list.rules';
import { RoleBadges } from './role-badges';
import { rolesInWords } from './roles.rules';

const SHOWN = 100;

interface InvitePreviewProps {
  people: readonly ListedPerson[];
  faults: readonly ListFault[];
  /** How many of them go with the next click. */
  invitedNow: number;
}

/** What was understood of a list, and what was not, before anybody is invited. */
export function InvitePreview({ people, faults, invitedNow }: InvitePreviewProps) {
  const { teams } = useSession();
  if (people.length === 0 && faults.length === 0) return null;
  return (
    <Stack gap="md" aria-live="polite">
      {faults.length > 0 && (
        <Alert color="orange" title={faults.length === 1 ? 'One line is left out' : `${faults.length} lines are left out`}>
          <Stack gap="xs" component="ul" m={0} pl="md">
            {faults.slice(0, SHOWN).map(({ line, text, why }, index) => (
              <Text size="sm" component="li" key={index} style={{ overflowWrap: 'anywhere' }}>
                Line {line}, “{text}”: {why}
              </Text>
            ))}
          </Stack>
        </Alert>
      )}
      {people.length > invitedNow && (
        <Alert color="blue">
          The first {invitedNow} are invited now. Invite the other {people.length - invitedNow} afterwards.
        </Alert>
      )}
      {people.length > 0 && (
        <section aria-labelledby="understood">
          <Title order={2} size="h3" id="understood" mb="xs">
            {people.length === 1 ? 'One person' : `${people.length} people`}
          </Title>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Person</Table.Th>
                <Table.Th>Will be</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.slice(0, SHOWN).map(({ email, name, owner, roles }) => (
                <Table.Tr key={email}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {email}
                    {name && (
                      <Text size="sm" c="dimmed">
                        {name}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <RoleBadges roles={rolesInWords(roles, teams, owner)} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Stack>
  );
}
