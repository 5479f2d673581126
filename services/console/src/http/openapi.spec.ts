import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedConsole } from './documented-console';

describe('the committed OpenAPI document', () => {
  test('is what the controllers say: run `npm run openapi -w services/console` after a change', async () => {
    const committed: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'openapi.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(await documentedConsole()))).toEqual(committed);
  });

  test('shows no secret in any answer', async () => {
    const { components } = await documentedConsole();
    const answers = Object.entries(components?.schemas ?? {}).filter(([name]) => name.endsWith('Answer'));
    const shown = answers.flatMap(([name, schema]) =>
      Object.keys(('properties' in schema && schema.properties) || {}).map((field) => `${name}.${field}`),
    );
    expect(shown.filter((field) => /\.(password|value|secret|token)$/.test(field))).toEqual(['NewTokenAnswer.token']);
    expect(shown).toContain('SecretAnswer.endsIn');
  });
});
