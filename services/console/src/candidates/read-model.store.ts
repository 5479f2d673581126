import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDatabaseOutage } from '@lever-certn/database/database-error';
import { changesOf } from '../live/changes.rules';
import { changesSql } from '../live/changes.store';
import { connectionsSql } from '../teams/connections.store';
import { noFacts, type Facts } from './facts.rules';
import { FirstTags } from './first-tags';
import { mergedCandidates, mergedChecks } from './merging.rules';
import { candidatesSql, checksSql, deliveriesSql, problemsSql, stepsSql, timelineSql, type Statement } from './read-model-sql';
import { StepNews } from './step-news';

const MAX_MESSAGES = 500;
const MAX_WAITING = 20_000;
/** Nobody looks at a screen more often, and what is told of a candidate within this time becomes one row: at 500 webhooks a second it halves the database's work. */
const SPACING_MS = 100;
/** After a rest: what comes together waits for one another. */
const GATHER_MS = 5;

/**
 * What the other services told, in tables. Messages that arrive together become one script of multi-row statements, one round trip. Facts may come in any
 * order and more than once: every statement takes only what is newer than what is known. `spacingMs`: least time between two writes.
 */
export class ReadModelStore {
  /** Answers what went wrong with a message, so that its neighbours do not fail with it. */
  private readonly batch: MicroBatch<Facts, unknown>;

  private readonly steps = new StepNews();
  private readonly tags = new FirstTags();

  private openedAt = 0;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly spacingMs: number = SPACING_MS,
  ) {
    this.batch = new MicroBatch('read model', { maxItems: MAX_MESSAGES, maxWaiting: MAX_WAITING }, (messages) =>
      this.flush(messages),
    );
  }

  /** Resolves when what a message says is committed. Rejects with DatabaseError, and with BatchFullError when too much waits. */
  async record(facts: Facts): Promise<void> {
    await this.opened();
    const failure = await this.batch.add(facts);
    if (failure !== undefined) throw failure as Error;
  }

  /** Resolves when the next write may begin; messages meanwhile wait for the same moment. */
  private opened(): Promise<void> {
    if (this.spacingMs === 0) return Promise.resolve();
    const waitMs = Math.max(GATHER_MS, this.openedAt + this.spacingMs - Date.now());
    this.opening ??= new Promise((resolve) =>
      setTimeout(() => {
        this.opening = undefined;
        this.openedAt = Date.now();
        resolve();
      }, waitMs),
    );
    return this.opening;
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
    const checks = this.tags.news(mergedChecks(all.checks));
    add(checks, checksSql);
    add(all.timeline, timelineSql);
    add(all.deliveries, deliveriesSql);
    add(all.connections, connectionsSql);
    add(all.problems, problemsSql);
    const steps = this.steps.news(all.steps);
    add(steps, stepsSql);
    const changes = changesOf(all);
    if (changes.size > 0) statements.push(changesSql(changes));
    if (statements.length === 0) return;
    await this.database.script(
      statements.map(({ sql }) => sql).join(';'),
      statements.flatMap(({ values }) => values),
    );
    this.steps.remember(steps);
    this.tags.remember(checks);
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
