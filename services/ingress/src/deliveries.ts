import { randomUUID } from 'node:crypto';
import type { ActivityLine } from '@lever-certn/events/activity';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { Outcome } from './answers.rules';

/** Where lines go: `ActivityLog` fits. */
export interface DeliveryLines {
  add(teamId: string, line: Omit<ActivityLine, 'id'> & { id?: string }): Promise<void>;
}

type Vendor = 'lever' | 'certn';

interface Tally {
  teamId: string;
  vendor: Vendor;
  outcome: Outcome;
  count: number;
}

const TALLY_EVERY_MS = 1000;
/** Teams × vendors × outcomes within a second; what is beyond is counted in metrics only. */
const MAX_TALLIES = 2000;
/** Lines that may wait for the broker; what is beyond is counted in metrics only. */
const MAX_UNSENT_LINES = 50_000;

/**
 * The lines that show a team its webhooks. What is signed gets a line of its own; what anybody could send is only counted, and the count told once a
 * second. Lines never hold up an answer and may be lost with the process: they are shown, nothing is decided by them.
 */
export class Deliveries {
  private readonly instance = randomUUID();
  private readonly tallies = new Map<string, Tally>();
  private timer: NodeJS.Timeout | undefined;
  private unsentLines = 0;
  private whenSent: (() => void)[] = [];

  constructor(
    private readonly log: DeliveryLines,
    private readonly onLost: () => void,
  ) {}

  /** A signed webhook. `id` is made of the fact, so that a repeat of the line is known. */
  signed(
    teamId: string,
    line: { id: string; vendor: Vendor; outcome: Outcome; at: string; opportunityId?: string; reason?: string },
  ): void {
    this.send(teamId, { kind: 'delivery', ...line });
  }

  /** A request that anybody could have sent. */
  unsigned(teamId: string, vendor: Vendor, outcome: Outcome): void {
    const key = `${teamId} ${vendor} ${outcome}`;
    const tally = this.tallies.get(key);
    if (tally) tally.count += 1;
    else if (this.tallies.size < MAX_TALLIES) this.tallies.set(key, { teamId, vendor, outcome, count: 1 });
    else this.onLost();
    this.timer ??= setTimeout(() => this.tell(), TALLY_EVERY_MS).unref();
  }

  /** Tells what has been counted and resolves when every line was sent or given up. */
  flush(): Promise<void> {
    this.tell();
    return this.unsentLines === 0 ? Promise.resolve() : new Promise((resolve) => this.whenSent.push(resolve));
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const at = isoTime();
    for (const { teamId, vendor, outcome, count } of this.tallies.values())
      this.send(teamId, {
        id: factId('deliveries', this.instance, teamId, vendor, outcome, at),
        at,
        kind: 'delivery',
        vendor,
        outcome,
        count,
      });
    this.tallies.clear();
  }

  private send(teamId: string, line: ActivityLine): void {
    if (this.unsentLines >= MAX_UNSENT_LINES) return this.onLost();
    this.unsentLines += 1;
    this.log.add(teamId, line).then(
      () => this.sent(),
      () => {
        this.onLost();
        this.sent();
      },
    );
  }

  private sent(): void {
    this.unsentLines -= 1;
    if (this.unsentLines === 0) for (const resolve of this.whenSent.splice(0)) resolve();
  }
}
