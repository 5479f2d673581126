import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { settingsOf } from './bare-team';
import { Visitor } from './visitor';

/* What this proves: who stands in the trigger stage already, or moved into it during a pause, is ordered for only by a choice that was told the number. */

let outside: Outside;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterAll(() => visitor.leave());

const press = (name: string): Promise<void> => visitor.page.getByRole('button', { name, exact: true }).click();
const enableSwitch = () => visitor.page.getByRole('switch', { name: 'Enable Integration' });

/** Switches the integration off in the page, and has candidates moved into the stage meanwhile. */
async function pausedWith(team: Team, names: string[]) {
  const { page } = visitor;
  await page.goto(settingsOf(team.id, 'enable'));
  await page.getByText('Active since').waitFor();
  await enableSwitch().click();
  await page.getByText('Not enabled', { exact: true }).waitFor();
  const moved = await Promise.all(names.map((name) => team.candidate({ name })));
  for (const candidate of moved) {
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'disabled');
  }
  return moved;
}

describe('Those who stand in the stage already', () => {
  test('are ordered for one by one or together, after the number was said', async () => {
    const team = await Team.create(outside, { enabled: false });
    const people = ['Ada Standing', 'Ben Standing', 'Cem Standing', 'Dua Standing', 'Eli Standing'];
    const [ada, ben, cem, dua, eli] = await Promise.all(people.map((name) => team.candidate({ name, stage: STAGE })));
    const { page } = visitor;
    const choose = (name: string): Promise<void> => page.getByRole('checkbox', { name: `Choose ${name}` }).check();
    await page.goto(settingsOf(team.id, 'standing'));
    await choose('Ada Standing');
    expect(await page.getByRole('button', { name: 'Order 1 check' }).isDisabled()).toBe(true);
    await page.getByText('Checks can be ordered once the integration is enabled.').waitFor();
    await team.enable();
    await press('Order 1 check');
    await page.getByRole('dialog', { name: 'Order 1 check?' }).getByText('Ada Standing').waitFor();
    await page.getByText('One applicant gets an invitation').waitFor();
    await visitor.picture('settings-standing-one');
    await press('Cancel');
    await press('Order 1 check');
    await press('Order 1 check now');
    await page.getByText('1 check ordered.').waitFor();
    await ada!.orders(1);

    await choose('Ben Standing');
    await choose('Cem Standing');
    await press('Order 2 checks');
    await page.getByText('Ben Standing and Cem Standing').waitFor();
    await press('Order 2 checks now');
    await page.getByText('2 checks ordered.').waitFor();
    await Promise.all([ben!.orders(1), cem!.orders(1)]);
    await dua!.staysAt(0, 300);

    await eventually(async () => {
      await page.reload();
      await page.getByText('5 in the stage, 2 without a check').waitFor({ timeout: 2000 });
    });
    expect(await page.getByRole('checkbox', { name: 'Choose Ada Standing' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Choose all without a check' }).check();
    await press('Order 2 checks');
    await page.getByText('2 applicants get an invitation').waitFor();
    expect(await visitor.look('settings-standing-confirm')).toEqual([]);
    // Somebody else was quicker for one of the two.
    await team.post(`/candidates/${eli!.id}/order`, { reason: 'Asked by phone' });
    await eli!.orders(1);
    await eventually(async () => expect((await eli!.inConsole()).checks).toHaveLength(1));
    await press('Order 2 checks now');
    await page.getByText('1 check ordered. 1 had an open check already and was left out.').waitFor();
    await dua!.orders(1);
    for (const one of [ada, ben, cem, dua, eli]) expect(await one!.cases()).toHaveLength(1);
    await eventually(async () => {
      await page.reload();
      await page.getByText('5 in the stage, 0 without a check').waitFor({ timeout: 2000 });
    });
    expect(await visitor.look('settings-standing')).toEqual([]);
  });
});

describe('Those who moved while the integration was off', () => {
  test('are told by their number when it is switched on again, and ordered for if that is chosen', async () => {
    const team = await Team.create(outside);
    const [ada, ben] = await pausedWith(team, ['Ada Moved', 'Ben Moved']);
    const { page } = visitor;
    await enableSwitch().click();
    await page.getByText('2 candidates were moved into the trigger stage').waitFor();
    expect(await visitor.look('settings-enable-after-pause')).toEqual([]);
    await press('Enable and start 2 checks');
    await page.getByText('Active since').waitFor();
    await Promise.all([ada!.orders(1), ben!.orders(1)]);
    await Promise.all([ada!.tagged('CERTN - Pending'), ben!.tagged('CERTN - Pending')]);
  });

  test('are left out if that is chosen, stay offered in the list, and whoever moves from then on gets a check', async () => {
    const team = await Team.create(outside);
    const [ada] = await pausedWith(team, ['Ada Left-Out']);
    const { page } = visitor;
    await enableSwitch().click();
    await page.getByText('One candidate was moved into the trigger stage').waitFor();
    await page.getByRole('button', { name: 'Enable and start 1 check' }).waitFor();
    await press('Cancel');
    expect((await team.get<{ enabled: boolean }>()).enabled).toBe(false);
    await enableSwitch().click();
    await press('Enable without them');
    await page.getByText('Active since').waitFor();
    const { activeSince } = await team.get<{ activeSince: string }>();
    await new Promise((resolve) => setTimeout(resolve, Date.parse(activeSince) - Date.now()));
    const later = await team.candidate({ name: 'Ben Later' });
    await later.move(STAGE);
    await later.orders(1);
    await ada!.staysAt(0, 500);
    await page.goto(settingsOf(team.id, 'standing'));
    await page.getByRole('checkbox', { name: 'Choose Ada Left-Out' }).check();
    await page.getByRole('button', { name: 'Order 1 check' }).waitFor();
  });

  test('are not asked about when nobody did', async () => {
    const team = await Team.create(outside);
    await pausedWith(team, []);
    await enableSwitch().click();
    await visitor.page.getByText('Active since').waitFor();
    expect(await visitor.page.getByRole('dialog').count()).toBe(0);
  });
});
