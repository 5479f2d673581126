import { Counter, Histogram, type Registry } from 'prom-client';
import type { Logger } from 'pino';

/** One unit of work that is over. Ids and words of closed lists only: never a name, an e-mail, a key or a body. */
export interface WorkLine {
  /** What kind of unit: a Kafka message, a row of a table, an HTTP request, a timed job. */
  unit: 'message' | 'row' | 'request' | 'job';
  /** Which: the topic without prefix, the reconciler's name, the route, the job's name. */
  name: string;
  /** One word of a closed list. */
  outcome: string;
  reason?: string | undefined;
  durationMs: number;
  teamId?: string | undefined;
  opportunityId?: string | undefined;
  checkId?: string | undefined;
  topic?: string | undefined;
  partition?: number | undefined;
  offset?: string | undefined;
  attempt?: number | undefined;
  nextTryInMs?: number | undefined;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Outcomes that a person should see without asking. */
const WARNED = new Set(['failed', 'dead-letter', 'broken', 'refused']);

/** One log line and one metric per unit of work. */
export class WorkLog {
  private readonly durations: Histogram<'unit' | 'name' | 'outcome'>;
  private readonly reasons: Counter<'unit' | 'name' | 'outcome' | 'reason'>;

  constructor(
    private readonly log: Logger,
    registry: Registry,
  ) {
    this.durations = new Histogram({
      name: 'lever_certn_work_seconds',
      help: 'Units of work and how long they took',
      labelNames: ['unit', 'name', 'outcome'],
      buckets: BUCKETS_SECONDS,
      registers: [registry],
    });
    this.reasons = new Counter({
      name: 'lever_certn_work_reasons_total',
      help: 'Units of work that have a reason',
      labelNames: ['unit', 'name', 'outcome', 'reason'],
      registers: [registry],
    });
  }

  /** Tells of one unit of work. */
  settled(line: WorkLine): void {
    const { unit, name, outcome, reason } = line;
    this.durations.observe({ unit, name, outcome }, line.durationMs / 1000);
    if (reason) this.reasons.inc({ unit, name, outcome, reason });
    if (WARNED.has(outcome)) this.log.warn(line);
    else this.log.info(line);
  }
}
