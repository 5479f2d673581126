/** A number of checks in words. */
export function checksOf(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}

/** A choice with one more, or one less. */
export function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}
