import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDatabaseOutage } from '@lever-certn/database/database-error';
import { connectionsSql } from '../teams/connections.store';
import { noFacts, type CandidateFact, type Facts } from './facts.rules';
import {
  candidatesSql,
  checksSql,
  deliveriesSql,
  problemsSql,
  stepsSql,
  timelineSql,
  wordsSql,
  type Statement,
} from './read-model-sql';

const MAX_MESSAGES = 500;
const MAX_WAITING = 20_000;

/**
 * What the other services told, in tables. Messages that arrive together become one script of multi-row statements, one round trip. Facts may come in any
 * order and more than once: every statement takes only what is newer than what is known.
 */
export class ReadModelStore {
  /** Answers what went wrong with a message, so that its neighbours do not fail with it. */
  private readonly batch: MicroBatch<Facts, unknown>;

  constructor(private readonly database: Database) {
    this.batch = new MicroBatch('read model', { maxItems: MAX_MESSAGES, maxWaiting: MAX_WAITING }, (messages) =>
      this.flush(messages),
    );
  }

  /** Resolves when what a message says is committed. Rejects with DatabaseError, and with BatchFullError when too much waits. */
  async record(facts: Facts): Promise<void> {
    const failure = await this.batch.add(facts);
    if (failure !== undefined) throw failure as Error;
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    return this.batch.drained();
  }

  /** A message that the database can't take must not take its neighbours with it, so after a failure each goes alone. */
  private async flush(messages: Facts[]): Promise<unknown[]> {
    try {
      await this.write(messages);
      return [];
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      if (messages.length === 1) return [error];
    }
    const outcomes: unknown[] = [];
    for (const message of messages) outcomes.push((await this.flush([message]))[0]);
    return outcomes;
  }

  private async write(messages: readonly Facts[]): Promise<void> {
    const statements: Statement[] = [];
    const add = <Fact>(facts: readonly Fact[], sql: (facts: readonly Fact[]) => Statement): void => {
      if (facts.length > 0) statements.push(sql(facts));
    };
    const all = gathered(messages);
    add(merged(all.candidates), candidatesSql);
    add(all.checks, checksSql);
    add(all.timeline, timelineSql);
    add(all.deliveries, deliveriesSql);
    add(all.words, wordsSql);
    add(all.connections, connectionsSql);
    add(all.problems, problemsSql);
    add(all.steps, stepsSql);
    if (statements.length === 0) return;
    await this.database.script(
      statements.map(({ sql }) => sql).join(';'),
      statements.flatMap(({ values }) => values),
    );
  }
}

function gathered(messages: readonly Facts[]): Facts {
  const all = noFacts();
  for (const message of messages) {
    all.candidates.push(...message.candidates);
    all.checks.push(...message.checks);
    all.timeline.push(...message.timeline);
    all.deliveries.push(...message.deliveries);
    all.connections.push(...message.connections);
    all.problems.push(...message.problems);
    all.steps.push(...message.steps);
    all.words.push(...message.words);
  }
  return all;
}

/** One fact per candidate, in the order of the key, so that two processes can't wait for each other. */
function merged(facts: readonly CandidateFact[]): CandidateFact[] {
  const byKey = new Map<string, CandidateFact>();
  for (const fact of facts) {
    const key = `${fact.teamId} ${fact.opportunityId}`;
    const known = byKey.get(key);
    byKey.set(key, known ? together(known, fact) : fact);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}

function together(a: CandidateFact, b: CandidateFact): CandidateFact {
  const request = higher(a.request, b.request);
  const status = higher(a.status, b.status);
  const decision = higher(a.decision, b.decision);
  const refusal = higher(a.refusal, b.refusal);
  const applicant = higher(a.applicant, b.applicant);
  return {
    teamId: a.teamId,
    opportunityId: a.opportunityId,
    movedAt: a.movedAt > b.movedAt ? a.movedAt : b.movedAt,
    ...(request ? { request } : {}),
    ...(status ? { status } : {}),
    ...(decision ? { decision } : {}),
    ...(refusal ? { refusal } : {}),
    ...(applicant ? { applicant } : {}),
  };
}

function higher<Part extends { rank: string }>(a: Part | undefined, b: Part | undefined): Part | undefined {
  if (!a || !b) return a ?? b;
  return b.rank > a.rank ? b : a;
}
