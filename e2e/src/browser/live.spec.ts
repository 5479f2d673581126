import { eventually } from '../eventually';
import type { Candidate } from '../candidate';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: what changes on the server shows by itself, soon, and without moving away what one points at. */

const LONG_MS = 60_000;
const SOON_MS = 2000;
const EVENTS = 20;

let outside: Outside;
let team: Team;
let ada: Candidate;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
});
beforeEach(async () => {
  team = await Team.create(outside);
  ada = await moved('Ada Lovelace');
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
  await visitor.page.goto(`/teams/${team.id}/candidates`);
  await row('Ada Lovelace').waitFor();
});
afterEach(() => visitor.leave());

/** A candidate who was moved into the stage, as soon as the console knows. */
async function moved(name: string): Promise<Candidate> {
  const candidate = await team.candidate({ name });
  await candidate.move(STAGE);
  await eventually(async () => expect((await candidate.inConsole()).status).toBe('pending'));
  return candidate;
}

const row = (name: string) => visitor.page.getByRole('row').filter({ hasText: name });

test('A move shows in the list within two seconds of the server knowing it, without a reload', async () => {
  await visitor.page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  await moved('Ben Testmann');
  const knownMs = performance.now();
  await row('Ben Testmann').waitFor({ timeout: SOON_MS });
  await row('Ben Testmann')
    .getByText('CERTN - Pending')
    .waitFor({ timeout: SOON_MS - (performance.now() - knownMs) });
  expect(await visitor.page.evaluate(() => 'isTheSamePage' in window)).toBe(true);
});

test(
  'The row under the pointer does not move for twenty events, and tells its own news in its place',
  async () => {
    const { page } = visitor;
    await row('Ada Lovelace').hover();
    await row('Ada Lovelace').evaluate((element) => {
      const startedAt = element.getBoundingClientRect().top;
      const seen = Object.assign(window, { moves: [] as number[], heldRow: element });
      const look = (): void => {
        seen.moves.push(element.isConnected ? element.getBoundingClientRect().top - startedAt : NaN);
        requestAnimationFrame(look);
      };
      look();
    });
    for (let n = 0; n < EVENTS; n += 1) await moved(`Nova Sample ${n}`);
    await page.getByRole('button', { name: `Show ${EVENTS} new` }).waitFor();
    for (const action of ['start', 'submit']) await ada.act(action);
    await row('Ada Lovelace').getByText('CERTN - Analyzing').waitFor();
    const moves = await page.evaluate(() => (window as unknown as { moves: number[] }).moves);
    expect(moves.length).toBeGreaterThan(EVENTS);
    expect(moves.filter((move) => move !== 0)).toEqual([]);
    await page.getByRole('button', { name: `Show ${EVENTS} new` }).click();
    await row(`Nova Sample ${EVENTS - 1}`).waitFor();
    expect(await page.getByRole('row').nth(1).textContent()).toContain(`Nova Sample ${EVENTS - 1}`);

    await row('Ada Lovelace').hover();
    await moved('Ben Testmann');
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    expect(await visitor.look('live-held')).toEqual([]);
  },
  LONG_MS,
);

test('The row with the keyboard’s focus does not move either, and the list goes on when the focus leaves', async () => {
  const { page } = visitor;
  const link = row('Ada Lovelace').getByRole('link').first();
  await link.focus();
  const before = await link.boundingBox();
  await moved('Ben Testmann');
  await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
  expect(await link.boundingBox()).toEqual(before);
  await page.getByRole('link', { name: 'Overview' }).focus();
  await row('Ben Testmann').waitFor();
});

test(
  'A page that lost the server says that it is not live, and brings itself up to date when it is back',
  async () => {
    const { page, context } = visitor;
    const stream = `**/api/teams/${team.id}/events`;
    await context.route(stream, (route) => route.abort());
    await page.reload();
    await page.getByText('Not live: reconnecting').waitFor();
    await moved('Ben Testmann');
    expect(await visitor.look('live-away')).toEqual([]);
    expect(await row('Ben Testmann').count()).toBe(0);
    await context.unroute(stream);
    await row('Ben Testmann').waitFor({ timeout: 15_000 });
    await page.getByText('Not live: reconnecting').waitFor({ state: 'detached' });
  },
  LONG_MS,
);
