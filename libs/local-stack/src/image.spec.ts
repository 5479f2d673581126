import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './folders';
import { SMALL, SMALL_ENV } from './service-process';

/* What this proves: what is tested and measured here runs with the flags and the allocator that the image runs with. */

const dockerfile = readFileSync(path.join(repositoryRoot, 'deploy', 'Dockerfile'), 'utf8');

test('the image starts node with the same flags', () => {
  const entrypoint = /^ENTRYPOINT (.+)$/m.exec(dockerfile)![1]!;
  expect(JSON.parse(entrypoint)).toEqual(['node', ...SMALL]);
});

test.each(Object.entries(SMALL_ENV))('the image sets %s to %s', (name, value) => {
  expect(dockerfile).toMatch(new RegExp(`\\b${name}=${value}\\b`));
});
