import { isOptional, settingNames } from './config-parts';
import { isSecret, wordsOf } from './setting';

/** A service and the class that says what it is told. */
export interface ConfiguredService {
  name: string;
  config: new () => object;
}

interface Row {
  name: string;
  says: string;
  secret: boolean;
  required: boolean;
  /** The default as text; defaults may differ from service to service (`PORT`). */
  presets: Map<string, string>;
  example: string | undefined;
  services: string[];
}

/** `docs/configuration.md`: every environment variable of every service. */
export function configurationPage(services: readonly ConfiguredService[]): string {
  const rows = rowsOf(services).map((row) => {
    const preset = row.required ? '**required**' : presetWords(row);
    const file = row.secret ? ` Secret: may also come as the path of a file in \`${row.name}_FILE\`.` : '';
    const example = row.example && row.presets.size === 0 ? ` Example: \`${row.example}\`.` : '';
    const readers = row.services.length === services.length ? 'all' : row.services.join(', ');
    return `| \`${row.name}\` | ${preset} | ${readers} | ${escaped(row.says)}${file}${escaped(example)} |`;
  });
  return `# Configuration

Made by \`npm run config:docs\` from the config classes in \`services/*/src\`; a test fails when it is stale.

Services are told everything by environment variables. They check all of them at start and list every problem at once; an empty variable
counts as not set. Times are milliseconds where the name ends in \`_MS\`. Exit codes: 0 stopped, 70 could not go on, 75 did not finish within
\`SHUTDOWN_GRACE_MS\`, 78 the configuration, or what it names, has to be put right first.

| variable | default | read by | says |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** `.env.example`: what is required is set to an example, everything else stands commented out at its default. */
export function envExample(services: readonly ConfiguredService[]): string {
  const rows = rowsOf(services);
  const lines = (row: Row): string[] => {
    const value = [...row.presets.values()][0] ?? row.example ?? '';
    return ['', `# ${row.says}`, `${row.required ? '' : '# '}${row.name}=${/[\s#<>]/.test(value) ? `"${value}"` : value}`];
  };
  return [
    '# Made by `npm run config:docs`; docs/configuration.md says more.',
    '',
    '# Required',
    ...rows.filter((row) => row.required).flatMap(lines),
    '',
    '# May be left out',
    ...rows.filter((row) => !row.required).flatMap(lines),
    '',
  ].join('\n');
}

function rowsOf(services: readonly ConfiguredService[]): Row[] {
  const rows = new Map<string, Row>();
  for (const service of services)
    for (const name of settingNames(service.config)) {
      const row = rows.get(name) ?? rowOf(service.config, name);
      row.services.push(service.name);
      const preset = (new service.config() as Record<string, unknown>)[name];
      if (isPlain(preset)) row.presets.set(service.name, String(preset));
      rows.set(name, row);
    }
  return [...rows.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function rowOf(config: new () => object, name: string): Row {
  const words = wordsOf(config, name);
  const preset = (new config() as Record<string, unknown>)[name];
  return {
    name,
    says: words?.says ?? '',
    secret: isSecret(config, name),
    required: preset === undefined && !isOptional(config, name),
    presets: new Map(),
    example: words?.example,
    services: [],
  };
}

/** Settings are text, numbers and flags; nothing else has a default to show. */
function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function presetWords(row: Row): string {
  const values = [...new Set(row.presets.values())];
  if (values.length === 0) return 'none';
  if (values.length === 1) return values[0] === '' ? 'empty' : `\`${values[0]}\``;
  return [...row.presets].map(([service, value]) => `\`${value}\` (${service})`).join(', ');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
