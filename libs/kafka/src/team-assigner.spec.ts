import { spreadByTeam } from './team-assigner';

const TOPICS = ['a', 'b'];
const members = (count: number, topics = TOPICS): Map<string, string[]> =>
  new Map(Array.from({ length: count }, (_, index) => [`member-${index}`, topics]));

describe('who gets which partitions', () => {
  it.each([1, 2, 3, 5, 7, 12, 20])('each partition goes to one of %i members, evenly, the same of every topic', (count) => {
    const spread = spreadByTeam(
      members(count),
      new Map([
        ['a', 12],
        ['b', 12],
      ]),
    );
    const owners = new Map<number, string>();
    for (const [member, topics] of spread)
      for (const partition of topics.get('a') ?? []) {
        expect(owners.has(partition)).toBe(false);
        owners.set(partition, member);
      }
    expect(owners.size).toBe(12);
    for (const topics of spread.values()) expect(topics.get('b')).toEqual(topics.get('a'));
    const shares = [...spread.values()].map((topics) => topics.get('a')?.length ?? 0);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it('gives a topic only to those who read it', () => {
    const spread = spreadByTeam(
      new Map([
        ['old', ['a']],
        ['new', ['a', 'b']],
      ]),
      new Map([
        ['a', 2],
        ['b', 2],
      ]),
    );
    expect(Object.fromEntries(spread.get('old')!)).toEqual({ a: [1] });
    expect(Object.fromEntries(spread.get('new')!)).toEqual({ a: [0], b: [0, 1] });
  });
});
