import { Select } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { CandidateChoicesAnswer } from '../api/schema';
import { FilterBar } from '../parts/filters';
import { SearchBox } from '../parts/search-box';
import { isFiltered, onlyOrder, type CandidateSearch } from './candidate-search.rules';
import { choicesQuery } from './candidates.queries';

interface CandidateFiltersProps {
  teamId: string;
  search: CandidateSearch;
  onChange: (search: CandidateSearch) => void;
}

/** What the list is narrowed by. What is chosen stands in the address. */
export function CandidateFilters({ teamId, search, onChange }: CandidateFiltersProps) {
  const { data: choices } = useQuery(choicesQuery(teamId));
  const set = (part: CandidateSearch): void => onChange({ ...search, ...part });
  return (
    <FilterBar
      label="Candidates"
      columns={4}
      isChosen={isFiltered({ ...search, q: undefined })}
      onClear={isFiltered(search) ? () => onChange(onlyOrder(search)) : undefined}
      first={
        <SearchBox
          label="Search"
          placeholder="Name, e-mail or Lever id"
          type="search"
          maxLength={400}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search.q}
          onChange={(q) => set({ q })}
        />
      }
    >
      <Choice
        label="Status"
        value={search.status}
        choices={statusChoices(choices, search.status)}
        onChange={(status) => set({ status })}
      />
      <Choice
        label="Package"
        value={search.package}
        choices={choicesOf(
          choices?.packages.map(({ name, count }) => ({ value: name, label: name, count })),
          search.package,
        )}
        onChange={(packageName) => set({ package: packageName })}
      />
      <Choice
        label="Problem"
        value={search.problem}
        choices={choicesOf(
          choices?.problems.map(({ reason, label, count }) => ({ value: reason, label, count })),
          search.problem,
        )}
        onChange={(problem) => set({ problem })}
      />
    </FilterBar>
  );
}

interface ChoiceOption {
  value: string;
  label: string;
}

function Choice(props: {
  label: string;
  value: string | undefined;
  choices: ChoiceOption[];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <Select
      label={props.label}
      placeholder="Any"
      data={props.choices}
      value={props.value ?? null}
      onChange={(value) => props.onChange(value ?? undefined)}
      clearable
      searchable={props.choices.length > 8}
      nothingFoundMessage="None"
      comboboxProps={{ shadow: 'md' }}
    />
  );
}

function statusChoices(choices: CandidateChoicesAnswer | undefined, chosen: string | undefined): ChoiceOption[] {
  return choicesOf(
    choices?.statuses.map(({ label, statuses, count }) => ({ value: statuses.join(','), label, count })),
    chosen,
  );
}

/** What is chosen is always among the choices, though nobody may have it any more. */
function choicesOf(choices: (ChoiceOption & { count: number })[] | undefined, chosen: string | undefined): ChoiceOption[] {
  const offered = (choices ?? []).map(({ value, label, count }) => ({ value, label: `${label} (${count})` }));
  return chosen === undefined || offered.some(({ value }) => value === chosen)
    ? offered
    : [...offered, { value: chosen, label: chosen }];
}
