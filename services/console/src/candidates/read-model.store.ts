import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDatabaseOutage } from '@lever-certn/database/database-error';
import { connectionsSql } from '../teams/connections.store';
import { noFacts, type Facts } from './facts.rules';
import { mergedCandidates, mergedChecks } from './merging.rules';
import { candidatesSql, checksSql, deliveriesSql, problemsSql, stepsSql, timelineSql, type Statement } from './read-model-sql';
import { StepNews } from './step-news';

const MAX_MESSAGES = 500;
const MAX_WAITING = 20_000;

/**
 * What the other services told, in tables. Messages that arrive together become one script of multi-row statements, one round trip. Facts may come in any
 * order and more than once: every statement takes only what is newer than what is known.
 */
export class ReadModelStore {
  /** Answers what went wrong with a message, so that its neighbours do not fail with it. */
  private readonly batch: MicroBatch<Facts, unknown>;

  private readonly steps = new StepNews();

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
    add(mergedCandidates(all.candidates), candidatesSql);
    add(mergedChecks(all.checks), checksSql);
    add(all.timeline, timelineSql);
    add(all.deliveries, deliveriesSql);
    add(all.connections, connectionsSql);
    add(all.problems, problemsSql);
    const steps = this.steps.news(all.steps);
    add(steps, stepsSql);
    if (statements.length === 0) return;
    await this.database.script(
      statements.map(({ sql }) => sql).join(';'),
      statements.flatMap(({ values }) => values),
    );
    this.steps.remember(steps);
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
  }
  return all;
}
