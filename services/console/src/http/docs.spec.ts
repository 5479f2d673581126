import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { unservedConsole } from './documented-console';

/* What this proves: the documentation is the committed document and a viewer without anything from elsewhere, and nothing else lies below its address. */

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await unservedConsole();
  await app.init();
});
afterAll(() => app.close());

const get = (url: string) => app.inject({ method: 'GET', url });

test('the document is the committed one', async () => {
  const { statusCode, headers, body } = await get('/api/docs/openapi.json');
  expect([statusCode, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(body).toBe(readFileSync(join(__dirname, '..', '..', 'openapi.json'), 'utf8'));
});

test.each(['/api/docs', '/api/docs/'])('the viewer at %s loads files of ours only, and each of them is there', async (url) => {
  const { statusCode, headers, body } = await get(url);
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const files = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map((found) => found[1]!);
  expect(files).toHaveLength(4);
  for (const file of files) {
    expect(file).toMatch(/^\/api\/docs\//);
    expect([file, (await get(file)).statusCode]).toEqual([file, 200]);
  }
});

const OTHERS = ['package.json', 'swagger-ui-bundle.js.map', 'index.html', 'swagger-initializer.js'];
const WAYS_OUT = ['%2e%2e%2fpackage.json', '/package.json', '..%5cpackage.json', '%00'];

test.each([...OTHERS, ...WAYS_OUT])('/api/docs/%s is not there', async (file) => {
  const { statusCode, body } = await get(`/api/docs/${file}`);
  expect([statusCode, JSON.parse(body)]).toEqual([404, expect.objectContaining({ type: 'urn:lever-certn:problem:not-found' })]);
});
