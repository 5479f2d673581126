import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage, envExample } from '@lever-certn/config/configuration-pages';
import { configuredServices } from './configuration';

/** `npm run config:docs`: writes `docs/configuration.md` and `.env.example` from the config classes. */
async function main(): Promise<void> {
  const services = await configuredServices();
  const root = path.join(__dirname, '..');
  writeFileSync(path.join(root, 'docs', 'configuration.md'), configurationPage(services));
  writeFileSync(path.join(root, '.env.example'), envExample(services));
}

void main();
