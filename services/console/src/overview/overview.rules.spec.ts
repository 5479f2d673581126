import { BUCKETS_PER_DOUBLING, dayStartsOf, quantileMs, type Bucket } from './overview.rules';

const NOW = Date.parse('2026-11-03T15:00:00.000Z');

test.each<[string, string, string[] | undefined]>([
  ['today alone', '2026-11-03T05:00:00.000Z', ['2026-11-03T05:00:00.000Z']],
  [
    'days of which one has 25 hours',
    '2026-10-31T04:00:00.000Z,2026-11-01T04:00:00.000Z,2026-11-02T05:00:00.000Z,2026-11-03T05:00Z',
    ['2026-10-31T04:00:00.000Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z', '2026-11-03T05:00:00.000Z'],
  ],
  ['a day that has begun on the other side of the world', '2026-11-03T15:30:00.000Z', ['2026-11-03T15:30:00.000Z']],
  ['a day long past', '2026-11-01T05:00:00.000Z', undefined],
  ['a day to come', '2026-11-04T05:00:00.000Z', undefined],
  ['days with a gap', '2026-11-01T05:00:00.000Z,2026-11-03T05:00:00.000Z', undefined],
  ['days the wrong way round', '2026-11-03T05:00:00.000Z,2026-11-02T05:00:00.000Z', undefined],
  ['no times', 'today', undefined],
  ['nothing', '', undefined],
  ['no time of a calendar', '2026-13-03T05:00:00.000Z', undefined],
  [
    'more than fourteen',
    Array.from({ length: 15 }, (_, index) => new Date(NOW - (15 - index) * 86_400_000).toISOString()).join(','),
    undefined,
  ],
])('the days of a reader: %s', (_, text, starts) => {
  expect(dayStartsOf(text, NOW)).toEqual(starts);
});

const histogram = (times: readonly number[]): Bucket[] => {
  const counts = new Map<number, number>();
  for (const time of times) {
    const bucket = Math.floor(BUCKETS_PER_DOUBLING * Math.log2(time));
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([bucket, count]) => ({ bucket, count }));
};

test.each([
  [0.5, 500],
  [0.9, 900],
  [0.99, 990],
])('of a thousand times the %p quantile is told to within five per cent', (part, index) => {
  const times = Array.from({ length: 1000 }, (_, n) => 20 + 1.01 ** n);
  const exact = times[index - 1]!;
  expect(Math.abs(quantileMs(histogram(times), part)! / exact - 1)).toBeLessThan(0.05);
});

test('one time is told to within ten per cent, none is told as none', () => {
  expect(Math.abs(quantileMs(histogram([22_000]), 0.5)! / 22_000 - 1)).toBeLessThan(0.1);
  expect(quantileMs([], 0.5)).toBeNull();
});
