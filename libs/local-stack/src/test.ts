import { endOnce, EXIT_OF } from './end-once';
import { killAll } from './guarded-process';
import { PrerequisitesError } from './prerequisites';
import { Progress } from './progress';
import { removeAbandonedFolders, TestRun } from './test-run';

/*
 * `npm test`: every spec, against a real broker and a real database that are started on free ports in a temporary folder (or those that
 * KAFKA_BROKERS and DATABASE_URL name). Further arguments go to Jest; its exit code is ours; the last line says how many passed and failed.
 */

const EXIT_MISSING = 78;

async function main(): Promise<void> {
  removeAbandonedFolders();
  const run = new TestRun(new Progress());
  let endedBy: number | undefined;
  endOnce(
    (reason) => {
      endedBy = EXIT_OF[reason];
      run.end();
    },
    (reason) => {
      killAll();
      process.exit(EXIT_OF[reason]);
    },
  );
  const code = await run.run(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof PrerequisitesError ? EXIT_MISSING : 1;
  });
  if (endedBy === undefined) console.log(`\n${run.counts.passed} passed, ${run.counts.failed} failed`);
  process.exit(endedBy ?? code);
}

void main();
