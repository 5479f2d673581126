import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TOPICS } from '@lever-certn/events/topics';
import { readAll } from '@lever-certn/kafka/read-all.fixture';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { startBroker, type LocalBroker } from '@lever-certn/local-stack/broker';
import { IngressBed, type Sent } from './ingress-process.fixture';

jest.setTimeout(180_000);

/** The promise is a second; a loaded machine may take its time. */
const AT_MOST_MS = 4000;

describe('ingress whose broker goes away', () => {
  let folder: string;
  let broker: LocalBroker;
  let bed: IngressBed;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ingress-spec-broker-'));
    broker = await startBroker({ dir: folder });
    bed = await IngressBed.open([broker.brokers]);
    await bed.saveTeam();
  });
  afterAll(async () => {
    await bed?.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses within a second, says when to try again, and goes on by itself; what it has accepted is there', async () => {
    const ingress = await bed.start();
    const accepted: Sent[] = [];
    const keep = (sent: Sent): Sent => {
      if (sent.status === 202) accepted.push(sent);
      return sent;
    };
    for (let index = 0; index < 20; index += 1) keep(await bed.send(ingress));
    expect(accepted).toHaveLength(20);

    await broker.kill();
    const startedAt = Date.now();
    const refused = await Promise.all(Array.from({ length: 20 }, async () => keep(await bed.send(ingress))));
    expect(Date.now() - startedAt).toBeLessThan(AT_MOST_MS);
    expect(refused.map(({ status, retryAfter }) => [status, retryAfter])).toEqual(refused.map(() => [503, '5']));
    await eventually('it says that it is not ready', async () => !(await ingress.isReady()));

    await broker.start();
    await eventually('it takes webhooks again', async () => keep(await bed.send(ingress)).status === 202, 60_000);
    await eventually('it is ready again', () => ingress.isReady(), 60_000);
    const inTopic = new Set((await readAll(bed.topics.settings, TOPICS.stageChanged)).map(({ opportunityId }) => opportunityId));
    expect(accepted.filter(({ opportunityId }) => !inTopic.has(opportunityId))).toEqual([]);
    expect(await ingress.stop()).toMatchObject({ code: 0 });
  });

  it('refuses a broker that hangs, too', async () => {
    const ingress = await bed.start();
    expect((await bed.send(ingress)).status).toBe(202);
    await broker.freeze();
    const startedAt = Date.now();
    const answer = await bed.send(ingress);
    const tookMs = Date.now() - startedAt;
    broker.thaw();
    expect(answer.status).toBe(503);
    expect(tookMs).toBeLessThan(AT_MOST_MS);
    await eventually('it takes webhooks again', async () => (await bed.send(ingress)).status === 202, 60_000);
  });
});
