import fs from 'node:fs';
import path from 'node:path';
import { returnPath } from './return-path.rules';

/* What this proves: the pages and the server lead back to the same places. Neither may import the other, so each has the list. */

test('the list of the server is the same', () => {
  const servers = path.join(__dirname, '..', '..', '..', 'services', 'console', 'src', 'reports', 'return-path.rules.ts');
  expect(fs.readFileSync(path.join(__dirname, 'return-path.rules.ts'), 'utf8')).toBe(fs.readFileSync(servers, 'utf8'));
});

test.each([
  ['/teams/one/candidates?status=error', '/teams/one/candidates?status=error'],
  ['/audit', '/audit'],
  ['/reports/check-1', '/reports/check-1'],
  ['/teamsters', '/'],
  ['/teams/\\evil.example', '/'],
  ['//evil.example', '/'],
  ['https://evil.example/teams', '/'],
  [undefined, '/'],
])('%s leads to %s', (wanted, leads) => expect(returnPath(wanted)).toBe(leads));
