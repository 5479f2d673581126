import { openSpecDatabase, SPEC_INDEX_KEY, SpecConsole } from '../console.fixture';
import { SignInFailuresStore } from './sign-in-failures.store';
import { SignInLimit } from './sign-in-limit';

/** Opening a console takes seconds where others work on the same machine. */
type Opened = Awaited<ReturnType<typeof openSpecDatabase>>;
let opened: Opened;
let limit: SignInLimit;
const IP = '192.0.2.7';

beforeAll(async () => {
  opened = await openSpecDatabase();
  limit = new SignInLimit(new SignInFailuresStore(opened.database), SPEC_INDEX_KEY);
});
beforeEach(() => opened.database.script('DELETE FROM sign_in_failures; DELETE FROM known_places'));
afterAll(() => opened.drop());

const wait = async (email: string, ip = IP, by = limit): Promise<number> => {
  try {
    await by.admit(email, ip);
    return 0;
  } catch (error) {
    return (error as { words: { retryAfterSeconds: number } }).words.retryAfterSeconds;
  }
};
const fail = async (times: number, email: string, ip: (attempt: number) => string = () => IP): Promise<void> => {
  for (let attempt = 0; attempt < times; attempt += 1) {
    expect(await wait(email, ip(attempt))).toBe(0);
    await pass();
  }
};
/** Lets every wait pass. */
const pass = (): Promise<unknown> => opened.database.run('UPDATE sign_in_failures SET free_at = UTC_TIMESTAMP(6)');
const elsewhere = (attempt: number): string => `198.51.${Math.floor(attempt / 250)}.${attempt % 250}`;

describe('guessing', () => {
  test('at one account from many places is slowed, ever more up to a minute, and goes on after the wait', async () => {
    await fail(5, 'a@example.com', elsewhere);
    expect(await wait('a@example.com')).toBe(0);
    expect(await wait('a@example.com')).toBe(1);
    await pass();
    await fail(20, 'a@example.com', elsewhere);
    expect(await wait('a@example.com')).toBe(0);
    expect(await wait('A@Example.com ')).toBeGreaterThan(55);
    await pass();
    expect(await wait('a@example.com')).toBe(0);
  });

  test('at many accounts from one place is slowed there, and not elsewhere', async () => {
    for (let attempt = 0; attempt < 31; attempt += 1) expect(await wait(`p${attempt}@example.com`)).toBe(0);
    expect(await wait('next@example.com')).toBe(1);
    expect(await wait('next@example.com', '203.0.113.1')).toBe(0);
  });

  test('is no faster at once than one by one', async () => {
    await fail(5, 'a@example.com', elsewhere);
    const waits = await Promise.all(Array.from({ length: 20 }, (_, attempt) => wait('a@example.com', elsewhere(attempt))));
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(1);
  });

  test('is counted by all copies, and over a restart', async () => {
    await fail(6, 'a@example.com', elsewhere);
    expect(await wait('a@example.com')).toBe(0);
    const another = new SignInLimit(new SignInFailuresStore(opened.database), SPEC_INDEX_KEY);
    expect(await wait('a@example.com', '203.0.113.9', another)).toBeGreaterThan(0);
  });

  test('does not keep whoever signed in from their place before waiting', async () => {
    await (await limit.admit('a@example.com', IP)).succeeded();
    await fail(20, 'a@example.com', elsewhere);
    expect(await wait('a@example.com', '203.0.113.1')).toBe(0);
    expect(await wait('a@example.com', '203.0.113.2')).toBeGreaterThan(0);
    expect(await wait('a@example.com', IP)).toBe(0);
  });
});

test('a right password forgets the failures of the account, and counts for no place', async () => {
  for (let round = 0; round < 40; round += 1) await (await limit.admit('a@example.com', IP)).succeeded();
  expect(await wait('a@example.com')).toBe(0);
  expect(
    (await opened.database.query<{ failures: number }>('SELECT failures FROM sign_in_failures WHERE failures > 1')).length,
  ).toBe(0);
});

test('a try that waits counts for nothing, and neither does one whose password nobody looked at', async () => {
  await fail(5, 'a@example.com', elsewhere);
  await wait('a@example.com');
  const before = await opened.database.query('SELECT id, failures FROM sign_in_failures ORDER BY id');
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await wait('a@example.com')).toBe(1);
  expect(await opened.database.query('SELECT id, failures FROM sign_in_failures ORDER BY id')).toEqual(before);
  await pass();
  await (await limit.admit('a@example.com', IP)).undone();
  expect(await opened.database.query('SELECT id, failures FROM sign_in_failures ORDER BY id')).toEqual(before);
});

test('what is old is forgotten, and nothing in the table names anyone', async () => {
  await fail(1, 'ada@example.com');
  await (await limit.admit('ada@example.com', IP)).succeeded();
  await fail(1, 'ada@example.com');
  const text = JSON.stringify(await opened.database.query('SELECT * FROM sign_in_failures; SELECT * FROM known_places'));
  expect(text).not.toMatch(/ada|example|192\.0/);
  const store = new SignInFailuresStore(opened.database);
  await store.sweep();
  expect((await opened.database.query('SELECT id FROM sign_in_failures')).length).toBeGreaterThan(0);
  await opened.database.script(
    'UPDATE sign_in_failures SET last_at = last_at - INTERVAL 13 HOUR; UPDATE known_places SET seen_at = seen_at - INTERVAL 31 DAY',
  );
  await store.sweep();
  expect(await opened.database.query('SELECT id FROM sign_in_failures')).toEqual([]);
  expect(await opened.database.query('SELECT id FROM known_places')).toEqual([]);
});

test('over HTTP: the same for an address nobody has; the right password waits like any other, and then goes through', async () => {
  const console = await SpecConsole.open();
  const signIn = (email: string, password: string): ReturnType<ReturnType<SpecConsole['nobody']>['post']> =>
    console.nobody().post('/api/session', { email, password });
  const another = await signIn('another@example.com', 'wrong');
  // The owner last: the right password comes while that account still waits, also on a slow machine.
  for (const email of ['nobody@example.com', 'owner@example.com']) {
    const answers = [];
    for (let attempt = 0; attempt < 7; attempt += 1) answers.push(await signIn(email, 'wrong'));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401, 429]);
    expect(answers[6]).toMatchObject({
      headers: { 'retry-after': '1' },
      body: { type: 'urn:lever-certn:problem:sign-in-slowed' },
    });
    expect(answers[0]!.body).toEqual(another.body);
  }
  expect((await signIn('owner@example.com', 'a password of twelve')).status).toBe(429);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await signIn('owner@example.com', 'a password of twelve')).status).toBe(201);
  await console.close();
});
