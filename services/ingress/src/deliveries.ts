import { randomUUID } from 'node:crypto';
import { MAX_ACTIVITY_LINES, type Activity, type ActivityLine } from '@lever-certn/events/activity';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import type { Outcome } from './answers.rules';
import type { EventSink } from './webhook-intake';

export type Vendor = 'lever' | 'certn';

/** What is told of a signed webhook. */
export interface Delivery {
  /** Made of the fact, so that a repeat of the line is known. */
  id: string;
  at: string;
  vendor: Vendor;
  outcome: Outcome;
  opportunityId?: string;
  reason?: string;
}

interface Tally {
  teamId: string;
  vendor: Vendor;
  outcome: Outcome;
  count: number;
}

/** Lines of a team wait so long for one another, so that a busy ingress writes tens of them in a record. */
const GATHER_MS = 200;
/** Gatherings between two tellings of what was only counted. */
const TALLY_EVERY = 5;
/** Teams × vendors × outcomes within a second; what is beyond is counted in metrics only. */
const MAX_TALLIES = 2000;
/** Lines that may wait for the broker, about 10 MB; what is beyond is counted in metrics only. */
const MAX_UNSENT_LINES = 20_000;

/**
 * The lines that show a team its webhooks. What is signed gets a line of its own; what anybody could send is only counted, and the count told once a
 * second. Lines never hold up an answer and may be lost with the process: they are shown, nothing is decided by them.
 */
export class Deliveries {
  private readonly instance = randomUUID();
  private readonly tallies = new Map<string, Tally>();
  private gathered = new Map<string, ActivityLine[]>();
  private gatherings = 0;
  private timer: NodeJS.Timeout | undefined;
  private unsentLines = 0;
  private readonly sends = new Set<Promise<void>>();

  constructor(
    private readonly sink: EventSink,
    private readonly source: string,
    private readonly onLost: (lines: number) => void,
  ) {}

  /** A signed webhook. */
  signed(teamId: string, delivery: Delivery): void {
    this.gather(teamId, { kind: 'delivery', ...delivery });
  }

  /** A request that anybody could have sent. */
  unsigned(teamId: string, vendor: Vendor, outcome: Outcome): void {
    const key = `${teamId} ${vendor} ${outcome}`;
    const tally = this.tallies.get(key);
    if (tally) tally.count += 1;
    else if (this.tallies.size < MAX_TALLIES) this.tallies.set(key, { teamId, vendor, outcome, count: 1 });
    else this.onLost(1);
    this.wake();
  }

  /** Tells everything that waits and resolves when it was sent or given up. */
  async flush(): Promise<void> {
    this.tellTallies();
    this.tellGathered();
    await Promise.all(this.sends);
  }

  private wake(): void {
    this.timer ??= setTimeout(() => this.tick(), GATHER_MS).unref();
  }

  private tick(): void {
    this.timer = undefined;
    this.gatherings += 1;
    if (this.gatherings % TALLY_EVERY === 0) this.tellTallies();
    this.tellGathered();
    if (this.tallies.size > 0) this.wake();
  }

  private gather(teamId: string, line: ActivityLine): void {
    if (this.unsentLines >= MAX_UNSENT_LINES) return this.onLost(1);
    this.unsentLines += 1;
    const lines = this.gathered.get(teamId);
    if (!lines) this.gathered.set(teamId, [line]);
    else if (lines.push(line) === MAX_ACTIVITY_LINES) {
      this.gathered.delete(teamId);
      this.send(teamId, lines);
    }
    this.wake();
  }

  private tellTallies(): void {
    const at = isoTime();
    for (const { teamId, vendor, outcome, count } of this.tallies.values()) {
      const id = factId('deliveries', this.instance, teamId, vendor, outcome, at);
      this.gather(teamId, { id, at, kind: 'delivery', vendor, outcome, count });
    }
    this.tallies.clear();
  }

  private tellGathered(): void {
    const { gathered } = this;
    this.gathered = new Map();
    for (const [teamId, lines] of gathered) this.send(teamId, lines);
  }

  private send(teamId: string, lines: ActivityLine[]): void {
    const event: Activity = { teamId, source: this.source, lines };
    const id = factId('deliveries', lines[0]!.id, lines.at(-1)!.id, lines.length);
    const sent: Promise<void> = this.sink
      .publish(TOPICS.activity, event, { id })
      .catch(() => this.onLost(lines.length))
      .finally(() => {
        this.unsentLines -= lines.length;
        this.sends.delete(sent);
      });
    this.sends.add(sent);
  }
}
