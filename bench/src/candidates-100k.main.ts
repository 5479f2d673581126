import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startDatabase } from '@lever-certn/local-stack/database';
import { SPEC_INDEX_KEY, SPEC_KEYRING, SpecConsole } from '../../services/console/src/console.fixture';
import { SEEDED, seedCandidates } from './candidates-100k';
import { percentile } from './percentiles';

/*
 * `npm run bench:console [count]`: a team of 100,000 candidates, and how long the API takes over HTTP for each list, filter, search, order and timeline,
 * on the database that DATABASE_URL names or else on one of its own, as small as that of `npm start`. Exit code 1 if one misses its target.
 */
const TARGET_MS = 200;
const CALLS = 50;
const PAGES_DEEP = 20;

interface Measured {
  what: string;
  times: number[];
  rows: number;
}

/** The console over HTTP, signed in as its owner. */
class Api {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  static async of(console: SpecConsole): Promise<Api> {
    await console.app.listen(0, '127.0.0.1');
    const url = await console.app.getUrl();
    const signedIn = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: console.config.BOOTSTRAP_ADMIN_EMAIL, password: console.config.BOOTSTRAP_ADMIN_PASSWORD }),
    });
    return new Api(url, signedIn.headers.get('set-cookie')!.split(';')[0]!);
  }

  async get<Answer>(route: string): Promise<Answer> {
    const answer = await fetch(this.url + route, { headers: { cookie: this.cookie } });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  async post<Answer>(route: string, body: object): Promise<Answer> {
    const answer = await fetch(this.url + route, {
      method: 'POST',
      headers: { cookie: this.cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Answer;
  }
}

async function measure(what: string, call: () => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  let rows = 0;
  for (let round = 0; round < CALLS; round += 1) {
    const start = performance.now();
    rows = await call();
    times.push(performance.now() - start);
  }
  return { what, times, rows };
}

interface Page {
  items: unknown[];
  next: string | null;
}

/** Every list, filter, search and order there is, by name. */
function queriesOf(): [what: string, query: string][] {
  const package_ = (name: string): string => `package=${encodeURIComponent(name)}`;
  return [
    ['all', ''],
    ['all, 200 at once', 'limit=200'],
    ['oldest first', 'sort=movedAt'],
    ['last change first', 'sort=-changedAt'],
    ['oldest change first', 'sort=changedAt'],
    ['by status', 'sort=status'],
    ['status complete', 'status=complete'],
    ['status failed (none)', 'status=failed'],
    ['status error', 'status=error'],
    ['status analyzing or partial', 'status=analyzing,partial'],
    ['status analyzing or partial, last change first', 'status=analyzing,partial&sort=-changedAt'],
    ['status complete, last change first', 'status=complete&sort=-changedAt'],
    ['status error, last change first', 'status=error&sort=-changedAt'],
    ['a frequent package', package_(SEEDED.frequentPackage)],
    ['a rare package', package_(SEEDED.rarePackage)],
    ['a rare package, last change first', `${package_(SEEDED.rarePackage)}&sort=-changedAt`],
    ['a rare package, by status', `${package_(SEEDED.rarePackage)}&sort=status`],
    ['a package of nobody', package_('Nothing')],
    ['a frequent problem', `problem=${SEEDED.frequentReason}`],
    ['a frequent problem, last change first', `problem=${SEEDED.frequentReason}&sort=-changedAt`],
    ['a rare problem', `problem=${SEEDED.rareReason}`],
    ['a rare problem, oldest change first', `problem=${SEEDED.rareReason}&sort=changedAt`],
    ['a rare problem with a frequent status', `problem=${SEEDED.rareReason}&status=error`],
    ['a frequent status and a rare package', `status=complete&${package_(SEEDED.rarePackage)}`],
    ['a package and a status that never meet', `status=failed&${package_(SEEDED.frequentPackage)}`],
    ['search: a given name (500)', `q=${SEEDED.givenName}`],
    ['search: both names (100)', `q=${SEEDED.givenName}%20${SEEDED.familyName}`],
    ['search: an address', 'q=applicant-4711@example.com'],
    ['search: nobody', 'q=Nobody'],
    ['search: a given name, complete, last change first', `q=${SEEDED.givenName}&status=complete&sort=-changedAt`],
  ];
}

async function measureAll(api: Api, teamId: string, opportunityIds: readonly string[]): Promise<Measured[]> {
  const team = `/api/teams/${teamId}`;
  const list = async (query: string): Promise<number> => (await api.get<Page>(`${team}/candidates?${query}`)).items.length;
  const results: Measured[] = [];
  for (const [what, query] of queriesOf()) results.push(await measure(what, () => list(query)));

  let next: string | null = null;
  results.push(
    await measure(`page after page, ${PAGES_DEEP} deep`, async () => {
      const page: Page = await api.get<Page>(`${team}/candidates?limit=200${next ? `&after=${next}` : ''}`);
      next = page.next;
      return page.items.length;
    }),
  );
  const anyone = (): string => opportunityIds[randomInt(opportunityIds.length)]!;
  results.push(
    await measure('search: Lever’s id', () => list(`q=${anyone()}`)),
    await measure('a candidate with its timeline', async () => {
      const { timeline } = await api.get<{ timeline: unknown[] }>(`${team}/candidates/${anyone()}`);
      return timeline.length;
    }),
    await measure('choices to filter by', async () => (await api.get<{ total: number }>(`${team}/candidate-choices`)).total),
    await measure(
      'overview of 14 days',
      async () => (await api.get<{ days: unknown[] }>(`${team}/overview?days=${lastDays()}`)).days.length,
    ),
    await measure('problems', async () => (await api.get<Page>(`${team}/problems`)).items.length),
    await measure('count of problems', async () => (await api.get<{ count: number }>(`${team}/problem-count`)).count),
    await measure('deliveries', async () => (await api.get<Page>(`${team}/deliveries`)).items.length),
    await measure(
      'deliveries of a rare verdict',
      async () => (await api.get<Page>(`${team}/deliveries?outcome=signature-wrong`)).items.length,
    ),
    await measure(
      'deliveries of a candidate',
      async () => (await api.get<Page>(`${team}/deliveries?opportunityId=${anyone()}`)).items.length,
    ),
    await measure(
      'counts of deliveries',
      async () => (await api.get<{ counts: unknown[] }>(`${team}/delivery-counts`)).counts.length,
    ),
  );
  return results;
}

/** The starts of the last fourteen days of somebody whose day began an hour ago. */
function lastDays(): string {
  const startMs = Date.now() - 3_600_000;
  return Array.from({ length: 14 }, (_, index) => new Date(startMs - (13 - index) * 86_400_000).toISOString()).join(',');
}

function report(results: readonly Measured[]): boolean {
  const ms = (value: number): string => `${value.toFixed(1).padStart(7)} ms`;
  for (const { what, times, rows } of results) {
    const p99 = percentile(times, 0.99);
    const verdict = p99 <= TARGET_MS ? 'reached' : 'missed';
    console.log(
      `  ${what.padEnd(52)} p50 ${ms(percentile(times, 0.5))}  p99 ${ms(p99)}  must ≤ ${TARGET_MS} ms: ${verdict} (${rows} rows)`,
    );
  }
  return results.every(({ times }) => percentile(times, 0.99) <= TARGET_MS);
}

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 100_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lever-certn-bench-'));
  const own = process.env.DATABASE_URL ? undefined : await startDatabase({ dir: path.join(folder, 'database') });
  if (own) process.env.DATABASE_URL = own.url;
  const specConsole = await SpecConsole.open();
  try {
    const api = await Api.of(specConsole);
    const { id: teamId } = await api.post<{ id: string }>('/api/teams', { name: 'A large team' });
    console.log(`seeding ${count} candidates …`);
    const start = performance.now();
    const ground = { database: specConsole.database, keyring: SPEC_KEYRING, indexKey: SPEC_INDEX_KEY, teamId };
    const { opportunityIds } = await seedCandidates(ground, count, Date.now());
    console.log(`seeded in ${((performance.now() - start) / 1000).toFixed(1)} s; measuring, ${CALLS} calls each …`);
    if (process.env.BENCH_HOLD) await new Promise(() => setInterval(() => undefined, 1000));
    if (!report(await measureAll(api, teamId, opportunityIds))) process.exitCode = 1;
  } finally {
    await specConsole.close();
    await own?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
