import { endOnce } from '@lever-certn/local-stack/end-once';
import { killAll } from '@lever-certn/local-stack/guarded-process';
import { System } from './system';

/** Broker and database may be gone with those who asked for the system: then it can't be ended in order, nor even come up. */
const END_WITHIN_MS = 20_000;

/** Starts the system that the specs share, prints one line that describes it, and ends it on a signal, or when Jest is gone without one. */
async function main(): Promise<void> {
  const starting = System.start();
  const giveUp = (): void => {
    killAll();
    process.exit(1);
  };
  endOnce(() => {
    setTimeout(giveUp, END_WITHIN_MS);
    void starting.then((system) => system.stop()).finally(() => process.exit(0));
  }, giveUp);
  const system = await starting;
  process.stdout.write(JSON.stringify(system.description) + '\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
