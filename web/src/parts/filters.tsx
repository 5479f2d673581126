import { Button, TextInput } from '@mantine/core';
import { IconSearchOff, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Blank } from './notices';

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

/** Takes all filters away. */
export function ClearFilters({ onClear }: { onClear: () => void }) {
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
