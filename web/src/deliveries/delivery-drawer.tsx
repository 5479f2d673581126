import '@mantine/core/styles/Drawer.css';
import { Alert, Drawer, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DeliveryAnswer } from '../api/schema';
import { LinkButton } from '../parts/router-link';
import { When } from '../parts/when';
import { VENDORS } from './vendors';

interface DeliveryDrawerProps {
  teamId: string;
  delivery: DeliveryAnswer | undefined;
  onClose: () => void;
}

/** All that is kept of one webhook: no name, no address, no body. */
export function DeliveryDrawer({ teamId, delivery, onClose }: DeliveryDrawerProps) {
  return (
    <Drawer opened={delivery !== undefined} onClose={onClose} position="right" title="Webhook">
      {delivery && <Detail teamId={teamId} delivery={delivery} />}
    </Drawer>
  );
}

function Detail({ teamId, delivery }: { teamId: string; delivery: DeliveryAnswer }) {
  const { at, vendor, label, cure, count, outcome, reason, detail, opportunityId, id } = delivery;
  return (
    <Stack>
      {cure && (
        <Alert color="amber" icon={<IconAlertTriangle />} title={label}>
          {cure}
        </Alert>
      )}
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          <Fact name="Came">
            <When at={at} exact style={{ whiteSpace: 'normal' }} />
          </Fact>
          <Fact name="From">{VENDORS[vendor ?? ''] ?? 'not known'}</Fact>
          <Fact name="Verdict">
            {label} ({outcome})
          </Fact>
          {reason && <Fact name="Because">{reason}</Fact>}
          {detail && <Fact name="Detail">{detail}</Fact>}
          {count > 1 && <Fact name="How many">{count.toLocaleString()} within a second</Fact>}
          {opportunityId && <Fact name="Opportunity">{opportunityId}</Fact>}
          <Fact name="Kept as">{id}</Fact>
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed">
        Names, addresses and what a webhook carries are not kept.
      </Text>
      {opportunityId && (
        <LinkButton to="/teams/$teamId/candidates/$opportunityId" params={{ teamId, opportunityId }} variant="default">
          Open the candidate
        </LinkButton>
      )}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w="35%">{name}</Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}
