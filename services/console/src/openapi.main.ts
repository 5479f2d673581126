import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedConsole } from './http/documented-console';

/** Writes the OpenAPI document to `services/console/openapi.json`, for others to generate clients from and for a spec to compare with. */
async function main(): Promise<void> {
  const path = join(__dirname, '..', 'openapi.json');
  writeFileSync(path, `${JSON.stringify(await documentedConsole(), null, 2)}\n`);
  console.log(`wrote ${path}`);
}

void main();
