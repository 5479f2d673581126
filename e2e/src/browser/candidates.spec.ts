import { readFileSync } from 'node:fs';
import { eventually } from '../eventually';
import type { Candidate } from '../candidate';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: a recruiter finds a candidate, sees what happened and why, and an admin does something about it. */

const LONG_MS = 40_000;

let outside: Outside;
let team: Team;
let ada: Candidate;
let ben: Candidate;
let eve: Candidate;
let visitor: Visitor;

/** Where a page of the team lies. */
const at = (path: string): string => `/teams/${team.id}${path}`;
const rows = (): Promise<string[]> =>
  visitor.page.getByRole('table', { name: 'Candidates' }).getByRole('link').filter({ hasText: /\w/ }).allTextContents();
/** The names in the list end as these, in this order. */
const lists = (...names: string[]): Promise<void> => eventually(async () => expect(await rows()).toEqual(names));

beforeAll(async () => {
  outside = await Outside.shared();
  team = await Team.create(outside);
  ada = await team.candidate({ name: 'Ada Lovelace' });
  ben = await team.candidate({ name: 'Ben Testmann', emails: [] });
  eve = await team.candidate({ name: 'Eve Example', tags: ['Packages A'] });
  for (const candidate of [ada, ben, eve]) {
    await candidate.move(STAGE);
    await candidate.tagged(candidate === ben ? 'CERTN - ERROR (No Email)' : 'CERTN - Pending');
  }
  for (const action of ['start', 'submit']) await ada.act(action);
  await ada.act('complete');
  await ada.tagged('CERTN - Complete');
  await eventually(async () => expect((await ada.inConsole()).status).toBe('complete'));
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterEach(() => visitor.leave());

describe('The list of candidates', () => {
  test('shows those who moved last first, each with the words of the tag, and is fine in both themes and on a phone', async () => {
    await visitor.page.goto(at('/candidates'));
    await lists('Eve Example', 'Ben Testmann', 'Ada Lovelace');
    const { page } = visitor;
    for (const words of ['CERTN - Pending', 'CERTN - ERROR (No Email)', 'CERTN - Complete'])
      await page.getByText(words, { exact: true }).waitFor();
    expect(await visitor.look('candidates')).toEqual([]);
  });

  test('keeps filters and order in the address: they survive a reload and can be sent to somebody', async () => {
    const { page } = visitor;
    await page.goto(at('/candidates'));
    await page
      .getByRole('combobox', { name: 'Status' })
      .or(page.getByRole('textbox', { name: 'Status' }))
      .first()
      .click();
    await page.getByRole('option', { name: /CERTN - ERROR/ }).click();
    await lists('Ben Testmann');
    expect(new URL(page.url()).searchParams.get('status')).toBe('error');
    await page.reload();
    await lists('Ben Testmann');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Moved' }).click();
    await lists('Ada Lovelace', 'Ben Testmann', 'Eve Example');
    await page.reload();
    await lists('Ada Lovelace', 'Ben Testmann', 'Eve Example');
    await page.goto(at('/candidates?package=Packages%20A'));
    await lists('Eve Example');
    await page.goto(at('/candidates?problem=no-email'));
    await lists('Ben Testmann');
  });

  test('finds by any word of a name, by the e-mail address and by Lever’s id; who is not there is said not to match', async () => {
    const { page } = visitor;
    await page.goto(at('/candidates'));
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('lovelace');
    await lists('Ada Lovelace');
    await search.fill(eve.email);
    await lists('Eve Example');
    await search.fill(ben.id);
    await lists('Ben Testmann');
    await search.fill('nobody');
    await page.getByRole('heading', { name: 'Nobody matches' }).waitFor();
    expect(await visitor.look('candidates-nobody-matches')).toEqual([]);
    await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click();
    await lists('Eve Example', 'Ben Testmann', 'Ada Lovelace');
    expect(await search.inputValue()).toBe('');
  });

  test('is downloaded as it is filtered', async () => {
    const { page } = visitor;
    await page.goto(at('/candidates?status=complete,error&sort=movedAt'));
    await lists('Ada Lovelace', 'Ben Testmann');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^candidates-\d{4}-\d\d-\d\d\.csv$/);
    const [heading, ...lines] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(heading).toContain('Name,E-mail,Status');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['Ada Lovelace', 'Ben Testmann']);
    expect(lines[0]).toContain(`${ada.email},CERTN - Complete`);
  });

  test('says of a new team that there is nobody yet, and where one sees what came', async () => {
    const { page } = visitor;
    const empty = await outside.console.call<{ id: string }>('POST', '/teams', { name: `Nobody ${Date.now()}` });
    await page.goto(`/teams/${empty.id}/candidates`);
    await page.getByRole('heading', { name: 'No candidates yet' }).waitFor();
    expect(await visitor.look('candidates-none-yet')).toEqual([]);
    await page.getByRole('link', { name: 'See what webhooks came' }).click();
    await page.getByRole('heading', { name: 'No webhook came yet' }).waitFor();
    expect(await visitor.look('deliveries-none-yet')).toEqual([]);
  });

  test('says so while it loads, and when the console fails, with a way to try again', async () => {
    const { page } = visitor;
    const list = /\/api\/teams\/[^/]+\/candidates(\?|$)/;
    let answer: 'slow' | 'failing' | 'good' = 'slow';
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route(list, async (route) => {
      if (answer === 'slow') await held;
      if (answer === 'good') return route.continue();
      const problem = {
        type: 'urn:lever-certn:problem:conflict',
        title: 'This is in the way',
        status: 409,
        cure: 'Wait a moment.',
      };
      return route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) });
    });
    await page.goto(at('/candidates'));
    await page.getByRole('status', { name: 'Loading' }).waitFor();
    expect(await visitor.look('candidates-loading')).toEqual([]);
    answer = 'failing';
    letGo();
    await page.getByRole('alert').getByText('Wait a moment.').waitFor();
    expect(await visitor.look('candidates-failing')).toEqual([]);
    answer = 'good';
    await page.getByRole('button', { name: 'Try again' }).click();
    await lists('Eve Example', 'Ben Testmann', 'Ada Lovelace');
  });
});

describe('A candidate', () => {
  test('opens by a click anywhere on the row, or from the keyboard, and the way back leads to the same list', async () => {
    const { page } = visitor;
    await page.goto(at('/candidates?status=complete'));
    await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).getByText('Standard').click();
    await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Candidates' }).click();
    await lists('Ada Lovelace');
    expect(new URL(page.url()).searchParams.get('status')).toBe('complete');
    await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor();
  });

  test('that is finished tells its story from the webhook to the tag, and leads to Lever and to the report', async () => {
    const { page } = visitor;
    await page.goto(at(`/candidates/${ada.id}`));
    const story = page.getByRole('region', { name: 'What happened' });
    for (const line of [
      'Lever told of a move',
      'Decided: order a check',
      'The tag was written in Lever',
      'The link to the report was added in Lever',
      'The check is complete',
    ])
      await story.getByText(line).first().waitFor();
    const titles = await story.getByRole('listitem').allTextContents();
    expect(titles[0]).toContain('Lever told of a move');
    const written = titles.filter((line) => line.includes('The tag was written in Lever'));
    expect(written.at(-1)).toContain('CERTN - Complete');
    expect(titles.findIndex((line) => line.includes('Decided'))).toBe(1);
    await page.getByText('2 of 2 services done').waitFor();
    expect(await page.getByRole('link', { name: 'Open in Lever' }).getAttribute('href')).toMatch(/^https:\/\//);
    const checkId = await ada.checkId();
    expect(await page.getByRole('link', { name: 'Open report' }).getAttribute('href')).toBe(
      `${outside.description.consoleUrl}/reports/${checkId}`,
    );
    expect(await visitor.look('candidate')).toEqual([]);
  });

  test('says the exact time in UTC on hover', async () => {
    const { page } = visitor;
    await page.goto(at(`/candidates/${ada.id}`));
    await page.getByRole('region', { name: 'What happened' }).getByRole('time').or(page.locator('time')).first().hover();
    await page.getByRole('tooltip').getByText(/UTC$/).waitFor();
  });

  test('that nobody knows is not found', async () => {
    await visitor.page.goto(at('/candidates/nobody'));
    await visitor.page.getByRole('heading', { name: 'Candidate not found', level: 1 }).waitFor();
    expect(await visitor.look('candidate-absent')).toEqual([]);
  });

  test('is ordered by hand with a reason, and the timeline says who and why', async () => {
    const { page } = visitor;
    const again = await team.candidate({ name: 'Grace Trial' });
    await again.move(STAGE);
    await again.tagged('CERTN - Pending');
    for (const action of ['start', 'submit', 'complete']) await again.act(action);
    await again.tagged('CERTN - Complete');
    await eventually(async () => expect((await again.inConsole()).status).toBe('complete'));
    await page.goto(at(`/candidates/${again.id}`));
    await page.getByRole('button', { name: 'Order anyway' }).click();
    const dialog = page.getByRole('dialog', { name: 'Order a check for Grace Trial?' });
    const order = dialog.getByRole('button', { name: 'Order the check' });
    expect(await order.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('a second look was agreed');
    expect(await visitor.look('candidate-order')).toEqual([]);
    await order.click();
    await dialog.waitFor({ state: 'hidden' });
    const story = page.getByRole('region', { name: 'What happened' });
    await story.getByText('Ordered by hand').waitFor();
    await story.getByText('a second look was agreed').waitFor();
    await story.getByText(`By ${outside.description.adminEmail}`).first().waitFor();
    await again.orders(2);
    await page.reload();
    await page.getByText('A check is open: a candidate has one open check at a time.').waitFor();
  });

  test('without an e-mail address says what to do, and is healed by “Check again” once Lever has one', async () => {
    const { page } = visitor;
    const late = await team.candidate({ name: 'Ivan Probe', emails: [] });
    await late.move(STAGE);
    await late.tagged('CERTN - ERROR (No Email)');
    await page.goto(at(`/candidates/${late.id}`));
    await page.getByRole('alert').or(page.getByText('Add an e-mail address to the candidate in Lever')).first().waitFor();
    expect(await visitor.look('candidate-no-email')).toEqual([]);
    await late.change({ emails: [`late.${Date.now()}@example.com`] });
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('region', { name: 'What happened' }).getByText('Asked to check again').waitFor();
    await late.tagged('CERTN - Pending');
    await page.reload();
    await page.getByText('CERTN - Pending', { exact: true }).first().waitFor();
  });

  test('that needs attention is settled by a person who names the case', async () => {
    const { page } = visitor;
    await team.fault({ on: 'certn', route: 'POST *order*', kind: 'lost-answer', times: 1 });
    const doubtful = await team.candidate({ name: 'Chidi Sample' });
    const other = await outside.sandbox.post<{ id: string }>(`/certn/accounts/${team.account}/cases`, {
      email: doubtful.email,
      checks: { IDENTITY_VERIFICATION_1: {}, CRIMINAL_RECORD_REPORT_1: {} },
    });
    await doubtful.move(STAGE);
    await doubtful.tagged('CERTN - ERROR (Needs Attention)', LONG_MS);
    await eventually(async () => expect((await doubtful.inConsole()).status).toBe('error'));
    await page.goto(at(`/candidates/${doubtful.id}`));
    await page.getByRole('button', { name: 'Settle' }).click();
    const dialog = page.getByRole('dialog', { name: 'Settle the check of Chidi Sample' });
    await dialog.getByLabel('Drop the check').check();
    expect(await dialog.getByRole('button', { name: 'Drop the check' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Chidi Sample” to confirm').fill('Chidi Sample');
    expect(await dialog.getByRole('button', { name: 'Drop the check' }).isDisabled()).toBe(false);
    expect(await visitor.look('candidate-settle')).toEqual([]);
    await dialog.getByLabel('There is a case').check();
    await dialog.getByLabel('Id of the case').fill(other.id);
    await dialog.getByRole('button', { name: 'Adopt the case' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Settled by naming the case').waitFor();
    await doubtful.tagged('CERTN - Pending');
    await page.reload();
    await page.getByText('The case that a person named was adopted').waitFor();
    expect(await page.getByRole('button', { name: 'Settle' }).count()).toBe(0);
  });

  test('is shown to a viewer, who is told whom to ask for more', async () => {
    const { page, context } = visitor;
    await context.clearCookies();
    const email = `viewer-${Date.now()}@example.com`;
    const password = 'a password of a viewer';
    await outside.console.call('POST', '/users', {
      email,
      name: 'Vera Viewer',
      password,
      mustChangePassword: false,
      roles: [{ teamId: team.id, role: 'viewer' }],
    });
    await visitor.signIn(email, password);
    await page.goto(at(`/candidates/${ada.id}`));
    await page.getByText('Admins of the team can order a check by hand').waitFor();
    expect(await page.getByRole('button', { name: 'Order anyway' }).count()).toBe(0);
    expect(await visitor.look('candidate-viewer')).toEqual([]);
  });
});
