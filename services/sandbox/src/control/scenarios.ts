import { randomUUID } from 'node:crypto';
import type { CaseStep } from '../certn/case-progress';
import type { Case } from '../certn/certn-account';
import type { World } from '../world';

/** What usually happens to a case, as steps for {@link ScenarioRuns}. */
export const SCENARIOS: Record<string, CaseStep[]> = {
  clear: [
    { action: 'open' },
    { action: 'start' },
    { action: 'submit' },
    { action: 'begin' },
    { action: 'complete-service' },
    { action: 'complete' },
  ],
  review: [
    { action: 'open' },
    { action: 'start' },
    { action: 'submit' },
    { action: 'begin' },
    { action: 'complete', score: 'REVIEW' },
  ],
  declined: [{ action: 'open' }, { action: 'decline' }],
  expired: [{ action: 'expire' }],
  bounced: [{ action: 'bounce' }],
  cancelled: [{ action: 'open' }, { action: 'cancel' }],
  dispute: [{ action: 'submit' }, { action: 'complete' }, { action: 'dispute' }, { action: 'complete' }],
  'action-required': [{ action: 'submit' }, { action: 'ask-applicant' }, { action: 'begin' }, { action: 'complete' }],
};

/** A script under way or over. */
export interface ScenarioRun {
  id: string;
  caseId: string | null;
  done: number;
  of: number;
  state: 'running' | 'finished' | 'no-case' | 'stopped';
}

/** How long a script waits for the case it is about. */
const CASE_WAIT_MS = 60_000;
const LOOK_MS = 50;
const MAX_KEPT = 200;

/** Plays scripts on cases: waits until there is one for the address, then takes a step at a time. */
export class ScenarioRuns {
  private readonly runs = new Map<string, ScenarioRun>();
  private stopped = false;

  constructor(private readonly world: World) {}

  list(): ScenarioRun[] {
    return [...this.runs.values()];
  }

  get(id: string): ScenarioRun | undefined {
    return this.runs.get(id);
  }

  /** Starts a script on a case, or on the next case of an address. Ended ones are forgotten after a while. */
  start(about: { account: string; email?: string; caseId?: string }, steps: readonly CaseStep[], stepMs: number): ScenarioRun {
    const run: ScenarioRun = { id: randomUUID(), caseId: about.caseId ?? null, done: 0, of: steps.length, state: 'running' };
    if (this.runs.size >= MAX_KEPT) this.runs.delete(this.runs.keys().next().value as string);
    this.runs.set(run.id, run);
    void this.play(run, about, steps, stepMs);
    return run;
  }

  stop(): void {
    this.stopped = true;
  }

  private async play(
    run: ScenarioRun,
    about: { account: string; email?: string; caseId?: string },
    steps: readonly CaseStep[],
    stepMs: number,
  ): Promise<void> {
    const found = await this.waitForCase(about);
    if (!found) {
      run.state = this.stopped ? 'stopped' : 'no-case';
      return;
    }
    run.caseId = found.id;
    for (const step of steps) {
      await wait(stepMs);
      if (this.stopped || !found.account.cases.has(found.id)) {
        run.state = 'stopped';
        return;
      }
      this.world.progress.take(found, step);
      run.done += 1;
    }
    run.state = 'finished';
  }

  private async waitForCase(about: { account: string; email?: string; caseId?: string }): Promise<Case | null> {
    for (let waitedMs = 0; waitedMs < CASE_WAIT_MS && !this.stopped; waitedMs += LOOK_MS) {
      const account = this.world.certnAccounts.get(about.account);
      const one =
        about.caseId === undefined
          ? account?.byEmail.get(about.email?.toLowerCase() ?? '')?.at(-1)
          : account?.cases.get(about.caseId);
      if (one) return one;
      await wait(LOOK_MS);
    }
    return null;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
