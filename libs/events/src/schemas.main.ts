import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asyncApiDocument } from './asyncapi';
import { allJsonSchemas } from './json-schemas';

/** `npm run events:schemas`: writes the JSON Schemas and the AsyncAPI document that are committed in `libs/events/schemas`. */
const folder = path.join(__dirname, '..', 'schemas');
mkdirSync(folder, { recursive: true });
const write = (name: string, value: object): void =>
  writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2) + '\n');
for (const [topic, schema] of Object.entries(allJsonSchemas())) write(`${topic}.v1.schema.json`, schema);
write('asyncapi.json', asyncApiDocument());
