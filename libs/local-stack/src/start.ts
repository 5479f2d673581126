import { endOnce, EXIT_OF, type EndReason } from './end-once';
import { AlreadyRunningError } from './earlier-run';
import { stackFolder } from './folders';
import { PrerequisitesError } from './prerequisites';
import { Progress } from './progress';
import { RunningStack } from './running-stack';
import { StackFolder } from './stack-folder';
import { StackStoppedError } from './stack';

/*
 * `npm start`: the whole system on this machine, until Ctrl-C.
 */

const EXIT_MISSING = 78;

async function main(): Promise<void> {
  const progress = new Progress();
  const stack = new RunningStack(new StackFolder(stackFolder()), process.env, progress);
  const ended = new Promise<EndReason>((resolve) =>
    endOnce(
      (reason) => {
        resolve(reason);
        progress.line('\nStopping …');
        void stack.stop().then(() => process.exit(0));
      },
      (reason) => {
        stack.killEverything();
        process.exit(EXIT_OF[reason]);
      },
    ),
  );
  try {
    await stack.start();
    await ended;
  } catch (error) {
    if (error instanceof StackStoppedError) return;
    progress.line();
    progress.line(error instanceof Error ? error.message : String(error));
    await stack.stop();
    process.exit(error instanceof PrerequisitesError || error instanceof AlreadyRunningError ? EXIT_MISSING : 1);
  }
}

void main();
