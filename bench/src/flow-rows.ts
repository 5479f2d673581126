import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs, Sender, webhookOf, type Sent, type Webhook } from './load';
import type { Batch, Ground } from './ground';
import { legsOf } from './hops';
import { percentile } from './percentiles';
import { CpuMeter, MemoryMeter } from './process-usage';
import { judge, type Verdict } from './targets';

const ALL_TAGGED_WITHIN_MS = 180_000;
/** After 10,000 the compilers of V8 and of the broker's machine still take a tenth of all CPU. */
const WARM_UP = 30_000;

/** What a row measures, and what it says of where the time went. */
export interface RowResult {
  verdicts: Verdict[];
  notes: string[];
}

/** Drives the whole flow until code is compiled and pools are open. */
export async function warmUp(ground: Ground): Promise<void> {
  await run(ground, WARM_UP, 50);
}

interface Run {
  sent: Sent;
  startedAt: number;
  taggedAt: Map<string, number>;
  /** Milliseconds from the first webhook to the last tag. */
  tookMs: number;
}

/** Moves candidates, sends their webhooks and waits for every tag. */
async function run(ground: Ground, count: number, atOnce: number): Promise<Run> {
  const batches = await ground.candidates(count);
  for (const batch of batches) await ground.move(batch);
  const sender = new Sender(ground.outside.description.ingressUrl, atOnce);
  const startedAt = nowMs();
  const sent = await sender.asFastAsAnswered(interleaved(batches), atOnce);
  await sender.close();
  const taggedAt = await ground.allTagged(batches, ALL_TAGGED_WITHIN_MS);
  return { sent, startedAt, taggedAt, tookMs: Math.max(...taggedAt.values()) - startedAt };
}

/** One of each team in turn, each signed when it is asked for. */
function* interleaved(batches: readonly Batch[]): Generator<Webhook> {
  const longest = Math.max(...batches.map(({ ids }) => ids.length));
  for (let index = 0; index < longest; index += 1)
    for (const { team, stageId, ids } of batches) if (index < ids.length) yield webhookOf(team, ids[index]!, stageId);
}

/** Whole flow, 50 at once, the vendors take 50 ms for each call. */
export async function flowRow(ground: Ground, servers: ReadonlyMap<string, number>): Promise<RowResult> {
  const count = 8000;
  await ground.outside.sandbox.put('/latency', { lever: 50, certn: 50 });
  const cpu = new CpuMeter(new Map([...ground.pids(), ...servers]));
  cpu.start();
  const { tookMs } = await run(ground, count, 50);
  await ground.outside.sandbox.put('/latency', { lever: 0, certn: 0 });
  return {
    verdicts: [judge('flowRate', (count * 1000) / tookMs)],
    notes: [`CPU ms per webhook: ${perWebhook(cpu.read(), count)}`],
  };
}

/** A steady 100 webhooks a second while the vendors answer at once; the reference makes the same calls right after. */
export async function steadyRow(
  ground: Ground,
  servers: ReadonlyMap<string, number>,
  reference: (batch: Batch, perSecond: number) => Promise<number[]>,
): Promise<RowResult> {
  const perSecond = 100;
  const seconds = 30;
  const cpu = new CpuMeter(new Map([...ground.pids(), ...servers]));
  cpu.start();
  const { answeredInMs, toTagMs, sentAt, taggedAt } = await steady(ground, perSecond, seconds);
  const used = cpu.read();
  const legs = await legsOf(ground.outside.description, sentAt, taggedAt);
  const [plainBatch] = await ground.candidates(perSecond * 10);
  const plainMs = await reference(plainBatch!, perSecond);
  const [p50, p99] = [percentile(toTagMs, 0.5), percentile(toTagMs, 0.99)];
  return {
    verdicts: [judge('steadyAckP99', percentile(answeredInMs, 0.99)), judge('steadyTagP50', p50), judge('steadyTagP99', p99)],
    notes: [
      `answer p50 ${percentile(answeredInMs, 0.5).toFixed(1)} ms`,
      `p50 and p99 of each leg: ${legs}`,
      `CPU ms per webhook: ${perWebhook(used, perSecond * seconds)}`,
      `plain process: webhook to tag p50 ${percentile(plainMs, 0.5).toFixed(1)} ms, p99 ${percentile(plainMs, 0.99).toFixed(1)} ms; ours is ${(p50 / percentile(plainMs, 0.5)).toFixed(1)} × and ${(p99 / percentile(plainMs, 0.99)).toFixed(1)} × that`,
    ],
  };
}

async function steady(
  ground: Ground,
  perSecond: number,
  seconds: number,
): Promise<{ answeredInMs: number[]; toTagMs: number[]; sentAt: Map<string, number>; taggedAt: Map<string, number> }> {
  const sender = new Sender(ground.outside.description.ingressUrl, 50);
  const batches: Batch[] = [];
  const answeredInMs: number[] = [];
  const sentAt = new Map<string, number>();
  // In rounds, since a move that is a minute older than its webhook is no longer the move the webhook speaks of.
  const round = perSecond * 5;
  for (let done = 0; done < perSecond * seconds; done += round) {
    const made = await ground.candidates(round);
    for (const batch of made) await ground.move(batch);
    batches.push(...made);
    const webhooks = made.flatMap(({ team, stageId, ids }) => ids.map((id) => ({ team, stageId, id })));
    const sent = await sender.steadily(webhooks.length, perSecond, (index) => {
      const { team, stageId, id } = webhooks[index]!;
      return webhookOf(team, id, stageId);
    });
    answeredInMs.push(...sent.answeredInMs);
    for (const [id, at] of sent.sentAt) sentAt.set(id, at);
  }
  await sender.close();
  const taggedAt = await ground.allTagged(batches, ALL_TAGGED_WITHIN_MS);
  return { answeredInMs, toTagMs: [...taggedAt].map(([id, at]) => at - sentAt.get(id)!), sentAt, taggedAt };
}

/** 20,000 webhooks at once; what a webhook costs is measured here, since everything is busy until the last tag. */
export async function burstRow(ground: Ground, servers: ReadonlyMap<string, number>): Promise<RowResult> {
  const count = 20_000;
  const pids = ground.pids();
  const cpu = new CpuMeter(new Map([...pids, ...servers]));
  const memory = new MemoryMeter(pids);
  const before = new MemoryMeter(pids);
  before.start();
  const idle = before.stop();
  memory.start();
  cpu.start();
  const { sent, tookMs } = await run(ground, count, 200);
  const used = cpu.read();
  const most = memory.stop();
  const added = Object.fromEntries(Object.entries(most).map(([name, mib]) => [name, mib - idle[name]!]));
  return {
    verdicts: [
      judge('burstAccepted', sent.accepted),
      judge('burstAckP99', percentile(sent.answeredInMs, 0.99)),
      judge('burstLost', count - sent.accepted),
      judge('burstDrain', (count * 1000) / tookMs),
      judge('burstMemory', Math.max(...Object.values(added))),
      judge('cpuPerWebhook', Object.values(used).reduce((sum, ms) => sum + ms, 0) / count),
    ],
    notes: [
      `CPU ms per webhook: ${perWebhook(used, count)}`,
      `memory added, MiB: ${named(added, 0)}`,
      `refused: ${JSON.stringify(sent.refused)}`,
    ],
  };
}

/** What a service holds when nothing happens, and while 500 webhooks a second pass. */
export async function memoryRow(ground: Ground, idle: Record<string, number>): Promise<RowResult> {
  const memory = new MemoryMeter(ground.pids());
  memory.start();
  await steady(ground, 500, 20);
  const busy = memory.stop();
  return {
    verdicts: [judge('idleMemory', Math.max(...Object.values(idle))), judge('busyMemory', Math.max(...Object.values(busy)))],
    notes: [`idle, MiB: ${named(idle, 0)}`, `at 500/s, MiB: ${named(busy, 0)}`],
  };
}

/** Memory of a system that has just come up and has nothing to do. */
export async function idleMemory(ground: Ground): Promise<Record<string, number>> {
  await sleep(5000);
  const memory = new MemoryMeter(ground.pids());
  memory.start();
  return memory.stop();
}

function perWebhook(used: Record<string, number>, count: number): string {
  return named(Object.fromEntries(Object.entries(used).map(([name, ms]) => [name, ms / count])), 2);
}

function named(values: Record<string, number>, digits: number): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value.toFixed(digits)}`)
    .join(', ');
}
