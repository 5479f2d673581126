import type { CheckFact } from './facts.rules';

const MAX_KEPT = 20_000;

/** Which tags are news: of a check only the first counts, and most later ones come while this process still knows it. */
export class FirstTags {
  private readonly known = new Map<string, string>();

  /** The facts without those that say nothing but a later tag of a check whose first one was written. */
  news(facts: readonly CheckFact[]): CheckFact[] {
    return facts.filter((fact) => {
      if (fact.taggedAt === undefined || fact.request || fact.status || fact.decision) return true;
      const known = this.known.get(fact.checkId);
      return known === undefined || fact.taggedAt < known;
    });
  }

  /** They were written. */
  remember(facts: readonly CheckFact[]): void {
    for (const { checkId, taggedAt } of facts) {
      const known = this.known.get(checkId);
      if (taggedAt !== undefined && (known === undefined || taggedAt < known)) this.known.set(checkId, taggedAt);
    }
    if (this.known.size > MAX_KEPT) this.known.clear();
  }
}
