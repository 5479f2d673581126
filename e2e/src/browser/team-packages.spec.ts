import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually';
import { Outside } from '../system';
import { CRIMINAL, IDENTITY, STAGE, Team } from '../team';
import { settingsOf } from './bare-team';
import { Visitor } from './visitor';

/* What this proves: an admin makes, changes and takes away packages, what is wrong is said where it is set right, and Certn gets what the page shows. */

let outside: Outside;
let team: Team;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  [team, visitor] = await Promise.all([Team.create(outside), Visitor.arrive(outside.description)]);
  await visitor.signIn();
});
beforeEach(async () => {
  await visitor.page.goto(settingsOf(team.id, 'packages'));
  await visitor.page.getByRole('table', { name: 'Packages' }).waitFor();
});
afterAll(() => visitor.leave());

interface Package {
  name: string;
  services?: { type: string; arguments?: object }[];
  certnPackageId?: string;
  active: boolean;
  isDefault: boolean;
}

const packageOf = async (name: string): Promise<Package | undefined> =>
  (await team.get<{ items: Package[] }>('/packages')).items.find((one) => one.name === name);
const field = (name: string) => visitor.page.getByRole('textbox', { name, exact: true });
const press = (name: string): Promise<void> => visitor.page.getByRole('button', { name, exact: true }).click();
const row = (name: string) =>
  visitor.page.getByRole('row').filter({ has: visitor.page.getByRole('button', { name: `Action for ${name}` }) });
const menuItem = (name: string) => visitor.page.getByRole('menuitem', { name });

/** Opens the Action menu of a package and chooses from it. */
async function act(name: string, action: string): Promise<void> {
  await press(`Action for ${name}`);
  await menuItem(action).click();
}

/** The services that Certn got for a candidate with this tag. */
async function orderedFor(tag: string): Promise<{ packageId: string | null; services: Record<string, unknown> }> {
  const candidate = await team.candidate({ tags: [tag] });
  await candidate.move(STAGE);
  const [only] = await candidate.orders(1);
  return { packageId: only!.packageId, services: only!.check_types_with_arguments };
}

test('A package is made of services with their arguments, and Certn gets exactly those', async () => {
  const { page } = visitor;
  await press('Create New Package');
  await field('Name').fill('Drivers');
  await page.getByRole('checkbox', { name: 'Criminal Record Check' }).check();
  const values = page.getByRole('textbox', { name: 'Arguments of Criminal Record Check' });
  await values.fill('{ "ordering_type": ');
  await page.getByText('This is not JSON yet: check brackets, quotes and commas.').waitFor();
  await press('Create package');
  await page.getByRole('dialog').waitFor();
  await values.fill('{ "ordering_type": "SPEC" }');
  await field('Another check type').fill('EMPLOYMENT_VERIFICATION_1');
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'EMPLOYMENT_VERIFICATION_1' }).waitFor();
  await visitor.picture('package-services');
  await press('Create package');
  await row('Drivers').getByText('Criminal Record Check').waitFor();
  const services = { [IDENTITY]: {}, [CRIMINAL]: { ordering_type: 'SPEC' }, EMPLOYMENT_VERIFICATION_1: {} };
  expect((await orderedFor('drivers')).services).toEqual(services);
});

test('What keeps a package from being saved stands at its field, in plain words', async () => {
  const { page } = visitor;
  const name = field('Name');
  await press('Create New Package');
  await press('Create package');
  await page.getByText('Give the package a name.').waitFor();
  await page.getByText('Choose at least one service.').waitFor();
  await eventually(async () => expect(await name.evaluate((element) => element === document.activeElement)).toBe(true));
  const seen = await visitor.look('package-errors');
  await page.getByRole('checkbox', { name: 'Credit Report' }).check();
  await page.getByText('Choose at least one service.').waitFor({ state: 'detached' });
  await name.fill(' standard ');
  await press('Create package');
  await page.getByText('Another package of the team has this name').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  await visitor.picture('package-name-taken');
  await name.fill('CERTN - Complete');
  await page.getByText('Another package of the team has this name').waitFor({ state: 'detached' });
  await press('Create package');
  await page.getByText('This is the name of a status tag, which never chooses a package.').waitFor();
  await page.getByText('Package of Certn', { exact: true }).click();
  await press('Create package');
  await page.getByText("Paste the package's id from Certn's Client Portal.").waitFor();
  await field('Package id').fill('Basic 12');
  await page.getByText('An id has no spaces: copy it again, without the name.').waitFor();
  await visitor.picture('package-of-certn');
  await press('Cancel');
  expect(await packageOf('CERTN - Complete')).toBeUndefined();
  expect(seen).toEqual([]);
});

test("A package of Certn's portal is ordered by its id; of an id that Certn does not know it is said what to do", async () => {
  const { page } = visitor;
  const checks = { [IDENTITY]: {} };
  const { id } = await outside.sandbox.post<{ id: string }>(`/certn/accounts/${team.account}/packages`, {
    name: 'Basic',
    checks,
  });
  await press('Create New Package');
  await field('Name').fill('Portal');
  await page.getByText('Package of Certn', { exact: true }).click();
  await field('Package id').fill(randomUUID());
  await press('Create package');
  await row('Portal').getByText("of Certn's portal").waitFor();
  const candidate = await team.candidate({ name: 'Ina Unknown', tags: ['Portal'] });
  await candidate.move(STAGE);
  await candidate.tagged('CERTN - ERROR (Rejected)');
  await page.goto(`/teams/${team.id}/candidates/${candidate.id}`);
  await page.getByText('Certn does not know the id of the package').first().waitFor();
  await page.goto(settingsOf(team.id, 'packages'));
  await act('Portal', 'Edit');
  await field('Package id').fill(id);
  await press('Save package');
  await row('Portal').getByText(`Package ${id} of Certn's portal`).waitFor();
  expect(await orderedFor('Portal')).toMatchObject({ packageId: id });
});

test('The Action menu makes default, edits, deactivates and activates', async () => {
  const { page } = visitor;
  await team.addPackage('Seasonal', [IDENTITY]);
  await row('Seasonal').waitFor();
  await act('Seasonal', 'Edit');
  await field('Name').fill('Summer');
  await page.getByRole('checkbox', { name: 'Motor Vehicle Record' }).check();
  await press('Save package');
  await row('Summer').getByText('Motor Vehicle Record').waitFor();
  await act('Summer', 'Make Default');
  await row('Summer').getByText('Default', { exact: true }).waitFor();
  await row('Standard').getByText('Default', { exact: true }).waitFor({ state: 'detached' });
  await act('Standard', 'Deactivate');
  await row('Standard').getByText('Deactivated', { exact: true }).waitFor();
  await page.getByText('A deactivated package is not ordered').waitFor();
  expect(await visitor.look('package-deactivated')).toEqual([]);
  await press('Action for Standard');
  expect(await menuItem('Make Default').isDisabled()).toBe(true);
  await menuItem('Activate').click();
  await row('Standard').getByText('Deactivated', { exact: true }).waitFor({ state: 'detached' });
  await act('Standard', 'Make Default');
  await row('Standard').getByText('Default', { exact: true }).waitFor();
  expect(await packageOf('Summer')).toMatchObject({ active: true, isDefault: false });
});

test('The default package can be neither deactivated nor deleted, and the menu says what to do first', async () => {
  const { page } = visitor;
  await press('Action for Standard');
  await page.getByText('Make another package the default').waitFor();
  for (const action of ['Make Default', 'Deactivate', 'Delete']) expect(await menuItem(action).isDisabled()).toBe(true);
  expect(await visitor.look('package-default-menu')).toEqual([]);
  const refused = await outside.console.ask('PATCH', `/teams/${team.id}/packages/${team.packages.get('Standard')}`, {
    active: false,
  });
  expect([refused.status, refused.body.type]).toEqual([409, 'urn:lever-certn:problem:is-default']);
  expect(await packageOf('Standard')).toMatchObject({ active: true, isDefault: true });
});

test('A package is deleted only after its name was typed', async () => {
  const { page } = visitor;
  await team.addPackage('Old one', [IDENTITY]);
  await row('Old one').waitFor();
  await act('Old one', 'Delete');
  const really = page.getByRole('button', { name: 'Delete the package' });
  await page.getByRole('textbox', { name: 'Type “Old one” to confirm' }).fill('Standard');
  expect(await really.isDisabled()).toBe(true);
  await visitor.picture('package-delete');
  await page.getByRole('textbox', { name: 'Type “Old one” to confirm' }).fill('old one');
  await really.click();
  await row('Old one').waitFor({ state: 'detached' });
  expect(await packageOf('Old one')).toBeUndefined();
});
