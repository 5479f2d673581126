/** Fields of changes in the words of the pages on which they are set. */
const FIELDS: Record<string, string> = {
  name: 'Name',
  tagProfile: 'Tags',
  shareResults: 'Share results',
  enabled: 'Integration enabled',
  activeSince: 'Active since',
  defaultPackage: 'Default package',
  'lever.apiKey': 'Api Key (Lever)',
  'lever.signatureTokens': 'Webhook Signature',
  'lever.triggerStage': 'Trigger stage',
  'lever.performAs': 'Lever user',
  'certn.apiKey': 'Api Key (Certn)',
  'certn.region': 'Certn region',
  'certn.keyExpiresAt': 'Certn key expires',
  'certn.webhookSecrets': 'Certn webhook secret',
  owner: 'Owner',
  password: 'Password',
};
const FLAGS: Record<string, string> = { true: 'Yes', false: 'No' };

/** What a field of a change is called. `teamName`: of a team by its id, where one knows it. */
export function fieldWords(field: string, teamName: (teamId: string) => string | undefined): string {
  if (field.startsWith('package.')) return 'Package';
  const teamId = /^role\.(.+)$/.exec(field)?.[1];
  if (teamId) return `Role in ${teamName(teamId) ?? 'a team'}`;
  return FIELDS[field] ?? field;
}

/** What a field was or is, for people. */
export function valueWords(value: string | null): string {
  return value === null ? 'nothing' : (FLAGS[value] ?? value);
}

/** What a line says beside its changes, as one text; empty where there is nothing. */
export function detailWords(detail: Record<string, unknown> | null): string {
  return Object.entries(detail ?? {})
    .filter(([, value]) => value !== null && value !== undefined && typeof value !== 'object')
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(' · ');
}
