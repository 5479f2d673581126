import { createInterface } from 'node:readline';
import { Reconciler } from './reconciler';
import { openWork, sleep, workTable, type WorkRow } from './work-table.fixture';

/** What a worker process is told, as JSON in its first argument. */
export interface WorkerOptions {
  schema: string;
  worker: string;
  /** How long the stand-in vendor takes. */
  callMs: number;
  leaseMs: number;
  maxActive?: number;
  pollMs?: number;
  /** What its clock is ahead of the true time. */
  clockAheadMs?: number;
  /** The row is due again after that; done if not given. */
  againMs?: number;
}

/** A process that works the rows of a schema: writes down each call when it is made and each turn when it is over. Says `ready`, and is woken by lines of rows. */
async function main(options: WorkerOptions): Promise<void> {
  const { schema, worker, callMs, leaseMs, maxActive = 256, pollMs = 100, clockAheadMs = 0, againMs } = options;
  const trueNow = Date.now.bind(Date);
  Date.now = () => trueNow() + clockAheadMs;
  const database = await openWork(schema);
  const reconciler = new Reconciler({
    name: 'work',
    table: workTable(database),
    database,
    limit: { count: 100_000, windowMs: 1_000, burst: 10_000, perDay: null },
    leaseMs,
    maxActive,
    pollMs,
    work: async (row) => {
      await database.run('INSERT INTO calls (id, account, worker, at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))', [
        row.id,
        row.account,
        worker,
      ]);
      await sleep(callMs);
      return againMs === undefined ? { kind: 'done' } : { kind: 'again', inMs: againMs, reason: worker };
    },
    onTurn: ({ row, outcome }) =>
      void database.run('INSERT INTO turns (id, worker, outcome) VALUES (?, ?, ?)', [row.id, worker, outcome]),
    onTrouble: (error) => process.stderr.write(`${worker}: ${String(error)}\n`),
  });
  reconciler.start();
  process.stdout.write('ready\n');
  createInterface({ input: process.stdin }).on('line', (line) => reconciler.wake(JSON.parse(line) as WorkRow[]));
  process.on(
    'SIGTERM',
    () =>
      void reconciler
        .stop(5_000)
        .then(() => database.close())
        .then(() => process.exit(0)),
  );
}

if (process.argv[1] === __filename) void main(JSON.parse(process.argv[2]!) as WorkerOptions);
