import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { startDatabase, type LocalDatabase } from '@lever-certn/local-stack/database';
import { ServiceBed, type Heard } from '@lever-certn/local-stack/service-bed.fixture';
import type { RunningService } from '@lever-certn/service/run-service';
import { ResolverConfig } from './config';
import { buildResolver } from './resolver';

/** Ten times what a member may be silent, and longer than any wait for a connection, an answer or a handler. */
const AWAY_MS = 62_000;
/** Of the database that comes back: when to give up. */
const WITHIN_MS = 60_000;
const MOVES_EACH_TIME = 5;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-database-away-'));
let server: LocalDatabase;
let bed: ServiceBed;
let requested: Heard<CheckRequested>;
let resolver: RunningService;
const teams = Array.from({ length: 4 }, () => randomUUID());
const moved: string[] = [];

beforeAll(async () => {
  [server, bed] = await Promise.all([startDatabase({ dir }), ServiceBed.open()]);
  for (const team of teams) await bed.saveTeam({}, team);
  requested = await bed.hear(TOPICS.checkRequested);
  resolver = await bed.start(buildResolver, ResolverConfig, { DATABASE_URL: server.url });
}, 120_000);
afterAll(async () => {
  await bed.close();
  await server.kill();
  fs.rmSync(dir, { recursive: true, force: true });
});

/** A candidate moves, and ingress says so. */
async function move(): Promise<void> {
  const { id: opportunityId } = bed.enter();
  const teamId = teams[moved.length % teams.length]!;
  moved.push(opportunityId);
  const event = { teamId, opportunityId, toStageId: bed.stage.id, triggeredAt: isoTime(), receivedAt: isoTime() };
  await bed.publish(TOPICS.stageChanged, event);
}

const moves = (count: number): Promise<unknown> => Promise.all(Array.from({ length: count }, move));
const requestedOf = (): string[] => requested.events.map(({ opportunityId }) => opportunityId).sort();

/** As the broker sees the group: every member by the name it was given when it joined. */
async function group(): Promise<{ state: string; members: string[] }> {
  const { groups } = await bed.topics.admin.describeGroups([`${bed.topics.settings.topicPrefix}resolver`]);
  return { state: groups[0]!.state, members: groups[0]!.members.map(({ memberId }) => memberId) };
}

async function committed(): Promise<number> {
  const offsets = await bed.topics.committed('resolver', TOPICS.stageChanged.name);
  return [...offsets.values()].reduce((sum, offset) => sum + offset, 0);
}

describe('a database that is away for more than a minute', () => {
  it('makes the consumer wait in its group, committing nothing, and everything is recorded when it is back', async () => {
    await moves(20);
    await eventually('what came before is decided and committed', async () => {
      return requested.events.length === 20 && (await committed()) === 20;
    });
    const before = await group();
    expect(before).toEqual({ state: 'Stable', members: [expect.any(String)] });

    await server.kill();
    const backAtMs = performance.now() + AWAY_MS;
    while (performance.now() < backAtMs) {
      await moves(MOVES_EACH_TIME);
      await expect(group()).resolves.toEqual(before);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await expect(committed()).resolves.toBe(20);
    const { ok, reasons } = await resolver.ready();
    expect({ ok, reasons }).toEqual({ ok: false, reasons: expect.arrayContaining(['the database is away']) });

    await server.start();
    await eventually('all is committed', async () => (await committed()) === moved.length, WITHIN_MS);
    await eventually('all is decided', () => requested.events.length >= moved.length, WITHIN_MS);
    expect(requestedOf()).toEqual([...moved].sort());
    await expect(group()).resolves.toEqual(before);
    // A member that joins anew keeps its name: only the joins tell that nobody had to.
    expect(bed.said.filter((line) => line === 'joined the consumer group')).toHaveLength(1);
    expect(bed.worked.filter(({ unit, outcome }) => unit === 'message' && outcome !== 'recorded')).toEqual([]);
    await expect(resolver.ready()).resolves.toEqual({ ok: true, reasons: [] });
    expect(bed.fatal).toEqual([]);
  }, 240_000);
});
