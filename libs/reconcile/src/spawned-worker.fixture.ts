import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { WorkerOptions } from './worker.fixture';
import type { WorkRow } from './work-table.fixture';

const register = path.resolve(__dirname, '../../../tools/swc-register.cjs');
const fixture = path.resolve(__dirname, 'worker.fixture.ts');

/** A worker that is a process of its own and has begun. */
export interface SpawnedWorker {
  child: ChildProcess;
  /** Tells it of rows that stand in the table, as what records in the same process does. */
  wake(rows: readonly WorkRow[]): void;
}

/** Started without `tools/run.cjs` between us, so that signals meet the process itself. */
export async function spawnWorker(options: WorkerOptions, databaseUrl = process.env.DATABASE_URL): Promise<SpawnedWorker> {
  const child = spawn(process.execPath, ['-C', '@lever-certn/source', '-r', register, fixture, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  // One that is killed takes what it was told with it.
  child.stdin.on('error', () => undefined);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, wake: (rows) => void child.stdin.write(`${JSON.stringify(rows)}\n`) };
}
