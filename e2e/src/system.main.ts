import { System } from './system';

/** Starts the system that the specs share, prints one line that describes it, and ends it on SIGTERM. */
async function main(): Promise<void> {
  const system = await System.start();
  const stop = (): void => void system.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(JSON.stringify(system.description) + '\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
