/** A number of checks in words. */
export function checksOf(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}

/** How somebody is called in a list. */
export function nameOf({ name }: { name: string | null }): string {
  return name ?? 'Name not known';
}

const NAMES_TOLD = 3;

/** For whom something is done, in words: the first few by name. */
export function namesOf(names: readonly string[]): string {
  const more = names.length - NAMES_TOLD;
  const told = more > 0 ? [...names.slice(0, NAMES_TOLD), `${more} more`] : names;
  return new Intl.ListFormat('en').format(told);
}

/** A choice with one more, or one less. */
export function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}
