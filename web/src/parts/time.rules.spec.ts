import { relativeTime, utcTime } from './time.rules';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('relative times', () => {
  test.each([
    ['2026-03-01T11:59:58Z', 'just now'],
    ['2026-03-01T12:00:20Z', 'in a moment'],
    ['2026-03-01T11:59:10Z', '1 minute ago'],
    ['2026-03-01T11:55:00Z', '5 minutes ago'],
    ['2026-03-01T14:00:00Z', 'in 2 hours'],
    ['2026-02-28T11:00:00Z', 'yesterday'],
    ['2025-01-01T12:00:00Z', 'last year'],
  ])('%s reads "%s"', (at, text) => expect(relativeTime(at, NOW)).toBe(text));
});

test('a UTC time says that it is one', () => expect(utcTime('2026-03-01T12:00:00Z')).toMatch(/12:00:00.* UTC$/));
