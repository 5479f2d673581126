import { randomUUID } from 'node:crypto';
import { APPLICANT_FIELD } from '@lever-certn/events/check-requested';
import { isoTime } from '@lever-certn/events/fields';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { SILENT } from '@lever-certn/kafka/kafka-client';
import { ServiceBed, type Heard } from '@lever-certn/local-stack/service-bed.fixture';
import type { RunningService } from '@lever-certn/service/run-service';
import { SettingsView } from '@lever-certn/settings/settings-view';
import { ConsoleConfig } from './config';
import { buildConsole } from './console';

jest.setTimeout(90_000);

type Console = RunningService & { url: string };

const PASSWORD = 'a password of twelve';
let bed: ServiceBed;
let console: Console;
let cookie = '';
let settings: Heard<TeamSettings>;

const environment = {
  PORT: '0',
  HOST: '127.0.0.1',
  PUBLIC_CONSOLE_URL: 'http://localhost:8080',
  BOOTSTRAP_ADMIN_EMAIL: 'owner@example.com',
  BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
  BOOTSTRAP_ADMIN_PASSWORD_CHANGE: 'false',
  INDEX_KEY: Buffer.alloc(32, 3).toString('base64'),
};

beforeAll(async () => {
  bed = await ServiceBed.open();
  settings = await bed.hear(TOPICS.teamSettings);
  await start();
});
afterAll(() => bed.close());
afterEach(() => expect(bed.fatal).toEqual([]));

async function start(more: Record<string, string> = {}): Promise<void> {
  const more_ = { ...environment, CERTN_API_URL: bed.sandbox.certnUrl, ...more };
  console = (await bed.start(buildConsole, ConsoleConfig, more_)) as Console;
  const answer = await fetch(`${console.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.com', password: PASSWORD }),
  });
  cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

async function call<Body>(method: string, path: string, body?: object): Promise<Body> {
  const answer = await fetch(`${console.url}${path}`, {
    method,
    headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as Body;
}

const makeTeam = (name: string): Promise<{ id: string; version: number }> => call('POST', '/api/teams', { name });
const versionsOf = (teamId: string): number[] =>
  settings.events.filter((event) => event.teamId === teamId).map(({ version }) => version);

describe('settings', () => {
  test('reach every service, with the secrets it can open', async () => {
    const team = await makeTeam('Published');
    await call('PUT', `/api/teams/${team.id}/lever`, {
      apiKey: 'key-1',
      signatureTokens: [{ value: 'token-1' }],
      triggerStage: { name: 'Background Check' },
    });
    const view = new SettingsView({ settings: bed.topics.settings, keyring: bed.keyring, log: SILENT, service: 'spec' });
    await view.start();
    expect(view.team(team.id)).toMatchObject({
      version: 2,
      name: 'Published',
      lever: {
        apiKey: 'key-1',
        signatureTokens: ['token-1'],
        triggerStage: { id: 'background-check', name: 'Background Check' },
      },
    });
    await call('PATCH', `/api/teams/${team.id}`, { name: 'Renamed' });
    await eventually('the new name is known', () => view.team(team.id)?.name === 'Renamed', 5000);
    await call('DELETE', `/api/teams/${team.id}`);
    await eventually('the team is gone', () => view.team(team.id) === undefined, 5000);
    await view.stop();
  });

  test('that Kafka lost, or has older or newer, are published again at the next start', async () => {
    const lost = await makeTeam('Lost');
    const older = await makeTeam('Older');
    const newer = await makeTeam('Newer');
    const same = await makeTeam('Same');
    await eventually('all are published', () => [lost, older, newer, same].every(({ id }) => versionsOf(id).length === 1));
    const published = (id: string): TeamSettings => settings.events.findLast((event) => event.teamId === id)!;
    await bed.stop(console);
    await bed.tombstone(TOPICS.teamSettings, lost.id, lost.id);
    await bed.publish(TOPICS.teamSettings, { ...published(older.id), version: 1, name: 'As it was' });
    await bed.publish(TOPICS.teamSettings, { ...published(newer.id), version: 9, name: 'From the future' });
    await start();
    await eventually('all are right again', () => versionsOf(lost.id).at(-1) === 2 && versionsOf(newer.id).at(-1) === 10);
    expect(published(newer.id).name).toBe('Newer');
    expect(await call('GET', `/api/teams/${newer.id}`)).toMatchObject({ name: 'Newer', version: 10 });
    expect(versionsOf(same.id)).toEqual([1]);
  });

  test('that Kafka lost, or has older or newer, while the console runs are published again, each time they are compared', async () => {
    await bed.stop(console);
    await start({ SETTINGS_CHECK_MS: '1000' });
    const { id } = await makeTeam('Kept');
    const { id: same } = await makeTeam('Untouched');
    const newest = (): TeamSettings => settings.events.findLast(({ teamId }) => teamId === id)!;
    await eventually('both are published', () => versionsOf(id).length === 1 && versionsOf(same).length === 1);

    await bed.tombstone(TOPICS.teamSettings, id, id);
    await eventually('it is there again', () => newest().version > 1);
    const { version } = newest();
    await bed.publish(TOPICS.teamSettings, { ...newest(), version: version - 1, name: 'As it was' });
    await eventually('it is the newest again', () => newest().version > version);
    await bed.publish(TOPICS.teamSettings, { ...newest(), version: version + 50, name: 'From the future' });
    await eventually('it is above what the topic had', () => newest().version > version + 50);

    expect(newest().name).toBe('Kept');
    expect(await call('GET', `/api/teams/${id}`)).toMatchObject({ name: 'Kept', version: newest().version });
    expect(versionsOf(same)).toEqual([1]);
    await bed.stop(console);
    await start();
  });
});

describe('what services tell', () => {
  test('is shown, from the webhook to the tag; what nobody could read is counted', async () => {
    const team = await makeTeam('Shown');
    const teamId = team.id;
    const opportunityId = randomUUID();
    const checkId = randomUUID();
    const at = isoTime();
    const base = { teamId, opportunityId, checkId, transitionAt: at };
    const applicant = bed.keyring.seal(JSON.stringify({ name: 'Ada Lovelace', email: 'ada@example.com' }), {
      teamId,
      recordId: checkId,
      field: APPLICANT_FIELD,
    });
    const status = { ...base, status: 'pending' as const, servicesTotal: 1, servicesDone: 0, reportReady: false, occurredAt: at };
    await bed.publish(TOPICS.checkStatusUpdated, { ...status, version: 2, status: 'analyzing' });
    const letter = {
      topic: 'stage-changed',
      partition: 1,
      offset: '7',
      group: 'resolver',
      reason: 'not JSON',
      attempts: 1,
      at,
      teamId,
    };
    await bed.publish(TOPICS.deadLetters, letter);
    await bed.publish(TOPICS.deadLetters, letter);
    await bed.publish(TOPICS.checkRequested, { ...base, wanted: true, decidedAt: at, settingsVersion: 1, applicant });
    await bed.publish(TOPICS.checkStatusUpdated, { ...status, version: 1 });
    const delivery = {
      id: randomUUID(),
      at,
      kind: 'delivery' as const,
      outcome: 'accepted',
      vendor: 'lever' as const,
      opportunityId,
    };
    await bed.publish(TOPICS.activity, { teamId, source: 'ingress', lines: [delivery] });

    const path = `/api/teams/${teamId}/candidates`;
    const found = (): Promise<{ items: { name: string; status: string }[] }> => call('GET', `${path}?q=lovelace`);
    await eventually('the candidate is found by name', async () => (await found()).items.length === 1);
    await eventually('its status is the newest', async () => (await found()).items[0]!.status === 'analyzing');
    const kinds = async (): Promise<string[]> => {
      const { timeline } = await call<{ timeline: { kind: string }[] }>('GET', `${path}/${opportunityId}`);
      return timeline.map(({ kind }) => kind).sort();
    };
    await eventually('all lines are there', async () => (await kinds()).length === 4);
    expect(await kinds()).toEqual(['delivery', 'requested', 'status', 'status']);

    const problems = (): Promise<{ items: { kind: string; detail: string }[] }> => call('GET', `/api/teams/${teamId}/problems`);
    await eventually('the dead letter is counted, once', async () =>
      (await problems()).items.some(({ kind, detail }) => kind === 'dead-letters' && detail === '1'),
    );
  });
});

describe('an erased check', () => {
  test('leaves no name and no way to find it, also when its request comes again', async () => {
    const { id: teamId } = await makeTeam('Erased');
    const [opportunityId, checkId, at] = [randomUUID(), randomUUID(), isoTime()];
    const applicant = bed.keyring.seal(JSON.stringify({ name: 'Grace Hopper', email: 'grace@example.com' }), {
      teamId,
      recordId: checkId,
      field: APPLICANT_FIELD,
    });
    const request = {
      teamId,
      opportunityId,
      checkId,
      transitionAt: at,
      wanted: true,
      decidedAt: at,
      settingsVersion: 1,
      applicant,
    };
    await bed.publish(TOPICS.checkRequested, request, 'erased');
    const path = `/api/teams/${teamId}/candidates`;
    const list = async (query = ''): Promise<{ name: string | null }[]> =>
      (await call<{ items: { name: string | null }[] }>('GET', path + query)).items;
    await eventually('the candidate is found', async () => (await list('?q=hopper')).length === 1);
    await bed.tombstone(TOPICS.checkStatusUpdated, checkId, teamId);
    await eventually('the name is gone', async () => (await list())[0]!.name === null);
    await bed.publish(TOPICS.checkRequested, request, 'erased');
    await bed.publish(TOPICS.checkRequested, { ...request, opportunityId: 'another', checkId: 'another' }, 'another');
    await eventually('the next one is there', async () => (await list()).length === 2);
    expect((await list('?q=hopper')).map(({ name }) => name)).toEqual([]);
  });
});

describe('the service', () => {
  test('says which port is taken, and does not start', async () => {
    const PORT = new URL(console.url).port;
    await expect(bed.start(buildConsole, ConsoleConfig, { ...environment, PORT })).rejects.toThrow(`PORT ${PORT} on 127.0.0.1`);
  });

  test('is ready, and stops without losing what it was told', async () => {
    expect(await console.ready()).toEqual({ ok: true, reasons: [] });
    const team = await makeTeam('Last');
    const opportunityId = randomUUID();
    const line = {
      id: randomUUID(),
      at: isoTime(),
      kind: 'decision' as const,
      outcome: 'skipped',
      reason: 'disabled',
      opportunityId,
    };
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        bed.publish(TOPICS.activity, { teamId: team.id, source: 'resolver', lines: [{ ...line, id: `${line.id}-${n}` }] }),
      ),
    );
    await bed.stop(console);
    await start();
    const path = `/api/teams/${team.id}/candidates/${opportunityId}`;
    await eventually('every line is there', async () => {
      const answer = await fetch(`${console.url}${path}`, { headers: { cookie } });
      return answer.status === 200 && ((await answer.json()) as { timeline: object[] }).timeline.length === 50;
    });
  });
});
