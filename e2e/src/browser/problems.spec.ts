import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: what waits for a person stands in one place with its cure, and leaves by itself when it is solved. */

let outside: Outside;
let team: Team;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  team = await Team.create(outside);
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterEach(() => visitor.leave());

test('A problem appears with its cure and the way there, is counted beside the name of the page, and leaves by itself', async () => {
  const { page } = visitor;
  await page.goto(`/teams/${team.id}/problems`);
  await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
  expect(await visitor.look('problems-none')).toEqual([]);

  const candidate = await team.candidate({ name: 'Ada Lovelace', emails: [] });
  await candidate.move(STAGE);
  await candidate.tagged('CERTN - ERROR (No Email)');
  await eventually(async () => expect((await candidate.inConsole()).status).toBe('error'));
  await page.reload();
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('listitem').filter({ hasText: 'No e-mail address' });
  await problem.getByText('Add an e-mail address to the candidate in Lever').waitFor();
  await page.getByRole('navigation').getByText('1 waiting').waitFor();
  expect(await visitor.look('problems')).toEqual([]);
  await problem.getByRole('link', { name: 'Open the candidate' }).click();
  await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor();

  await candidate.change({ emails: [`cured.${Date.now()}@example.com`] });
  await page.getByRole('button', { name: 'Check again' }).click();
  await candidate.tagged('CERTN - Pending');
  await page.goto(`/teams/${team.id}/problems`);
  await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
  await eventually(async () => {
    await page.reload();
    await page.getByRole('navigation').getByText('Problems').waitFor();
    expect(await page.getByRole('navigation').getByText('waiting').count()).toBe(0);
  });
});

test('A problem that is cured in the settings leads to the very step', async () => {
  const { page } = visitor;
  const own = await Team.create(outside);
  await own.patch(`/packages/${own.packages.get('Packages A')}`, { active: false });
  const candidate = await own.candidate({ name: 'Grace Sample', tags: ['Packages A'] });
  await candidate.move(STAGE);
  await candidate.tagged('CERTN - ERROR (Package Inactive)');
  await page.goto(`/teams/${own.id}/problems`);
  await page.getByRole('link', { name: 'Open “Packages”' }).click();
  await page.getByRole('button', { name: 'Packages', expanded: true }).waitFor();
  await page.getByRole('button', { name: 'Create New Package' }).waitFor();
});

test('An address of the team that has nothing says so inside the console', async () => {
  const { page } = visitor;
  await page.goto(`/teams/${team.id}/candidates/nobody`);
  await page.getByRole('heading', { name: 'Not found', level: 1 }).waitFor();
  expect(await page.getByRole('main').count()).toBe(1);
  expect(await visitor.look('not-found')).toEqual([]);
});
