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
/** Label sets of one process; what is beyond goes under the reason `other`, so that no list that was not closed can fill the memory. */
const MAX_LABEL_SETS = 500;

/** Outcomes that a person should see without asking. */
const WARNED = new Set(['failed', 'dead-letter', 'broken', 'refused']);

interface Meters {
  durations: Histogram.Internal<'unit' | 'name' | 'outcome'>;
  reasons: Counter.Internal | undefined;
}

/** One log line and one metric per unit of work. */
export class WorkLog {
  private readonly durations: Histogram<'unit' | 'name' | 'outcome'>;
  private readonly reasons: Counter<'unit' | 'name' | 'outcome' | 'reason'>;
  private readonly meters = new Map<string, Meters>();

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
    this.counted(line);
    if (WARNED.has(line.outcome)) this.log.warn(line);
    else this.log.info(line);
  }

  /** Only the metric, for units that come by the thousand and of which nobody reads each. */
  counted(line: WorkLine): void {
    const meters = this.metersOf(line);
    meters.durations.observe(line.durationMs / 1000);
    meters.reasons?.inc();
  }

  /** Looking a label set up by one text costs a fifth of what prom-client needs to make its own key. */
  private metersOf({ unit, name, outcome, reason }: WorkLine): Meters {
    const key = `${unit} ${name} ${outcome} ${reason ?? ''}`;
    const known = this.meters.get(key);
    if (known) return known;
    const full = this.meters.size >= MAX_LABEL_SETS;
    const told = full ? { unit, name: 'other', outcome: 'other' } : { unit, name, outcome };
    const meters: Meters = {
      durations: this.durations.labels(told),
      reasons: reason ? this.reasons.labels({ ...told, reason: full ? 'other' : reason }) : undefined,
    };
    if (!full) this.meters.set(key, meters);
    return meters;
  }
}
