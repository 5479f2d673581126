import { Gathering } from './gathering';

let passed: number[];
let gathering: Gathering<number>;

beforeEach(() => {
  jest.useFakeTimers();
  passed = [];
  gathering = new Gathering<number>(
    (a, b) => a + b,
    (item) => passed.push(item),
    { quickMs: 100, everyMs: 1000 },
  );
});
afterEach(() => jest.useRealTimers());

test('what comes after a rest goes on nearly at once', () => {
  gathering.add(1);
  jest.advanceTimersByTime(100);
  expect(passed).toEqual([1]);
});

test('a flood goes on once a second, and nothing of it is lost', () => {
  for (let n = 0; n < 50; n += 1) {
    gathering.add(1);
    jest.advanceTimersByTime(50);
  }
  jest.advanceTimersByTime(1000);
  expect(passed.length).toBeLessThanOrEqual(4);
  expect(passed.reduce((sum, item) => sum + item, 0)).toBe(50);
});

test('who stops passes on nothing', () => {
  gathering.add(1);
  gathering.stop();
  jest.advanceTimersByTime(2000);
  expect(passed).toEqual([]);
});
