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

test('the image sets the same environment, and that it is in production', () => {
  const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const lines = [...image.matchAll(/^ENV ((?:.*\\\n)*.*)$/gm)].flatMap(([, line]) => line!.match(/\S+=\S+/g)!);
  expect(Object.fromEntries(lines.map((line) => line.split('=')))).toEqual({ NODE_ENV: 'production', ...SMALL_ENV });
});
