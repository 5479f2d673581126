import { Card, Group, Select, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DeliveryCountAnswer } from '../api/schema';
import { DayField, FilterBar } from '../parts/filters';
import { SearchBox } from '../parts/search-box';
import { deliveryCountsQuery } from './deliveries.queries';
import type { DeliverySearch } from './delivery-search.rules';
import { VENDORS } from './vendors';

interface DeliveryFiltersProps {
  teamId: string;
  search: DeliverySearch;
  onChange: (search: DeliverySearch) => void;
}

/** What came in the last 24 hours by verdict, and what the list is narrowed by. */
export function DeliveryFilters({ teamId, search, onChange }: DeliveryFiltersProps) {
  const { data } = useQuery(deliveryCountsQuery(teamId));
  const counts = data?.counts ?? [];
  const set = (part: DeliverySearch): void => onChange({ ...search, ...part });
  const isChosen = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      {counts.length > 0 && (
        <section aria-label="The last 24 hours">
          <Text size="sm" c="dimmed" mb={4}>
            In the last 24 hours
          </Text>
          <Group gap="sm" mb="md">
            {counts.map((count) => (
              <Count key={`${count.vendor} ${count.outcome}`} count={count} search={search} onChange={onChange} />
            ))}
          </Group>
        </section>
      )}
      <FilterBar label="Webhooks" columns={5} isChosen={isChosen} onClear={isChosen ? () => onChange({}) : undefined}>
        <Select
          label="From"
          placeholder="Any"
          data={Object.entries(VENDORS).map(([value, label]) => ({ value, label }))}
          value={search.vendor ?? null}
          onChange={(vendor) => set({ vendor: (vendor ?? undefined) as DeliverySearch['vendor'] })}
          clearable
        />
        <Select
          label="Verdict"
          placeholder="Any"
          data={verdictsOf(counts, search.outcome)}
          value={search.outcome ?? null}
          onChange={(outcome) => set({ outcome: outcome ?? undefined })}
          clearable
        />
        <SearchBox
          label="Opportunity"
          placeholder="Lever’s id"
          maxLength={100}
          value={search.opportunityId}
          onChange={(opportunityId) => set({ opportunityId })}
        />
        <DayField label="Since" value={search.from} onChange={(from) => set({ from })} />
        <DayField label="Until" value={search.to} onChange={(to) => set({ to })} />
      </FilterBar>
    </>
  );
}

function Count({
  count: { vendor, outcome, label, count },
  search,
  onChange,
}: {
  count: DeliveryCountAnswer;
  search: DeliverySearch;
  onChange: (search: DeliverySearch) => void;
}) {
  const isChosen = search.outcome === outcome && (search.vendor ?? null) === vendor;
  const choice = { outcome, vendor: vendor === 'lever' || vendor === 'certn' ? vendor : undefined } as const;
  return (
    <UnstyledButton aria-pressed={isChosen} onClick={() => onChange(isChosen ? {} : choice)}>
      <Card withBorder padding="xs" bg={isChosen ? 'var(--mantine-primary-color-light)' : undefined}>
        <Text fw={700}>{count.toLocaleString()}</Text>
        <Text size="xs" c="dimmed">
          {VENDORS[vendor ?? ''] ?? ''}: {label}
        </Text>
      </Card>
    </UnstyledButton>
  );
}

function verdictsOf(counts: DeliveryCountAnswer[], chosen: string | undefined): { value: string; label: string }[] {
  const labels = new Map(counts.map(({ outcome, label }) => [outcome, label]));
  for (const [outcome, label] of ALWAYS) labels.set(outcome, label);
  if (chosen && !labels.has(chosen)) labels.set(chosen, chosen);
  return [...labels].map(([value, label]) => ({ value, label }));
}

/** Verdicts that one looks for though none came today. */
const ALWAYS: [outcome: string, label: string][] = [
  ['accepted', 'Accepted'],
  ['repeat', 'A repeat of one we had'],
  ['not-for-us', 'Not about the trigger stage'],
  ['signature-wrong', 'The signature does not fit'],
];
