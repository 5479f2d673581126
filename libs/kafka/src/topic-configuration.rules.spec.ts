import { TOPIC_LIST, TOPICS, type Topic } from '@lever-certn/events/topics';
import { describeDrift, driftOf, topicConfiguration } from './topic-configuration.rules';

const compacted = TOPICS.teamSettings as unknown as Topic;
const deleted = TOPICS.commands as unknown as Topic;
const asWanted = (topic: Topic) => ({ partitions: topic.partitions, configuration: topicConfiguration(topic) });

describe('how a topic should be', () => {
  it.each(TOPIC_LIST.map((topic) => [topic.name, topic] as const))('%s as we make it shows no difference', (_, topic) => {
    expect(driftOf(topic, asWanted(topic))).toEqual([]);
  });

  it.each([
    ['a topic that is missing', deleted, undefined, 'topic', true],
    ['another partition count', deleted, { ...asWanted(deleted), partitions: 3 }, 'partitions', true],
    [
      'a compacted topic that deletes',
      compacted,
      withConfiguration(compacted, 'cleanup.policy', 'delete'),
      'cleanup.policy',
      true,
    ],
    ['a topic that is compacted', deleted, withConfiguration(deleted, 'cleanup.policy', 'compact'), 'cleanup.policy', true],
    ['both policies', compacted, withConfiguration(compacted, 'cleanup.policy', 'compact,delete'), 'cleanup.policy', true],
    ['another retention', deleted, withConfiguration(deleted, 'retention.ms', '1000'), 'retention.ms', false],
    ['a smaller message', deleted, withConfiguration(deleted, 'max.message.bytes', '1000'), 'max.message.bytes', false],
  ])('tells %s', (_, topic, found, setting, fatal) => {
    const drift = driftOf(topic, found);
    expect(drift).toMatchObject([{ topic: topic.name, setting, fatal }]);
    expect(describeDrift(drift[0]!)).toContain(topic.name);
  });

  it('takes the same number written in another way for the same, and leaves alone what we may not read or do not set', () => {
    expect(driftOf(compacted, withConfiguration(compacted, 'min.cleanable.dirty.ratio', '0.10'))).toEqual([]);
    expect(driftOf(compacted, withConfiguration(compacted, 'flush.ms', '5'))).toEqual([]);
    expect(driftOf(compacted, { partitions: compacted.partitions, configuration: undefined })).toEqual([]);
  });

  it('keeps segments well below the time messages are kept, or messages would stay for longer', () => {
    for (const topic of TOPIC_LIST.filter(({ cleanup }) => cleanup === 'delete'))
      expect(Number(topicConfiguration(topic)['segment.ms'])).toBeLessThanOrEqual(topic.retentionMs / 6);
  });
});

function withConfiguration(topic: Topic, name: string, value: string) {
  return { partitions: topic.partitions, configuration: { ...topicConfiguration(topic), [name]: value } };
}
