import { CheckRequested } from './check-requested';
import { InvalidEventError, readEvent, writeEvent } from './cloud-event';
import { TOPICS } from './topics';

const at = '2026-01-02T03:04:05.678Z';
const requested: CheckRequested = {
  teamId: 't1',
  opportunityId: 'o1',
  checkId: 'c1',
  transitionAt: at,
  wanted: true,
  decidedAt: at,
  settingsVersion: 1,
};
const context = { id: 'e1', source: 'resolver' };
const roundTrip = (value: object, headers: Record<string, string> = {}) => {
  const message = writeEvent(TOPICS.checkRequested, requested, context);
  return readEvent(TOPICS.checkRequested, Buffer.from(JSON.stringify(value)), { ...message.headers, ...headers });
};

describe('CloudEvents over Kafka', () => {
  it('reads what it wrote, as an instance of the class, with its context', () => {
    const message = writeEvent(TOPICS.checkRequested, requested, { ...context, traceparent: '00-aa-bb-01' });
    const read = readEvent(TOPICS.checkRequested, message.value, message.headers);
    expect(read).toMatchObject({
      ok: true,
      event: requested,
      context: { id: 'e1', source: 'resolver', traceparent: '00-aa-bb-01' },
    });
    expect(read.ok && read.event).toBeInstanceOf(CheckRequested);
    expect(message.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_type: 'lever-certn.check-requested.v1',
      'content-type': 'application/json',
    });
  });

  it('keys by opportunity and puts everything of a team on one partition', () => {
    const a = writeEvent(TOPICS.checkRequested, requested, context);
    const b = writeEvent(TOPICS.checkRequested, { ...requested, opportunityId: 'o2' }, context);
    expect([a.key, b.key]).toEqual(['o1', 'o2']);
    expect(a.partition).toBe(b.partition);
  });

  it('ignores a field it does not know', () => {
    expect(roundTrip({ ...requested, later: 1 })).toMatchObject({ ok: true });
  });

  it.each([
    ['a missing field', { ...requested, teamId: undefined }, 'missing field teamId'],
    ['an unknown enum value', { ...requested, problem: 'secret-word' }, 'unknown value of problem'],
    ['a wrong type', { ...requested, wanted: 'yes' }, 'wanted must be boolean'],
    ['a time without milliseconds', { ...requested, decidedAt: '2026-01-01T00:00:00Z' }, 'decidedAt must match pattern'],
    ['a version that is no whole number', { ...requested, settingsVersion: 1.5 }, 'settingsVersion must be integer'],
    ['a withdrawal without its reason', { ...requested, wanted: false }, 'missing field reason'],
    ['a wrong nested field', { ...requested, package: { packageId: 'p' } }, 'missing field package.name'],
  ])('is poison with a reason: %s', (_, value, reason) => {
    const read = roundTrip(value);
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining(reason) as string });
  });

  it('never repeats a value in a reason', () => {
    expect(JSON.stringify(roundTrip({ ...requested, problem: 'jane@example.com', package: 'jane@example.com' }))).not.toContain(
      'jane',
    );
  });

  it.each([
    ['another major', { ce_type: 'lever-certn.check-requested.v2' }, 'another ce_type'],
    ['no id', { ce_id: '' }, 'missing header ce_id'],
  ])('is poison with a reason: %s', (_, headers, reason) => {
    expect(roundTrip(requested, headers)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) as string });
  });

  it('reads neither a message that is not JSON, nor an empty one, nor one that is not ours', () => {
    const { headers } = writeEvent(TOPICS.checkRequested, requested, context);
    expect(readEvent(TOPICS.checkRequested, Buffer.from('{'), headers)).toEqual({ ok: false, reason: 'not JSON' });
    expect(readEvent(TOPICS.checkRequested, null, headers)).toEqual({ ok: false, reason: 'no value' });
    expect(readEvent(TOPICS.checkRequested, Buffer.from('{}'), {})).toEqual({ ok: false, reason: 'missing header ce_type' });
  });

  it('refuses to write an event that breaks its schema', () => {
    expect(() => writeEvent(TOPICS.checkRequested, { ...requested, teamId: '' }, context)).toThrow(InvalidEventError);
  });
});
