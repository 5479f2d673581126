/** What the API says of single fields of a request, by the field's name. */
export function faultsOfFields(more: Record<string, unknown> | undefined): Record<string, string> {
  const errors = more?.errors;
  if (!Array.isArray(errors)) return {};
  const faults: Record<string, string> = {};
  for (const error of errors as unknown[]) {
    if (typeof error !== 'object' || error === null) continue;
    const { field, message } = error as { field?: unknown; message?: unknown };
    if (typeof field === 'string' && typeof message === 'string') faults[field] ??= sentence(message);
  }
  return faults;
}

/** `must be longer` → `It must be longer.` */
function sentence(message: string): string {
  return `It ${message.replace(/\.$/, '')}.`;
}
