import type { Outcome } from './look.rules';
import {
  MAX_REMEMBERED,
  NOTHING_SAID,
  whatToSay,
  type CheckOutcome,
  type Findings,
  type Memory,
  type Speech,
} from './said.rules';

const T1 = '2026-03-02T12:00:00.000Z';
const T2 = '2026-03-05T12:00:00.000Z';
const HOOK = '2026-03-02T12:00:00.400Z';
const ADA = { name: 'Ada Example', email: 'ada@example.com' };
const BASIC = { packageId: 'p-basic', name: 'Basic' };
const HAND = { commandId: 'cmd-1', by: 'user:1' };

const request = (checkId: string, transitionAt = T1, rest: object = { package: BASIC }): Outcome => ({
  kind: 'request',
  checkId,
  transitionAt,
  applicant: ADA,
  ...rest,
});
const skipped = (reason: 'left-stage' | 'archived' | 'gone' | 'before-enabled', transitionAt?: string): Outcome => ({
  kind: 'skipped',
  reason,
  ...(transitionAt ? { transitionAt } : {}),
});

function findings(outcome?: Outcome, checks: CheckOutcome[] = [], rest: Partial<Findings> = {}): Findings {
  return {
    teamId: 'team-1',
    opportunityId: 'opportunity-1',
    ...(outcome ? { owed: { outcome, triggeredAt: HOOK } } : {}),
    checks,
    applicantMark: 'ada',
    ...rest,
  };
}
const check = (checkId: string, transitionAt: string, outcome: Outcome, rest: object = {}): CheckOutcome => ({
  known: { checkId, transitionAt },
  outcome,
  mustTell: false,
  ...rest,
});
const short = (speeches: readonly Speech[]): string[] =>
  speeches.map((speech) =>
    speech.kind === 'request'
      ? `request ${speech.checkId}`
      : speech.kind === 'withdrawal'
        ? `withdraw ${speech.checkId}: ${speech.reason}`
        : `${speech.outcome}: ${speech.reason}`,
  );

/** Looks one after the other, each remembering the ones before. */
function talk(...looks: Findings[]): { said: string[][]; memory: Memory; speeches: Speech[][] } {
  let memory = NOTHING_SAID;
  const speeches: Speech[][] = [];
  for (const look of looks) {
    const turn = whatToSay(memory, look);
    speeches.push(turn.speeches);
    memory = turn.memory;
  }
  return { said: speeches.map(short), memory, speeches };
}

describe('what a look says', () => {
  it('says a decision once, however often the same is found', () => {
    expect(talk(findings(request('c-1')), findings(request('c-1')), findings(request('c-1'))).said).toEqual([
      ['request c-1'],
      [],
      [],
    ]);
    expect(talk(findings(skipped('left-stage', T1)), findings(skipped('left-stage', T1))).said).toEqual([
      ['skipped: left-stage'],
      [],
    ]);
  });

  it('says it again when the package, the problem or the applicant changed', () => {
    const { said } = talk(
      findings(request('c-1', T1, { problem: 'no-email', package: BASIC })),
      findings(request('c-1')),
      findings(request('c-1', T1, { package: { packageId: 'p-deep', name: 'Deep' } })),
      findings(request('c-1', T1, { package: { packageId: 'p-deep', name: 'Deep' } }), [], { applicantMark: 'eve' }),
    );
    expect(said).toEqual([['request c-1'], ['request c-1'], ['request c-1'], ['request c-1']]);
  });

  it('gives a repeat after a crash the same ids and a second telling others', () => {
    const first = whatToSay(NOTHING_SAID, findings(request('c-1')));
    const afterCrash = whatToSay(NOTHING_SAID, findings(request('c-1')));
    expect(afterCrash.speeches).toEqual(first.speeches);
    const asked = whatToSay(first.memory, findings(undefined, [check('c-1', T1, request('c-1'), { mustTell: true })]));
    expect(short(asked.speeches)).toEqual(['request c-1']);
    expect(asked.speeches[0]!.id).not.toBe(first.speeches[0]!.id);
  });

  it('gives a line that comes back after another one an id of its own', () => {
    const { speeches } = talk(
      findings(skipped('archived', T1)),
      findings(skipped('left-stage', T1)),
      findings(skipped('archived', T1)),
    );
    expect(new Set(speeches.flat().map((speech) => speech.id)).size).toBe(3);
  });

  it('asks back what it asked for and is no longer owed, once, and adds no line about that transition', () => {
    const left = findings(skipped('left-stage', T1), [check('c-1', T1, skipped('left-stage', T1))]);
    const { said, memory } = talk(findings(request('c-1')), left, left);
    expect(said).toEqual([['request c-1'], ['withdraw c-1: left-stage'], []]);
    expect(memory.said).toEqual([expect.objectContaining({ checkId: 'c-1', state: 'withdrawn' })]);
  });

  it('says nothing more of a transition that was asked for when the stage changes later', () => {
    const left = findings(skipped('left-stage', T1), [check('c-1', T1, skipped('left-stage', T1))]);
    expect(talk(findings(request('c-1')), left, findings(skipped('archived', T1))).said[2]).toEqual([]);
  });

  it('asks for the next transition and leaves the check of the one before alone', () => {
    const again = findings(request('c-2', T2), [check('c-1', T1, request('c-1'))]);
    const { said, memory } = talk(findings(request('c-1')), again);
    expect(said[1]).toEqual(['request c-2']);
    expect(memory.said.map((entry) => entry.state)).toEqual(['asked', 'asked']);
  });

  it('answers the dispatcher even if nothing changed, also for a check it does not remember', () => {
    expect(
      talk(findings(request('c-1')), findings(undefined, [check('c-1', T1, request('c-1'), { mustTell: true })])).said[1],
    ).toEqual(['request c-1']);
    expect(talk(findings(undefined, [check('c-9', T1, request('c-9'), { mustTell: true })])).said).toEqual([['request c-9']]);
  });

  it('asks a check back whenever the dispatcher asks, though it was asked back before', () => {
    const left = skipped('left-stage', T1);
    const { said } = talk(
      findings(request('c-1')),
      findings(left, [check('c-1', T1, left)]),
      findings(undefined, [check('c-1', T1, left, { mustTell: true })]),
    );
    expect(said[2]).toEqual(['withdraw c-1: left-stage']);
  });

  it('says one thing for a check that is owed by the stage and asked about at once', () => {
    const both = findings(request('c-1'), [check('c-1', T1, request('c-1'), { mustTell: true })]);
    expect(talk(findings(request('c-1')), both).said[1]).toEqual(['request c-1']);
    expect(talk(both).said[0]).toEqual(['request c-1']);
  });

  it('says an order by hand before what the stage owes, and only once for a repeated command', () => {
    const hand = { known: { checkId: 'c-h', transitionAt: T2, byHand: HAND }, outcome: request('c-h', T2), mustTell: false };
    const { said, speeches } = talk(findings(request('c-1'), [hand]), findings(undefined, [hand]));
    expect(said).toEqual([['request c-h', 'request c-1'], []]);
    expect(speeches[0]![0]).toMatchObject({ byHand: HAND });
  });

  it('says why an order by hand came to nothing', () => {
    const hand = { known: { checkId: 'c-h', transitionAt: T2, byHand: HAND }, outcome: skipped('archived', T1), mustTell: false };
    const { said, speeches } = talk(findings(undefined, [hand]), findings(undefined, [hand]));
    expect(said).toEqual([['skipped: archived'], []]);
    expect(speeches[0]![0]).toMatchObject({ checkId: 'c-h', transitionAt: T2 });
  });

  it('keeps the person who ordered when the dispatcher asks for fresh facts', () => {
    const hand = { known: { checkId: 'c-h', transitionAt: T2, byHand: HAND }, outcome: request('c-h', T2), mustTell: true };
    expect(talk(findings(undefined, [hand])).speeches[0]![0]).toMatchObject({ kind: 'request', byHand: HAND });
  });

  it('says that it waits for the transition, then that it found it', () => {
    const { said, speeches } = talk(
      findings({ kind: 'again', reason: 'no-transition', inMs: 2000 }),
      findings({ kind: 'again', reason: 'no-transition', inMs: 5000 }),
      findings(request('c-1')),
    );
    expect(said).toEqual([['waiting: no-transition'], [], ['request c-1']]);
    expect(speeches[0]![0]).toMatchObject({ inMs: 2000 });
  });

  it('says of every move without a transition what became of it', () => {
    const gone = (triggeredAt: string): Findings => findings(undefined, [], { owed: { outcome: skipped('gone'), triggeredAt } });
    expect(talk(gone(HOOK), gone(HOOK), gone(T2)).said).toEqual([['skipped: gone'], [], ['skipped: gone']]);
  });

  it('says nothing while the connection is broken', () => {
    const waiting: Outcome = { kind: 'waiting', reason: 'connection-broken' };
    expect(talk(findings(waiting, [check('c-1', T1, waiting, { mustTell: true })])).said).toEqual([[]]);
  });

  it('tells once that a check it is asked about is closed to the key, and tells the facts when it is open again', () => {
    const closed = check('c-1', T1, { kind: 'failed', reason: 'confidential' }, { mustTell: true });
    const { said } = talk(
      findings(request('c-1')),
      findings(undefined, [closed]),
      findings(undefined, [closed]),
      findings(request('c-1')),
    );
    expect(said).toEqual([['request c-1'], ['failed: confidential'], [], ['request c-1']]);
  });

  it('remembers the newest decisions and never forgets what is still asked for', () => {
    let memory = whatToSay(NOTHING_SAID, findings(request('c-1'))).memory;
    for (let day = 10; day < 40; day += 1)
      memory = whatToSay(memory, findings(skipped('before-enabled', `2026-03-${day}T00:00:00.000Z`))).memory;
    expect(memory.said).toHaveLength(MAX_REMEMBERED);
    expect(memory.said[0]).toMatchObject({ checkId: 'c-1', state: 'asked' });
    expect(memory.said.at(-1)).toMatchObject({ subject: '2026-03-39T00:00:00.000Z' });
  });

  it('counts the looks that said something', () => {
    expect(talk(findings(request('c-1')), findings(request('c-1')), findings(request('c-2', T2))).memory.spoken).toBe(2);
  });
});
