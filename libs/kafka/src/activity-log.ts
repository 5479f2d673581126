import { MicroBatch } from '@lever-certn/batching/micro-batch';
import { Activity, ActivityLine, MAX_ACTIVITY_LINES } from '@lever-certn/events/activity';
import { InvalidEventError } from '@lever-certn/events/cloud-event';
import { factId } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import type { EventProducer } from './event-producer';

/** A line as it is added; its id is made of what it says if it has none. */
export type NewActivityLine = Omit<ActivityLine, 'id'> & { id?: string };

interface Added {
  teamId: string;
  line: ActivityLine;
}

const MAX_WAITING = 20_000;
const MAX_AT_ONCE = 1000;
/** A timeline is looked at by people: its lines may gather for so long. */
const LINGER_MS = 100;
/** Bytes of lines in one record, well below what the topic takes. */
const MAX_RECORD_BYTES = 400_000;

/** Lines of timelines on their way to the topic `activity`: those of a team that arrive together share a record. */
export class ActivityLog {
  /** Answers what went wrong with a line, so that one team's trouble is not another's. */
  private readonly batch = new MicroBatch<Added, unknown>(
    'activity log',
    { maxItems: MAX_AT_ONCE, maxWaiting: MAX_WAITING, lingerMs: LINGER_MS },
    (added) => this.send(added),
  );

  constructor(
    private readonly producer: Pick<EventProducer, 'publish'>,
    private readonly source: string,
  ) {}

  /** Resolves when the broker has the line. Rejects as `EventProducer.publish` does, and with BatchFullError when too many wait. */
  async add(teamId: string, line: NewActivityLine): Promise<void> {
    const whole = Object.assign(new ActivityLine(), { ...line, id: line.id ?? this.idOf(teamId, line) });
    const failure = await this.batch.add({ teamId, line: whole });
    if (failure !== undefined) throw failure as Error;
  }

  /** Resolves when no line waits. */
  drained(): Promise<void> {
    return this.batch.drained();
  }

  private idOf(teamId: string, line: NewActivityLine): string {
    const { at, kind, outcome, opportunityId, checkId, step, reason, detail, attempt } = line;
    const parts = [opportunityId, checkId, step, reason, detail, attempt].map((part) => part ?? '');
    return factId('activity', this.source, teamId, at, kind, outcome, ...parts);
  }

  private async send(added: Added[]): Promise<unknown[]> {
    const failures = new Map<ActivityLine, unknown>();
    await Promise.all(
      [...byTeam(added)].flatMap(([teamId, lines]) => records(lines).map((record) => this.publish(teamId, record, failures))),
    );
    return added.map(({ line }) => failures.get(line));
  }

  private async publish(teamId: string, lines: ActivityLine[], failures: Map<ActivityLine, unknown>): Promise<void> {
    const event = Object.assign(new Activity(), { teamId, source: this.source, lines });
    const id = lines.length === 1 ? lines[0]!.id : factId('activity', ...lines.map((line) => line.id));
    try {
      await this.producer.publish(TOPICS.activity, event, { id });
    } catch (error) {
      // One line that breaks the schema must not take the others with it.
      if (error instanceof InvalidEventError && lines.length > 1)
        for (const line of lines) await this.publish(teamId, [line], failures);
      else for (const line of lines) failures.set(line, error);
    }
  }
}

function byTeam(added: readonly Added[]): Map<string, ActivityLine[]> {
  const teams = new Map<string, ActivityLine[]>();
  for (const { teamId, line } of added) {
    const lines = teams.get(teamId);
    if (lines) lines.push(line);
    else teams.set(teamId, [line]);
  }
  return teams;
}

/** Lines cut into records that the topic takes. */
function records(lines: readonly ActivityLine[]): ActivityLine[][] {
  const cut: ActivityLine[][] = [];
  let bytes = Infinity;
  for (const line of lines) {
    const more = 600 + (line.applicant?.length ?? 0) + (line.detail?.length ?? 0) * 3;
    const last = cut.at(-1);
    if (last && last.length < MAX_ACTIVITY_LINES && bytes + more <= MAX_RECORD_BYTES) {
      last.push(line);
      bytes += more;
    } else {
      cut.push([line]);
      bytes = more;
    }
  }
  return cut;
}
