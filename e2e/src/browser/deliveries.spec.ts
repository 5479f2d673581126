import { eventually } from '../eventually';
import { Outside } from '../system';
import { OTHER_STAGE, STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: every webhook is shown with what was made of it, and nothing in it is anybody's data. */

let outside: Outside;
let team: Team;
let opportunityId: string;
let email: string;
let visitor: Visitor;

const at = (path: string): string => `/teams/${team.id}${path}`;

beforeAll(async () => {
  outside = await Outside.shared();
  team = await Team.create(outside);
  const candidate = await team.candidate({ name: 'Ada Lovelace' });
  opportunityId = candidate.id;
  email = candidate.email;
  await candidate.move(STAGE);
  await candidate.tagged('CERTN - Pending');
  const other = await team.candidate({ name: 'Ben Testmann' });
  await other.move(OTHER_STAGE);
  await other.announce(2);
  for (let n = 0; n < 3; n += 1)
    await fetch(team.leverWebhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        event: 'candidateStageChange',
        triggeredAt: Date.now(),
        token: `t${n}`,
        signature: 'ab'.repeat(32),
        data: { opportunityId: 'forged', candidateId: 'forged', toStageId: 'x' },
      }),
    });
  await eventually(async () => {
    const { items } = await team.get<{ items: { outcome: string }[] }>('/deliveries');
    expect(items.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['accepted', 'signature-wrong']));
  });
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterEach(() => visitor.leave());

test('Every webhook stands in the list with its verdict; unsigned ones only as counts', async () => {
  const { page } = visitor;
  await page.goto(at('/deliveries'));
  const table = page.getByRole('table', { name: 'Webhooks' });
  await table.getByRole('button', { name: 'Accepted' }).first().waitFor();
  await table.getByRole('button', { name: 'The signature does not fit' }).first().waitFor();
  expect(await table.getByText('forged').count()).toBe(0);
  await page.getByRole('region', { name: 'The last 24 hours' }).getByText('Lever: The signature does not fit').waitFor();
  expect(await visitor.look('deliveries')).toEqual([]);
});

test('One webhook shows all that is kept of it: no name, no address, and the way to the candidate', async () => {
  const { page } = visitor;
  await page.goto(at(`/deliveries?opportunityId=${opportunityId}`));
  await page.getByRole('table', { name: 'Webhooks' }).getByRole('button', { name: 'Accepted' }).click();
  const drawer = page.getByRole('dialog', { name: 'Webhook' });
  await drawer.getByText(opportunityId).waitFor();
  const text = (await drawer.textContent()) ?? '';
  expect([text.includes('Lovelace'), text.includes(email)]).toEqual([false, false]);
  expect(await visitor.look('delivery')).toEqual([]);
  await drawer.getByRole('link', { name: 'Open the candidate' }).click();
  await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor();
});

test('Webhooks are found by candidate, verdict and day, and what was asked for stays in the address', async () => {
  const { page } = visitor;
  await page.goto(at('/deliveries'));
  await page.getByRole('textbox', { name: 'Opportunity' }).fill(opportunityId);
  const table = page.getByRole('table', { name: 'Webhooks' });
  await eventually(async () =>
    expect(new Set(await table.locator('tbody tr td:last-child').allTextContents())).toEqual(new Set([opportunityId])),
  );
  await page.reload();
  await eventually(async () =>
    expect(new Set(await table.locator('tbody tr td:last-child').allTextContents())).toEqual(new Set([opportunityId])),
  );
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page
    .getByRole('button', { name: /The signature does not fit/ })
    .first()
    .click();
  await eventually(() => Promise.resolve(expect(new URL(page.url()).searchParams.get('outcome')).toBe('signature-wrong')));
  await page.goto(at('/deliveries?from=2020-01-01&to=2020-01-02'));
  await page.getByRole('heading', { name: 'No webhook matches' }).waitFor();
  expect(await visitor.look('deliveries-none-match')).toEqual([]);
});
