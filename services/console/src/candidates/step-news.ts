import type { StepFact } from './facts.rules';

const AGAIN_AFTER_MS = 10 * 60_000;
const MAX_KEPT = 20_000;

/** Which outcomes of a kind of write are news: nearly all say what the one before said, and need not be written for every candidate. */
export class StepNews {
  private readonly known = new Map<string, { outcome: string; atMs: number }>();

  /** The newest of each team and kind, where it differs from what was written in the last ten minutes; in the order of the key. */
  news(facts: readonly StepFact[]): StepFact[] {
    const newest = new Map<string, StepFact>();
    for (const fact of facts) {
      const key = `${fact.teamId} ${fact.step}`;
      const known = newest.get(key);
      if (!known || fact.at >= known.at) newest.set(key, fact);
    }
    return [...newest]
      .filter(([key, fact]) => {
        const known = this.known.get(key);
        return !known || known.outcome !== fact.outcome || Date.parse(fact.at) - known.atMs > AGAIN_AFTER_MS;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, fact]) => fact);
  }

  /** They were written. */
  remember(facts: readonly StepFact[]): void {
    for (const { teamId, step, outcome, at } of facts) this.known.set(`${teamId} ${step}`, { outcome, atMs: Date.parse(at) });
    if (this.known.size > MAX_KEPT) this.known.clear();
  }
}
