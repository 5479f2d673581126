import { randomUUID } from 'node:crypto';
import { ConsoleClient } from './console-client';
import { eventually } from './eventually';
import { Outside } from './system';
import { STAGE, Team } from './team';

/** Teams share the installation and nothing else. */
describe('two teams', () => {
  it('see, order and tag only their own candidates', async () => {
    const outside = await Outside.shared();
    const [ours, theirs] = [await Team.create(outside), await Team.create(outside)];
    const candidate = await ours.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await eventually(async () =>
      expect(await ours.get<{ items: object[] }>('/candidates')).toMatchObject({ items: [{ opportunityId: candidate.id }] }),
    );
    expect(await theirs.get<{ items: object[] }>('/candidates')).toMatchObject({ items: [] });
    expect((await outside.console.ask('GET', `/teams/${theirs.id}/candidates/${candidate.id}`)).status).toBe(404);
    expect(await theirs.ordersOf(candidate.email)).toBe(0);
  });

  it('refuse a webhook signed for the other', async () => {
    const outside = await Outside.shared();
    const [ours, theirs] = [await Team.create(outside), await Team.create(outside)];
    await outside.sandbox.put(`/lever/accounts/${theirs.account}/webhook`, {
      url: ours.leverWebhookUrl,
      signatureToken: theirs.signatureToken,
    });
    const candidate = await theirs.candidate();
    await candidate.move(STAGE);
    await eventually(async () => {
      const deliveries = await outside.sandbox.get<object[]>(`/deliveries?vendor=lever&account=${theirs.account}`);
      expect(JSON.stringify(deliveries)).toContain('401');
    });
    await candidate.staysAt(0);
  });

  it('are 404 to whoever is of neither', async () => {
    const outside = await Outside.shared();
    const team = await Team.create(outside);
    const [email, password] = [`stranger-${randomUUID()}@example.com`, randomUUID()];
    await outside.console.call('POST', '/users', { email, name: 'A Stranger', password, mustChangePassword: false, roles: [] });
    const stranger = new ConsoleClient(outside.description.consoleUrl);
    expect((await stranger.ask('GET', `/teams/${team.id}`)).status).toBe(401);
    await stranger.signIn(email, password);
    for (const route of ['', '/candidates', '/packages', '/problems'])
      expect([route, (await stranger.ask('GET', `/teams/${team.id}${route}`)).status]).toEqual([route, 404]);
    expect((await stranger.ask('POST', `/teams/${team.id}/disable`)).status).toBe(404);
  });
});

describe('the report link', () => {
  it('leads a signed-in person to the fresh report, and everybody else to the sign-in', async () => {
    const outside = await Outside.shared();
    const team = await Team.create(outside);
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    const path = `/reports/${await candidate.checkId()}`;
    const report = await eventually(async () => {
      const page = await outside.console.page(path);
      expect({ status: page.status, title: /<h1>(.*)<\/h1>/.exec(await page.clone().text())?.[1] }).toEqual({ status: 303 });
      return page;
    });
    expect(report.headers.get('cache-control')).toContain('no-store');
    const pdf = await fetch(report.headers.get('location')!);
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const anonymous = await fetch(`${outside.description.consoleUrl}${path}`, { redirect: 'manual' });
    expect([302, 303, 401]).toContain(anonymous.status);
    expect(anonymous.headers.get('location') ?? '').not.toContain('pdf');
  });
});
