import { dayStarts, placeOn, roundTop, scaleOf, spanWords } from './days.rules';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

test('days begin at the reader’s midnight, also where the clocks change', () => {
  const noon = new Date(2026, 10, 3, 12).getTime();
  const starts = dayStarts(noon, 14).map((start) => new Date(start));
  expect(starts).toHaveLength(14);
  expect(starts.map((start) => [start.getHours(), start.getMinutes()])).toEqual(Array.from({ length: 14 }, () => [0, 0]));
  expect([starts[0]!.getMonth(), starts[0]!.getDate()]).toEqual([9, 21]);
  expect([starts[13]!.getMonth(), starts[13]!.getDate()]).toEqual([10, 3]);
});

test.each([
  [40, '40 ms'],
  [450, '0.5 s'],
  [1000, '1 s'],
  [12_400, '12 s'],
  [3.5 * MINUTE, '3.5 min'],
  [2 * HOUR, '2 h'],
  [50 * HOUR, '2.1 d'],
])('%p ms in words: %p', (ms, words) => {
  expect(spanWords(ms)).toBe(words);
});

test.each<[number[], number[]]>([
  [
    [2 * SECOND, 8 * SECOND],
    [SECOND, 10 * SECOND],
  ],
  [
    [400, 20 * MINUTE],
    [100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR],
  ],
  [
    [SECOND, SECOND],
    [SECOND, 10 * SECOND],
  ],
  [
    [MINUTE, 100 * 24 * HOUR],
    [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 168 * HOUR, 1440 * HOUR],
  ],
])('a scale frames %p', (spans, scale) => {
  expect(scaleOf(spans)).toEqual(scale);
});

test('places on a scale go by multiples, and never leave it', () => {
  const scale = [SECOND, 10 * SECOND, 100 * SECOND];
  expect([SECOND, 10 * SECOND, 100 * SECOND, 1, HOUR].map((ms) => Math.round(100 * placeOn(scale, ms)))).toEqual([
    0, 50, 100, 0, 100,
  ]);
});

test.each([
  [0, 4],
  [4, 4],
  [5, 5],
  [7, 8],
  [11, 20],
  [230, 400],
  [999, 1000],
])('an axis up to %p ends at %p', (highest, top) => {
  expect(roundTop(highest)).toBe(top);
});
