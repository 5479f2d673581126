import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { DayField, FilterBar } from '../parts/filters';
import { useAdministered, usersQuery } from '../people/people.queries';
import type { AuditSearch } from './audit-search.rules';
import { auditChoicesQuery } from './audit.queries';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

/** What the audit is narrowed by: team, person, what was done, and days. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const teams = useAdministered();
  const { data: users } = useQuery(usersQuery);
  const { data: choices } = useQuery(auditChoicesQuery);
  const set = (part: { [Name in keyof AuditSearch]: AuditSearch[Name] | undefined }): void =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined)));
  const isChosen = Object.keys(search).length > 0;
  return (
    <FilterBar label="Audit" columns={5} isChosen={isChosen} onClear={isChosen ? () => onChange({}) : undefined}>
      <Choice
        label="Team"
        data={teams.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.team}
        onChange={(team) => set({ team })}
      />
      <Choice
        label="Person"
        data={(users?.items ?? []).map(({ id, email }) => ({ value: id, label: email }))}
        value={search.person}
        onChange={(person) => set({ person })}
      />
      <Choice
        label="What was done"
        data={(choices?.actions ?? []).map(({ action, says }) => ({ value: action, label: says }))}
        value={search.action}
        onChange={(action) => set({ action })}
      />
      <DayField label="Since" value={search.from} onChange={(from) => set({ from })} />
      <DayField label="Until" value={search.to} onChange={(to) => set({ to })} />
    </FilterBar>
  );
}

interface FieldProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function Choice({ label, data, value, onChange }: FieldProps & { data: { value: string; label: string }[] }) {
  const known = value === undefined || data.some((choice) => choice.value === value);
  return (
    <Select
      label={label}
      placeholder="Any"
      data={known ? data : [...data, { value, label: value }]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchable
      clearable
    />
  );
}
