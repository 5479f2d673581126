import type { Topic } from '@lever-certn/events/topics';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A topic is cleaned segment by segment, so a segment may not span much of the time that messages are kept. */
const SEGMENTS_PER_RETENTION = 7;
/** Of a compacted topic: the share of outdated records at which cleaning pays. */
const DIRTY_RATIO = '0.1';

/** What a topic is made with: the names and values of Kafka's topic configuration. */
export function topicConfiguration(topic: Topic): Record<string, string> {
  const common = { 'cleanup.policy': topic.cleanup, 'max.message.bytes': String(topic.maxMessageBytes) };
  if (topic.cleanup === 'compact')
    return {
      ...common,
      'min.compaction.lag.ms': String(topic.compactionLagMs),
      'min.cleanable.dirty.ratio': DIRTY_RATIO,
      'segment.ms': String(DAY_MS),
    };
  return {
    ...common,
    'retention.ms': String(topic.retentionMs),
    'retention.bytes': String(topic.retentionBytes),
    'segment.ms': String(Math.max(HOUR_MS, Math.ceil(topic.retentionMs / SEGMENTS_PER_RETENTION))),
  };
}

/** A topic as it is on the broker. `configuration` is `undefined` where we may not read it. */
export interface FoundTopic {
  partitions: number;
  configuration: Record<string, string> | undefined;
}

/** One thing about a topic that is not as it should be. */
export interface Drift {
  /** Without prefix. */
  topic: string;
  /** `topic` (it is missing), `partitions`, or a name of Kafka's topic configuration. */
  setting: string;
  wanted: string;
  found: string;
  /** With it, services must not start: keys would go elsewhere, or messages that have to stay would be deleted. */
  fatal: boolean;
}

/** Where a topic differs from what it should be. */
export function driftOf(topic: Topic, found: FoundTopic | undefined): Drift[] {
  const drift = (setting: string, wanted: string, is: string, fatal: boolean): Drift => ({
    topic: topic.name,
    setting,
    wanted,
    found: is,
    fatal,
  });
  if (!found) return [drift('topic', 'there', 'missing', true)];
  const differing: Drift[] = [];
  if (found.partitions !== topic.partitions)
    differing.push(drift('partitions', String(topic.partitions), String(found.partitions), true));
  if (!found.configuration) return differing;
  for (const [setting, wanted] of Object.entries(topicConfiguration(topic))) {
    const is = found.configuration[setting] ?? 'unknown';
    if (!same(is, wanted)) differing.push(drift(setting, wanted, is, setting === 'cleanup.policy'));
  }
  return differing;
}

/** The broker may write a number in another way than we do, like `0.10`. */
function same(found: string, wanted: string): boolean {
  return found === wanted || (found !== '' && Number(found) === Number(wanted));
}

/** A difference in words. */
export function describeDrift({ topic, setting, wanted, found, fatal }: Drift): string {
  if (setting === 'topic') return `topic ${topic} is missing: run npm run topics:apply`;
  if (setting === 'partitions')
    return `topic ${topic} has ${found} partitions instead of ${wanted}: make it anew (or take another TOPIC_PREFIX); the number can't be changed`;
  return `topic ${topic}: ${setting} is ${found} instead of ${wanted}${fatal ? ': set it right before anything is lost' : ''}`;
}
