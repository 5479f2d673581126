import type { TeamRole } from './roles.rules';

/** Somebody in a list, understood. */
export interface ListedPerson {
  email: string;
  name: string;
  owner: boolean;
  roles: TeamRole[];
}

/** A line of a list that could not be taken. */
export interface ListFault {
  /** From 1. */
  line: number;
  text: string;
  /** A sentence that says why, and what would do. */
  why: string;
}

/** What applies to whom the list does not say it of. */
export interface ListDefaults {
  teams: readonly { id: string; name: string }[];
  teamIds: readonly string[];
  role: TeamRole['role'];
  owner: boolean;
  /** Whether the list may make owners. */
  mayMakeOwners: boolean;
  /** Addresses of people who are there already. */
  taken: ReadonlySet<string>;
}

type Column = 'email' | 'name' | 'first' | 'last' | 'role' | 'team' | 'other';

const MAX_LINES = 2000;
const MAX_FAULT_CHARACTERS = 120;
const ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;
const NAMED_ADDRESS = /^(.*?)\s*<([^<>]+)>$/;
const ROLES: Record<string, TeamRole['role'] | 'owner'> = {
  viewer: 'viewer',
  recruiter: 'viewer',
  admin: 'admin',
  administrator: 'admin',
  'team admin': 'admin',
  owner: 'owner',
};
const COLUMNS: Record<string, Column> = {
  email: 'email',
  'e-mail': 'email',
  mail: 'email',
  'email address': 'email',
  'e-mail address': 'email',
  name: 'name',
  'full name': 'name',
  'first name': 'first',
  firstname: 'first',
  'given name': 'first',
  'last name': 'last',
  lastname: 'last',
  surname: 'last',
  'family name': 'last',
  role: 'role',
  team: 'team',
};

/** Reads pasted text or CSV: an address per line or many in one, with name, role and team beside it, with or without a line of headings. */
export function readInviteList(text: string, defaults: ListDefaults): { people: ListedPerson[]; faults: ListFault[] } {
  const people = new Map<string, ListedPerson>();
  const faults: ListFault[] = [];
  const lines = linesOf(text.replace(/^\uFEFF/, ''));
  const separator = separatorOf(lines);
  let columns: Column[] | undefined;
  lines.forEach((raw, index) => {
    if (raw.trim() === '') return;
    const fault = (why: string): void =>
      void faults.push({ line: index + 1, text: raw.trim().slice(0, MAX_FAULT_CHARACTERS), why });
    if (index >= MAX_LINES) {
      if (index === MAX_LINES) fault(`The list is longer than ${MAX_LINES} lines. Invite the rest afterwards.`);
      return;
    }
    const cells = cellsOf(raw, separator);
    if (columns === undefined) {
      columns = headingsOf(cells);
      if (columns.length > 0) return;
    }
    for (const person of peopleIn(cells, columns, defaults)) {
      if (typeof person === 'string') fault(person);
      else if (defaults.taken.has(person.email.toLowerCase()))
        fault(`${person.email} is in the list of users already. Change the roles there.`);
      else join(people, person);
    }
  });
  return { people: [...people.values()], faults };
}

/** A line of a file ends where no quote is open. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let quoted = false;
  let line = '';
  for (const part of text.split(/(\r\n|\n|\r|")/)) {
    if (part === '"') quoted = !quoted;
    if (/^[\r\n]+$/.test(part) && !quoted) {
      lines.push(line);
      line = '';
    } else line += part;
  }
  return [...lines, line];
}

function separatorOf(lines: readonly string[]): string {
  const sample = lines.slice(0, 20).join('\n');
  if (sample.includes('\t')) return '\t';
  const count = (character: string): number => sample.split(character).length;
  return count(';') > count(',') ? ';' : ',';
}

function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const [index, character] of [...line].entries()) {
    if (character === '"') {
      if (!quoted && line[index - 1] === '"') cell += '"';
      quoted = !quoted;
    } else if (!quoted && character === separator) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell].map((text) => text.trim());
}

/** The columns by a line of headings; none when the line is none. */
function headingsOf(cells: readonly string[]): Column[] {
  const columns = cells.map((cell) => COLUMNS[cell.toLowerCase()] ?? 'other');
  return columns.includes('email') ? columns : [];
}

/** The people of a line, or for each that can't be taken a sentence that says why. */
function peopleIn(cells: readonly string[], columns: readonly Column[], defaults: ListDefaults): (ListedPerson | string)[] {
  if (columns.length > 0) return [personOf(byHeadings(cells, columns), defaults)];
  const filled = cells.filter((cell) => cell !== '');
  const isListOfAddresses = filled.length > 1 && filled.every((cell) => addressIn(cell) !== undefined);
  const groups = isListOfAddresses ? filled.map((cell) => [cell]) : [filled];
  return groups.map((group) => personOf(byLooks(group, defaults), defaults));
}

type Row = Partial<Record<Exclude<Column, 'other'>, string>>;

function byHeadings(cells: readonly string[], columns: readonly Column[]): Row {
  const row: Row = {};
  cells.forEach((cell, index) => {
    const column = columns[index] ?? 'other';
    if (column !== 'other' && cell !== '') row[column] = cell;
  });
  return row;
}

/** Without headings a cell says by its looks what it is; what is left over is the name. */
function byLooks(cells: readonly string[], { teams }: ListDefaults): Row {
  const row: Row = {};
  const names: string[] = [];
  for (const cell of cells) {
    const folded = cell.toLowerCase();
    if (row.email === undefined && cell.includes('@')) row.email = cell;
    else if (row.role === undefined && folded in ROLES) row.role = cell;
    else if (row.team === undefined && teams.some(({ name }) => name.toLowerCase() === folded)) row.team = cell;
    else names.push(cell);
  }
  if (names.length > 0) row.name = names.join(' ');
  return row;
}

function personOf(
  row: Row,
  { teams, teamIds, role: usual, owner: usuallyOwner, mayMakeOwners }: ListDefaults,
): ListedPerson | string {
  const found = row.email === undefined ? undefined : addressIn(row.email);
  if (!found) return 'There is no e-mail address in it, such as name@example.com.';
  const role = row.role === undefined ? undefined : ROLES[row.role.toLowerCase()];
  if (row.role !== undefined && role === undefined) return `“${row.role}” is no role. Write viewer or admin.`;
  if (role === 'owner' && !mayMakeOwners) return 'Only an owner of this console can invite owners.';
  const team = row.team === undefined ? undefined : teams.find(({ name }) => name.toLowerCase() === row.team!.toLowerCase());
  if (row.team !== undefined && !team) return `You administer no team named “${row.team}”.`;
  const owner = role === 'owner' || (role === undefined && usuallyOwner);
  const ids = team ? [team.id] : teamIds;
  if (ids.length === 0 && !owner) return 'Choose a team below, or write it beside the address.';
  const inTeams = role === undefined || role === 'owner' ? usual : role;
  return {
    email: found.email,
    name: row.name ?? ([row.first, row.last].filter(Boolean).join(' ') || found.name),
    owner,
    roles: ids.map((teamId) => ({ teamId, role: inTeams })),
  };
}

function addressIn(cell: string): { email: string; name: string } | undefined {
  const named = NAMED_ADDRESS.exec(cell);
  const email = (named?.[2] ?? cell).trim().replace(/^mailto:/i, '');
  return ADDRESS.test(email) ? { email, name: (named?.[1] ?? '').replace(/^["']|["']$/g, '') } : undefined;
}

/** One address is one person: of two roles in one team the higher. */
function join(people: Map<string, ListedPerson>, person: ListedPerson): void {
  const key = person.email.toLowerCase();
  const before = people.get(key);
  if (!before) return void people.set(key, person);
  before.name ||= person.name;
  before.owner ||= person.owner;
  for (const given of person.roles) {
    const has = before.roles.find(({ teamId }) => teamId === given.teamId);
    if (!has) before.roles.push(given);
    else if (given.role === 'admin') has.role = 'admin';
  }
}
