import { CHECK_REASONS } from '@lever-certn/events/check-statuses.rules';
import { commandIdOf, orderCommand, resolveCommand, VALID_FOR_MS } from './commands.rules';
import { cureOf } from './cures.rules';
import { nextTryOf, type TryLine } from './next-try.rules';

const line = (second: number, over: Partial<TryLine>): TryLine => ({
  at: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
  kind: 'attempt',
  outcome: 'waiting',
  step: 'order',
  reason: 'unavailable',
  nextTryAt: null,
  ...over,
});
const T = '2026-01-01T00:01:00.000Z';
const T2 = '2026-01-01T00:02:00.000Z';

describe('the next try', () => {
  test.each<[string, TryLine[], object | null]>([
    ['is none of an empty timeline', [], null],
    [
      'is what the last attempt says',
      [line(1, { nextTryAt: T }), line(2, { nextTryAt: T2 })],
      { at: T2, why: 'unavailable', step: 'order' },
    ],
    [
      'is the earliest of several steps',
      [line(1, { nextTryAt: T2 }), line(2, { step: 'tag', nextTryAt: T })],
      { at: T, why: 'unavailable', step: 'tag' },
    ],
    ['is over when Certn told a status', [line(1, { nextTryAt: T }), line(2, { kind: 'status', step: null })], null],
    [
      'is over when the check waits for a person',
      [line(1, { nextTryAt: T }), line(2, { kind: 'problem', step: null, outcome: 'raised', reason: 'needs-attention' })],
      null,
    ],
    [
      'of a tag is not over with a status',
      [line(1, { step: 'tag', nextTryAt: T }), line(2, { kind: 'status', step: null })],
      { at: T, why: 'unavailable', step: 'tag' },
    ],
    [
      'of a tag is over when the tag is written',
      [line(1, { step: 'tag', nextTryAt: T }), line(2, { kind: 'done', step: 'tag' })],
      null,
    ],
    [
      'of a tag is over when it was given up',
      [line(1, { step: 'tag', nextTryAt: T }), line(2, { step: 'tag', outcome: 'failed' })],
      null,
    ],
    [
      'of a look is over with a decision',
      [line(1, { step: 'look', nextTryAt: T }), line(2, { kind: 'decision', step: 'look' })],
      null,
    ],
    [
      'of a look is over when a check is asked for',
      [line(1, { step: 'look', nextTryAt: T }), line(2, { kind: 'requested', step: null })],
      null,
    ],
    [
      'is told by a decision that waits',
      [line(1, { kind: 'decision', step: 'look', reason: 'no-transition', nextTryAt: T })],
      { at: T, why: 'no-transition', step: 'look' },
    ],
    ['does not depend on the order of the lines', [line(2, { kind: 'done' }), line(1, { nextTryAt: T })], null],
  ])('%s', (_, lines, expected) => expect(nextTryOf(lines)).toEqual(expected));
});

test('every reason of a check that a person can do something about has its cure', () => {
  const others = ['left-stage', 'archived', 'gone', 'not-contactable', 'dropped'];
  const general = cureOf(null);
  for (const reason of CHECK_REASONS)
    if (!others.includes(reason)) expect([reason, cureOf(reason)]).not.toEqual([reason, general]);
});

describe('a command', () => {
  const head = { teamId: 't', commandId: 'c', by: 'user:1', nowMs: Date.parse('2026-01-01T00:00:00Z') };

  test('has the same id for the same key of the same caller, and else another', () => {
    const id = commandIdOf('t', 'user:1', 'order o', 'key', 'random');
    expect(commandIdOf('t', 'user:1', 'order o', 'key', 'other')).toBe(id);
    expect(commandIdOf('t', 'user:2', 'order o', 'key', 'other')).not.toBe(id);
    expect(commandIdOf('u', 'user:1', 'order o', 'key', 'other')).not.toBe(id);
    expect(commandIdOf('t', 'user:1', 'order p', 'key', 'other')).not.toBe(id);
    expect(commandIdOf('t', 'user:1', 'order o', undefined, 'random')).toBe('random');
  });

  test('is valid for less than its topic keeps it', () => {
    expect(orderCommand(head, 'o', 'because', undefined)).toEqual({
      type: 'order',
      teamId: 't',
      commandId: 'c',
      by: 'user:1',
      at: '2026-01-01T00:00:00.000Z',
      validUntil: '2026-01-01T23:00:00.000Z',
      opportunityId: 'o',
      reason: 'because',
    });
    expect(VALID_FOR_MS).toBeLessThan(86_400_000);
  });

  test('names the case, where a person adopts one', () => {
    expect(resolveCommand(head, 'o', 'k', { resolution: 'case', caseId: 'x' })).toMatchObject({
      type: 'resolve',
      checkId: 'k',
      resolution: 'case',
      caseId: 'x',
    });
    expect(resolveCommand(head, 'o', 'k', { resolution: 'drop' })).not.toHaveProperty('caseId');
  });
});
