import { html, Html, page } from './page';
import { nextStep, readAnswer, secondsToNextLook, type ReportRow } from './report.rules';
import { returnPath } from './return-path.rules';

const row = (over: Partial<ReportRow>): ReportRow => ({
  checkVersion: 3,
  fileId: 'f',
  state: 'preparing',
  askedMs: 1000,
  ...over,
});

describe('opening a report', () => {
  test.each([
    ['has it made for the first time', undefined, 'generate'],
    ['has it made afresh when the check changed', row({ checkVersion: 2 }), 'generate'],
    ['has it made afresh when the check changed after a failure', row({ checkVersion: 2, state: 'failed' as const }), 'generate'],
    ['asks whether it is ready', row({}), 'ask'],
    ['waits for another click that has it made', row({ state: 'asking' as const, fileId: null, askedMs: 90_000 }), 'wait'],
    ['does not wait for ever for another click', row({ state: 'asking' as const, fileId: null, askedMs: 10_000 }), 'generate'],
    ['says that it failed until a person tries again', row({ state: 'failed' as const }), 'failed'],
  ] as const)('%s', (_, known, expected) => expect(nextStep(known, 3, 100_000)).toBe(expected));

  test.each([
    ['IN_PROGRESS', undefined, 5000, undefined, { kind: 'preparing' }],
    ['', undefined, 5000, undefined, { kind: 'preparing' }],
    ['FAILED', undefined, 5000, undefined, { kind: 'failed' }],
    ['failed', 'https://x.example/r', 5000, undefined, { kind: 'failed' }],
    ['COMPLETE', 'https://x.example/r?sig=1', 5000, undefined, { kind: 'ready', url: 'https://x.example/r?sig=1' }],
    ['COMPLETE', '', 5000, undefined, { kind: 'preparing' }],
    ['COMPLETE', 'http://x.example/r', 5000, undefined, { kind: 'failed' }],
    ['COMPLETE', 'http://127.0.0.1:9/r', 5000, 'http://127.0.0.1:9', { kind: 'ready', url: 'http://127.0.0.1:9/r' }],
    ['COMPLETE', 'http://127.0.0.1:8/r', 5000, 'http://127.0.0.1:9', { kind: 'failed' }],
    ['COMPLETE', 'javascript:alert(1)', 5000, undefined, { kind: 'failed' }],
    ['COMPLETE', 'https://user@x.example/r', 5000, undefined, { kind: 'failed' }],
    ['IN_PROGRESS', undefined, 700_000, undefined, { kind: 'failed' }],
  ])('reads Certn’s %s with %s after %d ms', (status, pdfUrl, nowMs, standIn, expected) => {
    expect(readAnswer({ status, ...(pdfUrl === undefined ? {} : { pdfUrl }) }, 0, nowMs, standIn)).toEqual(expected);
  });

  test('looks less often the longer it takes', () => {
    expect([0, 9_999, 10_000, 59_999, 60_000].map((ageMs) => secondsToNextLook(0, ageMs))).toEqual([2, 2, 5, 5, 15]);
  });
});

describe('the way back after signing in', () => {
  test.each([
    ['/', '/'],
    ['/reports/0b7c-1', '/reports/0b7c-1'],
    ['/api/docs', '/api/docs'],
    ['/reports/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/reports/1', '/'],
    ['/reports/1/../../x', '/'],
    ['/reports/1?x=1', '/'],
    ['/reports/1\n', '/'],
    ['javascript:alert(1)', '/'],
    [undefined, '/'],
    [['/reports/1'], '/'],
  ])('%j leads to %s', (wanted, expected) => expect(returnPath(wanted)).toBe(expected));
});

describe('a page', () => {
  test('shows what it is given as text, never as markup', () => {
    const text = page({ title: '<b>', body: html`<p>${'"><script>alert(1)</script>'}</p>`, goOn: { seconds: 1, path: '/"x' } });
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;b&gt;');
    expect(text).toContain('content="1; url=/&quot;x"');
    expect(html`${new Html('<i>')}${[html`<b></b>`]}${undefined}`.text).toBe('<i><b></b>');
  });
});
