import fs from 'node:fs';
import path from 'node:path';
import { SpecConsole } from '../console.fixture';
import { BUILT_WEB_APP } from './built-web-app';

/* What this proves: every address of the web app answers the same page under a strict policy, its files can be kept for ever, and nothing else does. */

let console: SpecConsole;

beforeAll(async () => {
  console = await SpecConsole.open();
});
afterAll(() => console.close());

const get = (url: string) => console.nobody().call('GET', url, undefined, { accept: 'text/html' });

test.each(['/', '/sign-in', '/teams/some-team/candidates?status=error'])('%s is the page of the web app', async (url) => {
  const { status, headers, text } = await get(url);
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
  expect(text).toContain('<div id="root">');
});

test('its policy lets in no script but files of ours, and styles only with the nonce of this very answer', async () => {
  const [one, two] = [await get('/'), await get('/')];
  const policy = String(one.headers['content-security-policy']);
  const nonce = /style-src 'self' 'nonce-([\w-]{20,})'/.exec(policy)?.[1];
  expect(nonce).toBeDefined();
  expect(one.text).toContain(`nonce="${nonce}"`);
  expect(one.text).not.toContain('__NONCE__');
  expect(two.text).not.toContain(nonce);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(one.text).not.toMatch(/<script(?![^>]* src=)|<style|style=|onclick/);
});

test('its files may be kept for ever', async () => {
  const name = fs.readdirSync(path.join(BUILT_WEB_APP, 'assets')).find((file) => file.endsWith('.js'));
  const { status, headers } = await console.nobody().get(`/assets/${name}`);
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(String(headers['content-type'])).toContain('javascript');
});

test.each(['/api/nowhere', '/assets/nowhere.js', '/assets/../package.json', '/robots.txt', '/reports'])(
  '%s is not found',
  async (url) => expect((await console.nobody().get(url)).status).toBe(404),
);
