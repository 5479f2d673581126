import type { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import type { EventProducer } from '@lever-certn/kafka/event-producer';
import type { CheckRow } from './check-row';
import { mustLookFirst } from './order.rules';

/** An ask outlives a resolver that is away for a while. */
const VALID_MS = 3_600_000;
const RETRY_MS = 1_000;
const MAX_TRIES = 300;

/** Asks the resolver to look again at what a check would be ordered with, before it is ordered. */
export class FreshFacts {
  /** Rows an ask is on its way for. */
  private readonly asking = new Set<string>();
  private stopped = false;

  constructor(
    private readonly producer: Pick<EventProducer, 'publish'>,
    private readonly freshMs: number,
    private readonly log: { warn(line: object, message: string): void },
  ) {}

  /** Whether the row's facts are too old to order with, newer ones exist, or something is missing in them. */
  areNeeded(row: CheckRow): boolean {
    if (row.applicant === null || row.package === null || row.emailHash === null) return true;
    const { decidedAt, newerFactsAt } = row;
    return mustLookFirst({ decidedAt, newerFactsAt, nowMs: Date.now(), freshMs: this.freshMs });
  }

  /**
   * Asks; the row waits for the answer in the table, and asks again when it is next looked at without one. Tries for minutes while the broker is away;
   * an ask that is lost with the process is made again then too. Never rejects.
   */
  async ask(row: CheckRow): Promise<void> {
    if (this.asking.has(row.id)) return;
    this.asking.add(row.id);
    const command = askOf(row);
    const context = { id: command.commandId, ...(row.traceparent ? { traceparent: row.traceparent } : {}) };
    for (let tries = 1; !this.stopped; tries += 1) {
      try {
        await this.producer.publish(TOPICS.commands, command, context);
        break;
      } catch (err) {
        this.log.warn({ checkId: row.id, teamId: row.teamId, err }, 'fresh facts could not be asked for');
        if (tries === MAX_TRIES) break;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    this.asking.delete(row.id);
  }

  /** Asks no more. */
  stop(): void {
    this.stopped = true;
  }
}

function askOf(row: CheckRow): Command {
  const nowMs = Date.now();
  return {
    type: 'look',
    teamId: row.teamId,
    commandId: factId('look', row.id, row.turn),
    by: 'service:dispatcher',
    at: isoTime(nowMs),
    validUntil: isoTime(nowMs + VALID_MS),
    opportunityId: row.opportunityId,
    checkId: row.id,
  };
}
