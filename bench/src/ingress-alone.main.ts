import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { isoTime } from '@lever-certn/events/fields';
import { SECRET_FIELD, type TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import type { KafkaSettings } from '@lever-certn/kafka/connection';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { applyTopics } from '@lever-certn/kafka/topics-apply';
import { signLever } from '@lever-certn/lever/lever-signature';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { Kafka, logLevel } from 'kafkajs';
import { percentile } from './percentiles';
import { cpuMs, residentMib } from './process-usage';
import { fireAll, rawPost } from './raw-load';

/**
 * Ingress alone: signed webhooks of many teams, as fast as it answers, against the broker that KAFKA_BROKERS names. Prints rate, answer times, CPU per
 * webhook and memory, and checks that the topic has exactly what was answered with 202. Options: WEBHOOKS (100000), CONNECTIONS (64), TEAMS (50),
 * NODE_FLAGS for the ingress process, BUILT=1 to run it from dist.
 */
const root = path.join(__dirname, '..', '..');
const WEBHOOKS = Number(process.env.WEBHOOKS ?? 100_000);
const WARM_UP = Number(process.env.WARM_UP ?? 20_000);
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 64);
const TEAMS = Number(process.env.TEAMS ?? 50);
const SIGNATURE_TOKEN = 'bench-signature-token';
const SEALING_KEYS = `k1:${randomBytes(32).toString('base64')}`;
const STAGE = 'background-check';

const kafka: KafkaSettings = {
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:19092').split(','),
  clientId: 'bench',
  topicPrefix: `bench-${randomBytes(3).toString('hex')}.`,
};

function teamSettings(index: number, keyring: Keyring): TeamSettings {
  const teamId = randomUUID();
  const seal = (recordId: string, text: string): string => keyring.seal(text, { teamId, recordId, field: SECRET_FIELD });
  return {
    teamId,
    version: 1,
    integrationId: randomBytes(16).toString('hex'),
    name: `Team ${index}`,
    enabled: true,
    tagProfile: 'classic',
    shareResults: false,
    lever: {
      account: accountFingerprint('lever', `key-${index}`),
      apiKey: seal('lever', `key-${index}`),
      signatureTokens: [{ id: 't1', value: seal('t1', SIGNATURE_TOKEN), setAt: isoTime() }],
      triggerStage: { id: STAGE, name: 'Background Check' },
    },
    packages: [],
    savedAt: isoTime(),
  };
}

function webhook(team: TeamSettings): Buffer {
  const token = randomBytes(24).toString('hex');
  const triggeredAt = Date.now();
  const opportunityId = randomUUID();
  return rawPost(
    `/webhooks/lever/${team.integrationId}`,
    JSON.stringify({
      event: 'candidateStageChange',
      triggeredAt,
      token,
      signature: signLever({ token, triggeredAt }, SIGNATURE_TOKEN),
      data: { opportunityId, candidateId: opportunityId, contactId: randomUUID(), toStageId: STAGE, fromStageId: 'lead-new' },
    }),
  );
}

async function startIngress(): Promise<{ pid: number; port: number; stop: () => Promise<void> }> {
  const source = [
    '-C',
    '@lever-certn/source',
    '-r',
    path.join(root, 'tools/swc-register.cjs'),
    path.join(root, 'services/ingress/src/main.ts'),
  ];
  const built = [path.join(root, 'services/ingress/bundle/main.cjs')];
  const flags = (process.env.NODE_FLAGS ?? '--max-semi-space-size=16').split(' ').filter(Boolean);
  const child = spawn(process.execPath, [...flags, ...(process.env.LOCAL_STACK_BUILT ? built : source)], {
    env: {
      ...process.env,
      KAFKA_BROKERS: kafka.brokers.join(','),
      TOPIC_PREFIX: kafka.topicPrefix,
      SEALING_KEYS,
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let port = 0;
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ingress exited with ${code}: ${rest}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (rest.length > 10_000) return;
      rest += chunk.toString();
      port = Number(/"port":(\d+)/.exec(rest)?.[1] ?? 0);
      if (rest.includes('ingress started')) resolve();
    });
  });
  return {
    pid: child.pid!,
    port,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function main(): Promise<void> {
  await applyTopics(kafka);
  const keyring = Keyring.parse(SEALING_KEYS);
  const producer = new EventProducer(kafka, { source: 'bench' });
  await producer.connect();
  const teams = Array.from({ length: TEAMS }, (_, index) => teamSettings(index, keyring));
  await Promise.all(teams.map((team) => producer.publish(TOPICS.teamSettings, team, { id: team.teamId })));
  await producer.disconnect();
  const ingress = await startIngress();
  console.log(`idle ${residentMib(ingress.pid).toFixed(0)} MiB`);
  const make = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => webhook(teams[index % teams.length]!));
  const warmUp = await fireAll(ingress.port, make(WARM_UP), CONNECTIONS);
  const requests = make(WEBHOOKS);
  const cpuBefore = cpuMs(ingress.pid);
  const startedAt = performance.now();
  const answers = await fireAll(ingress.port, requests, CONNECTIONS);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = cpuMs(ingress.pid) - cpuBefore;
  const times = answers.map(({ ms }) => ms);
  console.log(
    `${(WEBHOOKS / seconds).toFixed(0)}/s, answer p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms, ` +
      `CPU of ingress ${((cpu * 1000) / WEBHOOKS).toFixed(0)} µs per webhook (${((cpu / seconds / 1000) * 100).toFixed(0)} % of a core), ${residentMib(ingress.pid).toFixed(0)} MiB`,
  );
  await ingress.stop();
  const accepted = [...warmUp, ...answers].filter(({ status }) => status === 202).length;
  const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const stored = (await admin.fetchTopicOffsets(`${kafka.topicPrefix}stage-changed`)).reduce(
    (sum, { high }) => sum + Number(high),
    0,
  );
  const lines = (await admin.fetchTopicOffsets(`${kafka.topicPrefix}activity`)).reduce((sum, { high }) => sum + Number(high), 0);
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  console.log(`answers: ${JSON.stringify(Object.fromEntries(statuses))}`);
  console.log(`answered 202: ${accepted}, stored: ${stored}, records of delivery lines: ${lines}`);
  const names = await admin.listTopics();
  await admin.deleteTopics({ topics: names.filter((name) => name.startsWith(kafka.topicPrefix)) });
  await admin.disconnect();
  if (accepted !== WARM_UP + WEBHOOKS || stored !== accepted) process.exitCode = 1;
}

void main();
