import { makeDemoTeam } from './demo-team';
import { Happenings } from './happenings';
import type { Progress } from './progress';
import { Stack } from './stack';
import type { StackFolder } from './stack-folder';
import { publicUrl } from './stack-services';
import { stackKafka } from './stack-topics';

/** A stack as a person meets it: with a demo team, its addresses, and a line per thing that happens. */
export class RunningStack {
  private stack?: Stack;
  private happenings?: Happenings;

  constructor(
    private readonly folder: StackFolder,
    private readonly env: NodeJS.ProcessEnv,
    private readonly progress: Progress,
    /** False: says nothing of what happens, nor its addresses. */
    private readonly talkative = true,
  ) {}

  /** Resolves when all is ready and said. @throws PrerequisitesError, AlreadyRunningError, StackStoppedError */
  async start(): Promise<Stack> {
    const { env, folder, progress } = this;
    const startedAt = Date.now();
    const stack = await Stack.start(folder, env, progress, (starting) => (this.stack = starting));
    const { brokers, topicPrefix } = stack.description;
    if (this.talkative) this.happenings = new Happenings(stackKafka(brokers, topicPrefix, env), (line) => progress.line(line));
    const follows = this.happenings?.start();
    if (stack.hasSandbox) await progress.step('demo team', () => makeDemoTeam(stack.demoGround()));
    await follows;
    stack.describe();
    if (this.talkative) this.introduce(stack, startedAt);
    return stack;
  }

  /** In order; the data stays. */
  async stop(): Promise<void> {
    await this.happenings?.stop();
    await this.stack?.stop();
  }

  killEverything(): void {
    this.stack?.killEverything();
  }

  private introduce(stack: Stack, startedAt: number): void {
    const { progress, folder, env } = this;
    const { adminEmail, adminPassword } = folder.secrets();
    const password = env.BOOTSTRAP_ADMIN_PASSWORD_FILE
      ? 'as in BOOTSTRAP_ADMIN_PASSWORD_FILE'
      : env.BOOTSTRAP_ADMIN_PASSWORD || adminPassword;
    progress.line();
    progress.line(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
    progress.line();
    progress.line(
      `  Console   ${publicUrl(stack.ports.console)}     sign in as ${env.BOOTSTRAP_ADMIN_EMAIL || adminEmail}, password ${password}`,
    );
    if (stack.hasSandbox)
      progress.line(
        `  Board     ${publicUrl(stack.ports.sandbox)}     drag a candidate to "Background Check"; play the applicant`,
      );
    progress.line(`  Webhooks  ${publicUrl(stack.ports.ingress)}     where Lever and Certn call`);
    progress.line(`  Logs      ${folder.file('logs')}`);
    progress.line();
    progress.line('One line per thing that happens; Ctrl-C stops all of it, the data stays.');
    progress.line();
  }
}
