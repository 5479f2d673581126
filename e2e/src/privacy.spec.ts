import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { TOPIC_LIST } from '@lever-certn/events/topics';
import { SERVICE_NAMES } from '@lever-certn/local-stack/service-process';
import { eventually } from './eventually';
import { Outside, System, type SystemDescription } from './system';
import { STAGE, Team } from './team';

/** A planted person and planted secrets are looked for everywhere after a whole flow. */
describe('secrets and people', () => {
  let system: System;
  let planted: string[];

  beforeAll(async () => {
    system = await System.start({ env: { LOG_LEVEL: 'debug' } });
    const outside = await Outside.of(system.description);
    const team = await Team.create(outside);
    const mark = randomBytes(6).toString('hex');
    const candidate = await team.candidate({
      name: `Xanthippe${mark} Quillfeather${mark}`,
      emails: [`planted.${mark}@example.com`],
    });
    await team.fault({ on: 'lever', kind: 'status', status: 500, times: 2 });
    await team.fault({ on: 'certn', kind: 'rate-limited', times: 1 });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    await eventually(async () => expect((await candidate.inConsole()).status).toBe('complete'));
    planted = [
      `Xanthippe${mark}`,
      `Quillfeather${mark}`,
      `planted.${mark}`,
      team.leverKey,
      team.certnKey,
      team.signatureToken,
      system.description.adminPassword,
    ];
  });
  afterAll(() => system.stop());

  const hits = (text: string): string[] =>
    planted.filter(
      (word) =>
        text.toLowerCase().includes(word.toLowerCase()) || text.includes(Buffer.from(word).toString('base64').slice(0, -4)),
    );

  it('are in no log', () => {
    const logs = system.services.filter(({ name }) => name !== 'sandbox').map(({ log }) => readFileSync(log, 'utf8'));
    expect(logs.join('').length).toBeGreaterThan(1000);
    expect(hits(logs.join('\n'))).toEqual([]);
  });

  it('are in no metric', async () => {
    const pages = await Promise.all(
      system.services
        .filter(({ name }) => name !== 'sandbox')
        .map(async ({ managementUrl }) => (await fetch(`${managementUrl}/metrics`)).text()),
    );
    expect(hits(pages.join('\n'))).toEqual([]);
  });

  it('are in no topic', async () => {
    const text = await everyMessage(system.description);
    expect(text).toContain('check-status-updated');
    expect(hits(text)).toEqual([]);
  });

  it('are in no table', async () => {
    const text = await everyTable(system.description);
    expect(text.length).toBeGreaterThan(1000);
    expect(hits(text)).toEqual([]);
  });
});

async function everyMessage({ brokers, topicPrefix }: SystemDescription): Promise<string> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `${topicPrefix}privacy`, maxWaitTimeInMs: 200 });
  const parts: string[] = [];
  let last = Date.now();
  await consumer.connect();
  await consumer.subscribe({ topics: TOPIC_LIST.map(({ name }) => `${topicPrefix}${name}`), fromBeginning: true });
  await consumer.run({
    eachMessage: ({ topic, message }) => {
      last = Date.now();
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => `${name}: ${String(value)}`);
      parts.push(topic, message.key?.toString() ?? '', message.value?.toString() ?? '', ...headers);
      return Promise.resolve();
    },
  });
  await eventually(() => {
    expect(parts.length).toBeGreaterThan(0);
    expect(Date.now() - last).toBeGreaterThan(2000);
    return Promise.resolve();
  });
  await consumer.disconnect();
  return parts.join('\n');
}

async function everyTable({ databaseUrl, topicPrefix }: SystemDescription): Promise<string> {
  const connection = await createConnection(databaseUrl);
  const parts: string[] = [];
  for (const service of SERVICE_NAMES) {
    const schema = `${topicPrefix.slice(0, -1)}_${service}`;
    const [tables] = (await connection.query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?', [
      schema,
    ])) as unknown as [{ name: string }[]];
    for (const { name } of tables) {
      const [rows] = (await connection.query(`SELECT * FROM \`${schema}\`.\`${name}\``)) as unknown as [object[]];
      parts.push(name, JSON.stringify(rows));
    }
  }
  await connection.end();
  return parts.join('\n');
}
