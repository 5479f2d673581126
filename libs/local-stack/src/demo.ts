import { DemoFlow } from './demo-flow';
import type { DemoGround } from './demo-team';
import { endOnce, EXIT_OF } from './end-once';
import { AlreadyRunningError } from './earlier-run';
import { stackFolder } from './folders';
import { PrerequisitesError } from './prerequisites';
import { Progress } from './progress';
import { RunningStack } from './running-stack';
import { isAlive } from './running-processes';
import { StackFolder } from './stack-folder';

/*
 * `npm run demo`: moves one candidate through the whole flow and prints each step with its time, on the stack that runs here, else on one that it
 * starts and stops again. Exit code 0 only if Lever ended with exactly the right tag and link.
 */

const EXIT_MISSING = 78;

/** The stack that runs in this folder, if one does and is ready. */
function runningGround(folder: StackFolder): DemoGround | undefined {
  const description = folder.description();
  if (!description?.ready || !description.processes.every(({ pid }) => isAlive(pid))) return undefined;
  const urlOf = (name: string) => description.processes.find((process) => process.name === name)?.url;
  const [consoleUrl, sandboxUrl] = [urlOf('console'), urlOf('sandbox')];
  if (!consoleUrl) return undefined;
  if (!sandboxUrl)
    throw new Error(
      'The stack that runs here has no sandbox (LEVER_API_URL and CERTN_API_URL are set): there is no candidate to move.',
    );
  const { adminEmail, adminPassword } = folder.secrets();
  return { consoleUrl, sandboxUrl, publicConsoleUrl: consoleUrl, adminEmail, adminPassword };
}

async function main(): Promise<void> {
  const progress = new Progress();
  const folder = new StackFolder(stackFolder());
  const own = new RunningStack(folder, process.env, progress, false);
  endOnce(
    (reason) => void own.stop().then(() => process.exit(EXIT_OF[reason])),
    (reason) => {
      own.killEverything();
      process.exit(EXIT_OF[reason]);
    },
  );
  let code = 0;
  try {
    const ground = runningGround(folder) ?? (await own.start()).demoGround();
    await new DemoFlow(ground, (line) => progress.line(line)).run();
  } catch (error) {
    progress.line(error instanceof Error ? error.message : String(error));
    code = error instanceof PrerequisitesError || error instanceof AlreadyRunningError ? EXIT_MISSING : 1;
  }
  await own.stop();
  process.exit(code);
}

void main();
