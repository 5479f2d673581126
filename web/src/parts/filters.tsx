import { Button, Group, SimpleGrid, TextInput } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconSearchOff, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Blank } from './notices';

interface FilterBarProps {
  /** Of what: the name of the search. */
  label: string;
  /** How many fields stand beside one another where there is room. */
  columns: number;
  /** What is seen on a phone too. */
  first?: ReactNode;
  /** What a phone shows when asked to, or when something is chosen in it already. */
  children: ReactNode;
  isChosen: boolean;
  /** Takes all away; absent where nothing is. */
  onClear: (() => void) | undefined;
}

/** What a list is narrowed by, in one row; a phone has it behind a button, so that the list begins on the first screen. */
export function FilterBar({ label, columns, first, children, isChosen, onClear }: FilterBarProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure(isChosen);
  const isOpen = !isNarrow || opened;
  return (
    <Group align="flex-end" mb="md" gap="sm" role="search" aria-label={label}>
      {(first || isOpen) && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: columns }} spacing="sm" style={{ flex: '1 1 20rem' }}>
          {first}
          {isOpen && children}
        </SimpleGrid>
      )}
      {isNarrow && (
        <Button variant="default" aria-expanded={opened} leftSection={<IconFilter size={16} aria-hidden />} onClick={toggle}>
          Filters
        </Button>
      )}
      {onClear && <ClearFilters onClear={onClear} />}
    </Group>
  );
}

interface DayFieldProps {
  label: string;
  /** `2026-03-01`; undefined for any. */
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

/** A day to filter by. */
export function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <TextInput
      type="date"
      label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}

function ClearFilters({ onClear }: { onClear: () => void }) {
  return (
    <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={onClear}>
      Clear filters
    </Button>
  );
}

/** There is something, but none of it fits the filters. */
export function NothingMatches({ title, children, onClear }: { title: string; children: ReactNode; onClear: () => void }) {
  const action = (
    <Button variant="light" onClick={onClear}>
      Clear filters
    </Button>
  );
  return (
    <Blank icon={<IconSearchOff />} title={title} action={action}>
      {children}
    </Blank>
  );
}
