import { VendorError, type VendorErrorKind } from '@lever-certn/vendor-http/vendor-error';
import { VendorPace } from '../teams/vendor-pace';
import { isTooDeep } from './json-body.rules';
import { cursorOf, pageOf, readCursor } from './paging';
import { Problem, PROBLEMS, type ProblemType } from './problem';
import { problemOfVendor } from './vendor-problem';

test.each([
  ['{}', false],
  ['[[[]]]', false],
  ['[[[[]]]]', true],
  ['{"a":{"b":{"c":{}}}}', true],
  ['{"a":"[[[[[[","b":"\\"[[[["}', false],
  ['{"a":[],"b":[],"c":[],"d":[]}', false],
  ['[[[[', true],
])('%s nested deeper than 3: %s', (text, expected) => expect(isTooDeep(text, 3)).toBe(expected));

describe('pages of a list', () => {
  test('go on where the one before ended', () => {
    const cursor = (last: number): string => cursorOf(String(last), 'x');
    const first = pageOf([1, 2, 3], 2, cursor);
    expect(first.items).toEqual([1, 2]);
    expect(readCursor(first.next!, 2)).toEqual(['2', 'x']);
    expect(pageOf([3], 2, cursor)).toEqual({ items: [3], next: null });
    expect(pageOf([], 2, cursor)).toEqual({ items: [], next: null });
    expect(readCursor(undefined, 2)).toBeUndefined();
  });

  test.each(['', 'x', cursorOf('one'), cursorOf(1, 2), Buffer.from('{}').toString('base64url')])(
    'refuse the cursor %j',
    (cursor) => {
      expect(() => readCursor(cursor, 2)).toThrow(Problem);
    },
  );
});

test.each(Object.keys(PROBLEMS) as ProblemType[])('the problem %s is a document with status and cure', (type) => {
  const document = new Problem(type, { cure: 'Do something.' }).document();
  expect(document).toMatchObject({ type: `urn:lever-certn:problem:${type}`, status: PROBLEMS[type][0], cure: 'Do something.' });
});

test.each<[VendorErrorKind, number]>([
  ['unauthorized', 422],
  ['forbidden', 422],
  ['not-found', 502],
  ['rejected', 502],
  ['unavailable', 503],
  ['rate-limited', 503],
])('a vendor’s %s is told with %d and a cure', (kind, status) => {
  for (const vendor of ['lever', 'certn'] as const) {
    const problem = problemOfVendor(new VendorError({ vendor, route: 'GET /x', kind, made: 'not-made' }));
    expect(problem.status).toBe(status);
    expect(problem.words.cure).toMatch(/.{10}/);
  }
});

describe('the console’s share of a rate limit', () => {
  test('lets a burst through, then as many as the rate allows, per account', () => {
    let now = 0;
    const pace = new VendorPace({ perSecond: 1, burst: 2 }, () => now);
    expect([pace.tryTake('a'), pace.tryTake('a'), pace.tryTake('a'), pace.tryTake('b')]).toEqual([true, true, false, true]);
    now = 999;
    expect(pace.tryTake('a')).toBe(false);
    now = 1000;
    expect([pace.tryTake('a'), pace.tryTake('a')]).toEqual([true, false]);
  });

  test('has nothing left after a 429, and refuses those who would wait too long', async () => {
    const pace = new VendorPace({ perSecond: 0.01, burst: 2 }, () => 0);
    pace.empty('a');
    expect(pace.tryTake('a')).toBe(false);
    await expect(pace.take('a')).rejects.toThrow(Problem);
    await pace.take('b');
  });
});
