import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBroker } from '@lever-certn/local-stack/broker';
import { startDatabase } from '@lever-certn/local-stack/database';
import { burstRow, flowRow, idleMemory, memoryRow, steadyRow, warmUp, type RowResult } from './flow-rows';
import { Ground } from './ground';
import { ingressRow } from './ingress-row';
import { referenceTimes } from './reference';
import { startRow } from './start-row';
import type { Verdict } from './targets';

/*
 * `npm run bench [row …]`: the rows of docs/targets.md down to `npm start` (ingress, flow, steady, burst, memory, start), on a broker and a database of its
 * own. With BENCH_PROFILES=<folder>, the CPU profile of every service lies there afterwards. Writes bench/results/latest.json and latest.md. Exit code 1 if a figure misses its "must".
 */
const ROWS = ['flow', 'steady', 'burst', 'memory', 'ingress', 'start'] as const;
const TEAMS = 20;

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const wanted = new Set(asked.length > 0 ? asked : ROWS);
  const results: [string, RowResult][] = [];
  const row = async (name: (typeof ROWS)[number], measure: () => Promise<RowResult>): Promise<void> => {
    if (!wanted.has(name)) return;
    console.log(`measuring ${name} …`);
    const result = await measure();
    results.push([name, result]);
    for (const line of linesOf(result)) console.log(line);
  };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lever-certn-bench-'));
  const broker = await startBroker({ dir: path.join(folder, 'broker'), tuned: 'throughput' });
  const database = await startDatabase({ dir: path.join(folder, 'database'), tuned: 'throughput' });
  Object.assign(process.env, { KAFKA_BROKERS: broker.brokers, DATABASE_URL: database.url });
  const servers = new Map([
    ['broker', broker.pid],
    ['database', database.pid],
  ]);
  try {
    const ground = await Ground.start(TEAMS);
    try {
      const idle = await idleMemory(ground);
      console.log('warming up …');
      await warmUp(ground);
      await row('flow', () => flowRow(ground, servers));
      await row('steady', () => steadyRow(ground, servers, (batch, perSecond) => referenceTimes(ground, batch, perSecond)));
      await row('burst', () => burstRow(ground, servers));
      await row('memory', () => memoryRow(ground, idle));
      await row('ingress', () => ingressRow(ground, servers));
    } finally {
      await ground.stop();
    }
  } finally {
    await Promise.all([broker.stop(), database.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
  await row('start', startRow);
  write(results);
  if (results.some(([, { verdicts }]) => verdicts.some(({ verdict }) => verdict === 'missed'))) process.exitCode = 1;
}

function linesOf({ verdicts, notes }: RowResult): string[] {
  return [
    ...verdicts.map(
      (one) => `  ${figure(one).padEnd(62)} must ${limit(one, one.must)}, goal ${limit(one, one.goal)}: ${one.verdict}`,
    ),
    ...notes.map((note) => `    ${note}`),
  ];
}

function figure({ row, figure, value, unit }: Verdict): string {
  return `${row}: ${figure} ${value >= 100 ? value.toFixed(0) : value.toFixed(2)} ${unit}`;
}

function limit({ more, unit }: Verdict, value: number): string {
  return `${more ? '≥' : '≤'} ${value}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`;
}

function write(results: [string, RowResult][]): void {
  const folder = path.join(__dirname, '..', 'results');
  mkdirSync(folder, { recursive: true });
  const machine = {
    cpus: os.cpus().length,
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
  };
  const at = new Date().toISOString();
  writeFileSync(
    path.join(folder, 'latest.json'),
    JSON.stringify({ at, machine, rows: Object.fromEntries(results) }, null, 2) + '\n',
  );
  const table = results.flatMap(([, { verdicts, notes }]) => [
    ...verdicts.map(
      (one) =>
        `| ${one.row} | ${one.figure} | ${one.value >= 100 ? one.value.toFixed(0) : one.value.toFixed(2)} ${one.unit} | ${limit(one, one.must)} | ${limit(one, one.goal)} | ${one.verdict} |`,
    ),
    ...notes.map((note) => `| | _${note}_ | | | | |`),
  ]);
  const head = [
    `Measured ${at} on ${machine.cpus} cores, ${machine.memoryGib} GiB, Node ${machine.node}.`,
    '',
    '| row | figure | measured | must | goal | reached |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  writeFileSync(path.join(folder, 'latest.md'), [...head, ...table, ''].join('\n'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
