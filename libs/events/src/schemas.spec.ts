import { Parser } from '@asyncapi/parser';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { asyncApiDocument } from './asyncapi';
import { allJsonSchemas } from './json-schemas';
import { TOPIC_LIST } from './topics';

const folder = path.join(__dirname, '..', 'schemas');
const committed = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));

describe('the committed schemas', () => {
  it.each(Object.entries(allJsonSchemas()))('%s is fresh (else: npm run events:schemas)', (topic, schema) => {
    expect(committed(`${topic}.v1.schema.json`)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('are those of the topics and no others', () => {
    expect(readdirSync(folder).sort()).toEqual(
      [...TOPIC_LIST.map((topic) => `${topic.name}.v1.schema.json`), 'asyncapi.json'].sort(),
    );
  });

  it('stand in a fresh and valid AsyncAPI document', async () => {
    const document = JSON.parse(JSON.stringify(asyncApiDocument())) as object;
    expect(committed('asyncapi.json')).toEqual(document);
    const errors = (await new Parser().validate(JSON.stringify(document))).filter(
      (diagnostic) => Number(diagnostic.severity) === 0,
    );
    expect(errors.map((diagnostic) => `${diagnostic.path.join('.')}: ${diagnostic.message}`)).toEqual([]);
  });

  it('say of every nested object what it must hold', () => {
    const activity = allJsonSchemas().activity as { $defs: Record<string, { required: string[] }> };
    expect(activity.$defs.ActivityLine!.required).toEqual(['id', 'at', 'kind', 'outcome']);
  });
});
