import { Badge, Card, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconWebhook } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeliveryAnswer } from '../api/schema';
import { HeldList } from '../live/held-list';
import { NothingMatches } from '../parts/filters';
import { Blank } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { ShowMore } from '../parts/show-more';
import { When } from '../parts/when';
import { deliveriesQuery } from './deliveries.queries';
import { DeliveryDrawer } from './delivery-drawer';
import { DeliveryFilters } from './delivery-filters';
import type { DeliverySearch } from './delivery-search.rules';
import { VENDORS } from './vendors';

const ROUTE = '/signed-in/teams/$teamId/deliveries';

/** Every webhook of a team with its verdict. */
export function DeliveriesPage() {
  const { teamId } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const [opened, setOpened] = useState<DeliveryAnswer | undefined>();
  const list = useInfiniteQuery(deliveriesQuery(teamId, search));
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const ask = (next: DeliverySearch): void =>
    void navigate({ to: '/teams/$teamId/deliveries', params: { teamId }, search: next, replace: true });
  return (
    <>
      <PageHeading
        title="Deliveries"
        says="Every webhook that Lever and Certn sent, and what was made of it. Unsigned ones are only counted."
      />
      <DeliveryFilters teamId={teamId} search={search} onChange={ask} />
      <Reading of={list} />
      {list.data && deliveries.length === 0 && <None isFiltered={Object.keys(search).length > 0} onClear={() => ask({})} />}
      {deliveries.length > 0 && (
        <div style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }} aria-busy={list.isPlaceholderData}>
          <HeldList
            rows={deliveries}
            keyOf={({ at, id }) => `${at} ${id}`}
            listKey={list.isPlaceholderData ? 'the one before' : JSON.stringify(search)}
          >
            {(rows) => <DeliveryList deliveries={rows} onOpen={setOpened} />}
          </HeldList>
          <ShowMore list={list} mt="md" />
        </div>
      )}
      <DeliveryDrawer teamId={teamId} delivery={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

interface DeliveryListProps {
  deliveries: DeliveryAnswer[];
  onOpen: (delivery: DeliveryAnswer) => void;
}

function DeliveryList({ deliveries, onOpen }: DeliveryListProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  if (isNarrow)
    return (
      <Stack gap="sm" role="list" aria-label="Webhooks">
        {deliveries.map((delivery) => (
          <Card key={`${delivery.at} ${delivery.id}`} withBorder padding="sm" role="listitem">
            <Group justify="space-between" gap="xs">
              <Verdict delivery={delivery} onOpen={onOpen} />
              <Text size="sm" c="dimmed">
                {VENDORS[delivery.vendor ?? ''] ?? '—'} · <When at={delivery.at} />
              </Text>
            </Group>
          </Card>
        ))}
      </Stack>
    );
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table highlightOnHover aria-label="Webhooks">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Came</Table.Th>
            <Table.Th>From</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th>Opportunity</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deliveries.map((delivery) => (
            <Table.Tr key={`${delivery.at} ${delivery.id}`} onClick={() => onOpen(delivery)} style={{ cursor: 'pointer' }}>
              <Table.Td>
                <When at={delivery.at} />
              </Table.Td>
              <Table.Td>{VENDORS[delivery.vendor ?? ''] ?? '—'}</Table.Td>
              <Table.Td>
                <Verdict delivery={delivery} onOpen={onOpen} />
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {delivery.opportunityId ?? '—'}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Verdict({ delivery, onOpen }: { delivery: DeliveryAnswer; onOpen: (delivery: DeliveryAnswer) => void }) {
  return (
    <Group gap="xs">
      <UnstyledButton
        c="var(--mantine-color-anchor)"
        fz="sm"
        fw={600}
        aria-haspopup="dialog"
        onClick={(event) => {
          event.stopPropagation();
          onOpen(delivery);
        }}
      >
        {delivery.label}
      </UnstyledButton>
      {delivery.count > 1 && (
        <Badge variant="light" color="gray" tt="none">
          {delivery.count} times
        </Badge>
      )}
      {delivery.cure && (
        <Badge variant="light" color="amber" tt="none">
          to do
        </Badge>
      )}
    </Group>
  );
}

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered)
    return (
      <NothingMatches title="No webhook matches" onClear={onClear}>
        Nothing of what is kept fits the filters.
      </NothingMatches>
    );
  return (
    <Blank icon={<IconWebhook />} title="No webhook came yet">
      Paste the webhook URLs of the integration into Lever and Certn; the first one that comes shows here.
    </Blank>
  );
}
