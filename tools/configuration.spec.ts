import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage, envExample } from '@lever-certn/config/configuration-pages';
import { wordsOf } from '@lever-certn/config/setting';
import { settingNames } from '@lever-certn/config/config-parts';
import { configuredServices } from './configuration';

const committed = (name: string): string => readFileSync(path.join(__dirname, '..', name), 'utf8');

describe('the documentation of the configuration', () => {
  it('is fresh (else: npm run config:docs)', async () => {
    const services = await configuredServices();
    expect(committed('docs/configuration.md')).toBe(configurationPage(services));
    expect(committed('.env.example')).toBe(envExample(services));
  });

  it('covers every service that is deployed, and says something of every variable', async () => {
    const services = await configuredServices();
    expect(services.map(({ name }) => name)).toEqual(['console', 'dispatcher', 'ingress', 'resolver', 'writeback']);
    const silent = services.flatMap(({ name, config }) =>
      settingNames(config)
        .filter((setting) => !wordsOf(config, setting)?.says)
        .map((setting) => `${name}: ${setting}`),
    );
    expect(silent).toEqual([]);
  });
});
