import { readFileSync } from 'node:fs';
import type { Activity } from '@lever-certn/events/activity';
import { TOPICS } from '@lever-certn/events/topics';
import { readAll } from '@lever-certn/kafka/read-all.fixture';
import { brokersFromEnvironment, eventually, ownTopics } from '@lever-certn/kafka/topics.fixture';
import type { ServiceProcess } from '@lever-certn/local-stack/service-process';
import { STAGE } from './ingress.fixture';
import { IngressBed, type Sent } from './ingress-process.fixture';

jest.setTimeout(120_000);

/** The promise is a second; a loaded machine may take its time. */
const SOON_MS = 10_000;

/** Opportunities that the topic holds. */
async function stored(bed: IngressBed): Promise<Set<string>> {
  return new Set((await readAll(bed.topics.settings, TOPICS.stageChanged)).map(({ opportunityId }) => opportunityId));
}

describe('ingress on a real broker', () => {
  let bed: IngressBed;
  let ingress: ServiceProcess;

  beforeAll(async () => {
    bed = await IngressBed.open();
    await bed.saveTeam();
    ingress = await bed.start();
  });
  afterAll(() => bed.close());

  it('says 202 only of what is in the topic, and shows each delivery', async () => {
    const sent = await Promise.all(Array.from({ length: 300 }, () => bed.send(ingress)));
    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 202));
    const inTopic = await stored(bed);
    expect(sent.filter(({ opportunityId }) => !inTopic.has(opportunityId))).toEqual([]);
    const lines = async (): Promise<Activity['lines']> =>
      (await readAll(bed.topics.settings, TOPICS.activity)).flatMap((record) => record.lines);
    await eventually('every delivery is shown', async () => (await lines()).length === 300, SOON_MS);
    expect(new Set((await lines()).map(({ kind, vendor, outcome }) => `${kind} ${vendor} ${outcome}`))).toEqual(
      new Set(['delivery lever accepted']),
    );
    expect((await readAll(bed.topics.settings, TOPICS.activity)).length).toBeLessThan(100);
  });

  it('takes changed settings live: tokens, the stage, and a team that is gone', async () => {
    expect((await bed.send(ingress, { signatureToken: 'second-token' })).status).toBe(401);
    await bed.saveTeam({ signatureTokens: ['first-token', 'second-token'] });
    await eventually(
      'both tokens are good',
      async () => (await bed.send(ingress, { signatureToken: 'second-token' })).status === 202,
      SOON_MS,
    );
    expect((await bed.send(ingress)).status).toBe(202);

    await bed.saveTeam({ stageId: 'another-stage' });
    const dropped = async (): Promise<boolean> => {
      const { opportunityId } = await bed.send(ingress, { toStageId: STAGE });
      return !(await stored(bed)).has(opportunityId);
    };
    await eventually('moves into the former stage are dropped', dropped, SOON_MS);
    const { status, opportunityId } = await bed.send(ingress, { toStageId: 'another-stage' });
    expect([status, (await stored(bed)).has(opportunityId)]).toEqual([202, true]);

    await bed.removeTeam();
    await eventually('the integration is gone', async () => (await bed.send(ingress)).status === 404, SOON_MS);
    await bed.saveTeam();
    await eventually('the integration is back', async () => (await bed.send(ingress)).status === 202, SOON_MS);
  });

  it('loses nothing it has accepted when it is stopped under load', async () => {
    const second = await bed.start();
    const answers: Sent[] = [];
    let loading = true;
    const lane = async (): Promise<void> => {
      while (loading) {
        const answer = await bed.send(second);
        answers.push(answer);
        if (answer.status === 0) return;
      }
    };
    const lanes = Promise.all(Array.from({ length: 40 }, lane));
    await eventually('it is under load', () => answers.length > 500);
    const exit = await second.stop(25_000);
    loading = false;
    await lanes;
    const accepted = answers.filter(({ status }) => status === 202);
    const inTopic = await stored(bed);
    expect(exit).toMatchObject({ code: 0 });
    expect(accepted.length).toBeGreaterThan(500);
    expect(accepted.filter(({ opportunityId }) => !inTopic.has(opportunityId))).toEqual([]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set(answers.some(({ status }) => status === 503) ? [202, 503, 0] : [202, 0]),
    );
  });

  it('says in words which topics are missing, and does not start', async () => {
    const none = await ownTopics(brokersFromEnvironment(), false);
    const refused = await bed.start({ TOPIC_PREFIX: none.settings.topicPrefix }, false);
    expect(await refused.exited).toMatchObject({ code: 78 });
    expect(readFileSync(refused.log, 'utf8')).toContain('stage-changed');
    await none.remove();
  });

  it('asks vendors to try again while no broker answers at its start', async () => {
    const waiting = await bed.start({ KAFKA_BROKERS: '127.0.0.1:1' }, false);
    await eventually('its port is open', async () => (await bed.send(waiting)).status !== 0);
    const answer = await bed.send(waiting);
    expect([answer.status, answer.retryAfter]).toEqual([503, '2']);
    expect(await waiting.isReady()).toBe(false);
    expect(await waiting.stop()).toMatchObject({ code: 0 });
  });
});
