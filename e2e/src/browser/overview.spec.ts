import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: one sees at a glance what happened today, what is under way, and how long it took. */

const LONG_MS = 60_000;

let outside: Outside;
let team: Team;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
});
beforeEach(async () => {
  team = await Team.create(outside);
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterEach(() => visitor.leave());

async function moved(name: string, emails?: string[]): Promise<void> {
  const candidate = await team.candidate({ name, ...(emails ? { emails } : {}) });
  await candidate.move(STAGE);
  const tag = emails ? 'CERTN - ERROR (No Email)' : 'CERTN - Pending';
  await candidate.tagged(tag);
  await eventually(async () => expect((await candidate.inConsole()).status).toBe(emails ? 'error' : 'pending'));
}

/** The number on a tile. */
const tile = (label: string) => visitor.page.getByRole('region', { name: 'Today' }).getByRole('link', { name: label });

test('A new team reads what will bring the first numbers, and sees them come without a reload', async () => {
  const { page } = visitor;
  await page.goto(`/teams/${team.id}`);
  await page.getByText('Nothing has happened yet').waitFor();
  expect(await visitor.look('overview-empty')).toEqual([]);
  await moved('Ada Lovelace');
  await tile('Moved in').getByText('1', { exact: true }).waitFor();
});

test(
  'Today’s numbers lead to the candidates they count, and the charts say the same as their tables',
  async () => {
    const { page } = visitor;
    await moved('Ada Lovelace');
    await moved('Eve Example');
    await moved('Ben Testmann', []);
    await page.goto(`/teams/${team.id}`);
    for (const [label, count] of [
      ['Moved in', '3'],
      ['Ordered', '2'],
      ['Failed', '1'],
      ['Problems', '1'],
    ] as const)
      await tile(label).getByText(count, { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Under way' })
      .getByRole('link', { name: /CERTN - Pending 2/ })
      .waitFor();
    const times = page.getByRole('figure', { name: 'From the move to the tag' });
    await times.getByText('As a table').click();
    await times
      .getByRole('row')
      .last()
      .getByText(/^\d[\d.]* (ms|s)$/)
      .first()
      .waitFor();
    expect(await times.getByRole('row').count()).toBe(15);
    await page.getByText('7 days', { exact: true }).click();
    await eventually(async () => expect(await times.getByRole('row').count()).toBe(8));
    expect(await visitor.look('overview')).toEqual([]);

    await tile('Failed').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('row').filter({ hasText: 'Ben Testmann' }).waitFor();
    expect(new URL(page.url()).searchParams.get('status')).toBe('error,failed');
    expect(await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).count()).toBe(0);
  },
  LONG_MS,
);
