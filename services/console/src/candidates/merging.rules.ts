import type { CandidateFact, CheckFact } from './facts.rules';

/** One fact per candidate, in the order of the key, so that two processes can't wait for each other. */
export function mergedCandidates(facts: readonly CandidateFact[]): CandidateFact[] {
  return merged(
    facts,
    ({ teamId, opportunityId }) => `${teamId} ${opportunityId}`,
    (known, fact) => {
      known.movedAt = known.movedAt > fact.movedAt ? known.movedAt : fact.movedAt;
      known.changedAt = known.changedAt > fact.changedAt ? known.changedAt : fact.changedAt;
      if (outranks(fact.request, known.request)) known.request = fact.request;
      if (outranks(fact.status, known.status)) known.status = fact.status;
      if (outranks(fact.decision, known.decision)) known.decision = fact.decision;
      if (outranks(fact.refusal, known.refusal)) known.refusal = fact.refusal;
      if (outranks(fact.applicant, known.applicant)) known.applicant = fact.applicant;
    },
  );
}

/** One fact per check, in the order of the key. */
export function mergedChecks(facts: readonly CheckFact[]): CheckFact[] {
  return merged(
    facts,
    ({ checkId }) => checkId,
    (known, fact) => {
      if (!known.request && !known.status) known.transitionAt = fact.transitionAt;
      if (outranks(fact.request, known.request)) known.request = fact.request;
      if (fact.status && (!known.status || fact.status.version > known.status.version)) known.status = fact.status;
      if (outranks(fact.decision, known.decision)) known.decision = fact.decision;
      known.orderedAt = earlier(known.orderedAt, fact.orderedAt);
      known.taggedAt = earlier(known.taggedAt, fact.taggedAt);
    },
  );
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function merged<Fact extends object>(
  facts: readonly Fact[],
  keyOf: (fact: Fact) => string,
  take: (known: Fact, fact: Fact) => void,
): Fact[] {
  const byKey = new Map<string, Fact>();
  for (const fact of facts) {
    const key = keyOf(fact);
    const known = byKey.get(key);
    if (known) take(known, fact);
    else byKey.set(key, { ...fact });
  }
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}

function outranks(a: { rank: string } | undefined, b: { rank: string } | undefined): boolean {
  return a !== undefined && (b === undefined || a.rank > b.rank);
}
