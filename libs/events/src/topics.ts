import { Activity } from './activity';
import { CaseUpdated } from './case-updated';
import { CheckRequested } from './check-requested';
import { CheckStatusUpdated } from './check-status-updated';
import { Command, missingCommandField } from './command';
import { DeadLetter } from './dead-letter';
import { StageChanged } from './stage-changed';
import { TeamSettings } from './team-settings';

const DAY_MS = 86_400_000;
const MIB = 1_048_576;
const GIB = 1024 * MIB;

/** Partitions of every topic, fixed when it is made. */
export const PARTITIONS = 12;

/** One topic: what it carries, how it is keyed and how long it is kept. */
export interface Topic<Event extends object = object> {
  /** Without the installation's prefix. Also the noun of its files and handlers. */
  readonly name: string;
  /** CloudEvents type with the major version. */
  readonly type: string;
  readonly event: new () => Event;
  readonly key: (event: Event) => string;
  /** What decides the partition. */
  readonly team: (event: Event) => string;
  /** A field a valid class instance may still lack; its name, if so. */
  readonly missing?: (event: Event) => string | undefined;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs: number;
  readonly retentionBytes: number;
  /** Only of compacted topics: nothing is compacted before. */
  readonly compactionLagMs: number;
  readonly maxMessageBytes: number;
  readonly says: string;
}

function topic<Event extends object>(
  name: string,
  event: new () => Event,
  says: string,
  rest: Partial<Topic<Event>> & Pick<Topic<Event>, 'key' | 'team'>,
): Topic<Event> {
  return {
    name,
    type: `lever-certn.${name}.v1`,
    event,
    says,
    partitions: PARTITIONS,
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    retentionBytes: GIB,
    compactionLagMs: 0,
    maxMessageBytes: MIB,
    ...rest,
  };
}

/** Every topic, and the only place that writes their names. */
export const TOPICS = {
  stageChanged: topic('stage-changed', StageChanged, 'Lever says an opportunity moved', {
    key: (event) => event.opportunityId,
    team: (event) => event.teamId,
  }),
  checkRequested: topic(
    'check-requested',
    CheckRequested,
    'order this package for this opportunity; or: no longer wanted, because',
    {
      key: (event) => event.opportunityId,
      team: (event) => event.teamId,
      missing: (event) => (event.wanted || event.reason ? undefined : 'reason'),
    },
  ),
  caseUpdated: topic('case-updated', CaseUpdated, 'Certn says a case changed; read it again', {
    key: (event) => event.objectId,
    team: (event) => event.teamId,
  }),
  checkStatusUpdated: topic('check-status-updated', CheckStatusUpdated, 'the status of a check', {
    key: (event) => event.checkId,
    team: (event) => event.teamId,
    cleanup: 'compact',
    retentionMs: -1,
    retentionBytes: -1,
    compactionLagMs: 7 * DAY_MS,
  }),
  teamSettings: topic('team-settings', TeamSettings, "a team's settings, whole, with a version", {
    key: (event) => event.teamId,
    team: (event) => event.teamId,
    cleanup: 'compact',
    retentionMs: -1,
    retentionBytes: -1,
  }),
  commands: topic('commands', Command, 'sweep, look, order, resolve, erase', {
    key: (event) => event.teamId,
    team: (event) => event.teamId,
    missing: missingCommandField,
    retentionMs: DAY_MS,
  }),
  activity: topic('activity', Activity, 'lines of timelines that no other event tells', {
    key: (event) => event.lines[0]?.opportunityId ?? event.teamId,
    team: (event) => event.teamId,
  }),
  deadLetters: topic('dead-letters', DeadLetter, 'a message nobody can read, set aside with its reason', {
    key: (event) => event.originalKey ?? `${event.topic}-${event.partition}-${event.offset}`,
    team: (event) => event.teamId ?? event.topic,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: 4 * MIB,
  }),
} as const;

export type TopicKey = keyof typeof TOPICS;

/** The event a topic carries. */
export type EventOf<T> = T extends Topic<infer Event> ? Event : never;

/** All topics, as a list. */
export const TOPIC_LIST: readonly Topic[] = Object.values(TOPICS) as unknown as Topic[];

/** The topic of a name without prefix. */
export function topicNamed(name: string): Topic | undefined {
  return TOPIC_LIST.find((candidate) => candidate.name === name);
}
