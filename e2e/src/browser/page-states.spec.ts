import type { Locator, Page, Route } from 'playwright-core';
import type { Candidate } from '../candidate';
import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/*
 * What this proves: every page says so while it loads, and when the console can't be reached or fails, goes on from there, and tells who may not see it whom to ask; each of that without anything that
 * axe finds, in both themes, and without scrolling sideways on a phone.
 */

const PASSWORD = 'nine slow boats home';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const SPENT_TOKEN = 'a'.repeat(43);

let outside: Outside;
let team: Team;
let foreignTeamId: string;
let ada: Candidate;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  team = await Team.create(outside);
  foreignTeamId = (await outside.console.call<{ id: string }>('POST', '/teams', { name: `Foreign ${Date.now()}` })).id;
  ada = await team.candidate({ name: 'Ada Lovelace' });
  await ada.move(STAGE);
  await ada.tagged('CERTN - Pending');
  visitor = await Visitor.arrive(outside.description);
});
afterAll(() => visitor.leave());

/** How the API answers from now on; what is held is answered in the new way as soon as there is one. */
class Answers {
  private how: 'hold' | 'unreachable' | 'failing' | 'good' = 'hold';
  private held: Route[] = [];

  private constructor(private readonly page: Page) {}

  static async to(page: Page, reads: RegExp): Promise<Answers> {
    const answers = new Answers(page);
    await page.route(
      (url) => reads.test(url.pathname),
      (route) => answers.answer(route),
    );
    return answers;
  }

  async turn(how: Answers['how']): Promise<void> {
    this.how = how;
    await Promise.all(this.held.splice(0).map((route) => this.answer(route)));
  }

  /** How many wait for an answer. */
  get waiting(): number {
    return this.held.length;
  }

  async end(): Promise<void> {
    await this.turn('good');
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
  }

  private async answer(route: Route): Promise<void> {
    switch (this.how) {
      case 'hold':
        this.held.push(route);
        return;
      case 'unreachable':
        return route.abort('connectionrefused');
      // As a gateway before the console says it, in words that are not for people.
      case 'failing':
        return route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>503 no upstream</h1>' });
      case 'good':
        return route.continue();
    }
  }
}

interface PageCase {
  name: string;
  path: () => string;
  /** What of the API it is made of, by its paths. */
  reads: RegExp;
  /** Seen once it is there. */
  there: (page: Page) => Locator;
}

const inTeam = (path: string) => (): string => `/teams/${team.id}${path}`;
const heading =
  (name: string | RegExp, level?: number) =>
  (page: Page): Locator =>
    page.getByRole('heading', { name, ...(level ? { level } : {}) });

const BEFORE_THE_CONSOLE: PageCase[] = [
  {
    name: 'sign-in',
    path: () => '/sign-in',
    reads: /^\/api\/session\/methods$/,
    there: (page) => page.getByLabel('E-mail address'),
  },
  {
    name: 'invitation',
    path: () => `/invitation#${SPENT_TOKEN}`,
    reads: /^\/api\/invitation$/,
    there: heading('This link can not be used'),
  },
  {
    name: 'password-reset',
    path: () => `/password-reset#${SPENT_TOKEN}`,
    reads: /^\/api\/password-reset$/,
    there: heading('This link can not be used'),
  },
];

const PAGES: PageCase[] = [
  { name: 'session', path: () => '/teams', reads: /^\/api\/session$/, there: heading('Teams', 1) },
  {
    name: 'teams',
    path: () => '/teams',
    reads: /^\/api\/teams$/,
    there: (page) => page.getByRole('link', { name: /^Team / }).first(),
  },
  {
    name: 'users',
    path: () => '/users',
    reads: /^\/api\/(users|invitations)$/,
    there: (page) => page.getByText('(you)'),
  },
  {
    name: 'audit',
    path: () => '/audit',
    reads: /^\/api\/audit$/,
    there: (page) => page.getByRole('list', { name: 'Audit' }),
  },
  {
    name: 'account',
    path: () => '/account',
    reads: /^\/api\/(sessions|tokens)$/,
    there: (page) => page.getByText('This one', { exact: true }),
  },
  {
    name: 'team',
    path: inTeam('/settings'),
    reads: /^\/api\/teams\/[^/]+$/,
    there: (page) => page.getByLabel('Name of the team'),
  },
  {
    name: 'overview',
    path: inTeam(''),
    reads: /^\/api\/teams\/[^/]+\/(overview|checklist)$/,
    there: (page) => page.getByRole('region', { name: 'Today' }),
  },
  {
    name: 'candidates',
    path: inTeam('/candidates'),
    reads: /^\/api\/teams\/[^/]+\/candidates$/,
    there: (page) => page.getByRole('link', { name: 'Ada Lovelace', exact: true }),
  },
  {
    name: 'candidate',
    path: () => `/teams/${team.id}/candidates/${ada.id}`,
    reads: /^\/api\/teams\/[^/]+\/candidates\/[^/]+$/,
    there: heading('Ada Lovelace', 1),
  },
  {
    name: 'deliveries',
    path: inTeam('/deliveries'),
    reads: /^\/api\/teams\/[^/]+\/deliveries$/,
    there: (page) => page.getByRole('table', { name: 'Webhooks' }),
  },
  {
    name: 'problems',
    path: inTeam('/problems'),
    reads: /^\/api\/teams\/[^/]+\/problems$/,
    there: heading('Nothing waits for you'),
  },
  {
    name: 'integrations',
    path: inTeam('/settings/integrations'),
    reads: /^\/api\/teams\/[^/]+\/checklist$/,
    there: (page) => page.getByRole('button', { name: /Packages/ }),
  },
];

async function walk({ name, path, reads, there }: PageCase): Promise<void> {
  const { page } = visitor;
  const answers = await Answers.to(page, reads);
  await page.goto('about:blank');
  await page.goto(path());
  await page.getByRole('status', { name: 'Loading' }).first().waitFor();
  expect(await visitor.look(`state-${name}-loading`)).toEqual([]);
  await answers.turn('unreachable');
  await page.getByText('The console can not be reached').first().waitFor();
  expect(await visitor.look(`state-${name}-unreachable`)).toEqual([]);
  // Held, so that the page does not go on by itself before the click.
  await answers.turn('hold');
  const asked = page.waitForRequest((request) => reads.test(new URL(request.url()).pathname));
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await asked;
  await answers.turn('good');
  await there(page).waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await answers.end();
}

test.each(BEFORE_THE_CONSOLE)('$name says that it loads, that the console is away, and goes on', walk);

describe('Behind the sign-in', () => {
  beforeAll(() => visitor.signIn());
  test.each(PAGES)('$name says that it loads, that the console is away, and goes on', walk);

  test('a gateway that answers for the console is told in our words; the page tries by itself, and at once when asked to, which takes no focus away', async () => {
    const { page } = visitor;
    const answers = await Answers.to(page, /^\/api\/teams\/[^/]+\/candidates$/);
    await answers.turn('failing');
    await page.goto(inTeam('/candidates')());
    await page.getByRole('alert').getByText('The console can not answer right now').waitFor();
    await answers.turn('hold');
    await eventually(() => expect(answers.waiting).toBe(1));
    const again = page.getByRole('button', { name: 'Try again' });
    await again.focus();
    await page.keyboard.press('Enter');
    await eventually(() => expect(answers.waiting).toBe(2));
    expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await visitor.look('state-candidates-failing')).toEqual([]);
    await answers.turn('good');
    await page.getByRole('link', { name: 'Ada Lovelace', exact: true }).waitFor();
    await answers.end();
  });
});

interface RefusedCase {
  name: string;
  path: () => string;
  says: string;
  /** What the navigation does not offer. */
  link?: string;
}

const REFUSED: RefusedCase[] = [
  { name: 'settings', path: inTeam('/settings'), says: 'You may not see the settings of this team', link: 'Team settings' },
  { name: 'integrations', path: inTeam('/settings/integrations'), says: 'You may not see the settings of this team' },
  { name: 'users', path: () => '/users', says: 'You may not see the users', link: 'Users' },
  { name: 'invite', path: () => '/users/invite', says: 'You may not invite people' },
  { name: 'audit', path: () => '/audit', says: 'You may not see the audit', link: 'Audit' },
  { name: 'foreign-team', path: () => `/teams/${foreignTeamId}`, says: 'Not found', link: 'Overview' },
  { name: 'foreign-candidates', path: () => `/teams/${foreignTeamId}/candidates`, says: 'Not found' },
  { name: 'unknown-team', path: () => `/teams/${NOBODY}/settings`, says: 'Not found' },
  { name: 'unknown-page', path: () => '/nowhere', says: 'Not found' },
];

describe('A viewer', () => {
  let viewer: Visitor;

  beforeAll(async () => {
    const email = `viewer-${Date.now()}@example.com`;
    const roles = [{ teamId: team.id, role: 'viewer' }];
    const person = { email, name: 'Vera Viewer', password: PASSWORD, mustChangePassword: false, roles };
    await outside.console.call('POST', '/users', person);
    viewer = await Visitor.arrive(outside.description);
    await viewer.signIn(email, PASSWORD);
  });
  afterAll(() => viewer.leave());

  test.each(REFUSED)('who follows an address to $name reads “$says”, and what to do', async ({ name, path, says, link }) => {
    const { page } = viewer;
    await page.goto(path());
    await heading(says)(page).waitFor();
    if (link) expect(await page.getByRole('link', { name: link, exact: true }).count()).toBe(0);
    expect(await viewer.look(`state-${name}-refused`)).toEqual([]);
  });
});

test('Who is in no team yet reads whom to ask', async () => {
  const email = `nobody-${Date.now()}@example.com`;
  const person = { email, name: 'Nora New', password: PASSWORD, mustChangePassword: false, roles: [] };
  await outside.console.call('POST', '/users', person);
  const newcomer = await Visitor.arrive(outside.description);
  try {
    await newcomer.signIn(email, PASSWORD);
    await heading('You are in no team yet')(newcomer.page).waitFor();
    expect(await newcomer.look('state-teams-none')).toEqual([]);
  } finally {
    await newcomer.leave();
  }
});
