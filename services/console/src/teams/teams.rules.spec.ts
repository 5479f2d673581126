import type { TeamSettings } from '@lever-certn/events/team-settings';
import { enablingOf, type EnablingFacts } from './enabling.rules';
import { certnPermissions, leverPermissions } from './permissions.rules';
import { repairsOf } from './settings-check.rules';
import { chooseStage, stageFinding } from './stage-choice.rules';
import { connectionCure } from './connection-cures.rules';
import { missingParts, warningsOf } from './team-parts.rules';

const enabling = (over: Partial<EnablingFacts>): EnablingFacts => ({
  enabled: false,
  stageId: 's',
  activeStageId: 's',
  activeSinceMs: 1000,
  pausedAtMs: 5000,
  clockMs: 9000,
  includeSinceMs: undefined,
  ...over,
});

describe('enabling', () => {
  test.each<[string, Partial<EnablingFacts>, object]>([
    [
      'for the first time begins with the next second of Lever’s clock',
      { activeSinceMs: undefined, activeStageId: undefined },
      { kind: 'begin', activeSinceMs: 10_000 },
    ],
    ['with another stage begins with the next second', { stageId: 'other' }, { kind: 'begin', activeSinceMs: 10_000 }],
    [
      'with another stage takes no earlier time',
      { stageId: 'other', includeSinceMs: 2000 },
      { kind: 'refused', field: 'includeSince', why: 'not-paused' },
    ],
    ['what is enabled does nothing', { enabled: true }, { kind: 'nothing' }],
    ['after a pause asks about those who moved meanwhile', {}, { kind: 'ask', sinceMs: 5000, nowMs: 10_000 }],
    [
      'after a pause that our clock began in Lever’s future asks all the same',
      { pausedAtMs: 11_000 },
      { kind: 'ask', sinceMs: 11_000, nowMs: 11_001 },
    ],
    [
      'including the whole pause keeps the time',
      { includeSinceMs: 5000 },
      { kind: 'go-on', activeSinceMs: 1000, includeSinceMs: 5000 },
    ],
    [
      'including more than the pause keeps the time',
      { includeSinceMs: 1000 },
      { kind: 'go-on', activeSinceMs: 1000, includeSinceMs: 1000 },
    ],
    [
      'including a part of the pause moves the time',
      { includeSinceMs: 7000 },
      { kind: 'go-on', activeSinceMs: 7000, includeSinceMs: 7000 },
    ],
    [
      'including nothing moves the time to now',
      { includeSinceMs: 10_000 },
      { kind: 'go-on', activeSinceMs: 10_000, includeSinceMs: 10_000 },
    ],
    [
      'including what is to come is refused',
      { includeSinceMs: 10_001 },
      { kind: 'refused', field: 'includeSince', why: 'ahead' },
    ],
    [
      'including what was before it was active is refused',
      { includeSinceMs: 999 },
      { kind: 'refused', field: 'includeSince', why: 'too-early' },
    ],
  ])('%s', (_, over, expected) => expect(enablingOf(enabling(over))).toEqual(expected));
});

describe('the trigger stage', () => {
  const stages = [
    { id: 'a', name: 'Background Check' },
    { id: 'b', name: 'Twice' },
    { id: 'c', name: ' twice' },
    { id: 'd', name: 'Café' },
  ];
  test.each([
    [{ id: 'b' }, { ok: true, id: 'b', name: 'Twice' }],
    [{ id: 'x' }, { ok: false, problem: 'stage-unknown' }],
    [{ name: 'background check ' }, { ok: true, id: 'a', name: 'Background Check' }],
    [{ name: 'CAFE\u0301' }, { ok: true, id: 'd', name: 'Café' }],
    [{ name: 'TWICE' }, { ok: false, problem: 'stage-ambiguous' }],
    [{ name: 'gone' }, { ok: false, problem: 'stage-unknown' }],
    [
      { id: 'a', name: 'gone' },
      { ok: true, id: 'a', name: 'Background Check' },
    ],
  ])('%j is %j', (wish, expected) => expect(chooseStage(wish, stages)).toEqual(expected));
});

const settings = (over: Partial<TeamSettings> = {}): TeamSettings => ({
  teamId: 't',
  version: 1,
  integrationId: 'i',
  name: 'Team',
  enabled: false,
  tagProfile: 'classic',
  shareResults: false,
  packages: [{ packageId: 'p', name: 'A', active: true }],
  defaultPackageId: 'p',
  lever: {
    account: 'a',
    apiKey: 'k',
    signatureTokens: [{ id: 'x', value: 'v', setAt: '' }],
    triggerStage: { id: 's', name: 'S' },
  },
  certn: { account: 'c', apiKey: 'k', region: 'ca', webhookSecrets: [{ id: 'y', value: 'v', setAt: '' }] },
  savedAt: '',
  ...over,
});

describe('what is missing', () => {
  const lever = settings().lever!;
  test.each<[string, Partial<TeamSettings>, string[]]>([
    ['nothing', {}, []],
    [
      'everything',
      { lever: undefined, certn: undefined, packages: [], defaultPackageId: undefined },
      ['lever-key', 'signature-token', 'trigger-stage', 'default-package', 'certn-key'],
    ],
    ['a token', { lever: { ...lever, signatureTokens: [] } }, ['signature-token']],
    ['a stage', { lever: { ...lever, triggerStage: undefined } }, ['trigger-stage']],
    ['a default', { defaultPackageId: undefined }, ['default-package']],
    ['an active default', { packages: [{ packageId: 'p', name: 'A', active: false }] }, ['default-package']],
    ['a Certn key', { certn: undefined }, ['certn-key']],
  ])('%s', (_, over, expected) => expect(missingParts(settings(over)).map(({ part }) => part)).toEqual(expected));

  const certn = settings().certn!;
  const now = Date.parse('2026-06-01T00:00:00Z');
  test.each<[string, Partial<TeamSettings>, ('lever' | 'certn')[], string[]]>([
    ['nothing', {}, [], []],
    ['a webhook secret', { certn: { ...certn, webhookSecrets: [] } }, [], ['certn-webhook-secret']],
    ['a key with 31 days to go is fine', { certn: { ...certn, keyExpiresAt: '2026-07-02T00:00:00.000Z' } }, [], []],
    ['a key with 30 days to go', { certn: { ...certn, keyExpiresAt: '2026-07-01T00:00:00.000Z' } }, [], ['certn-key-expires']],
    ['a key that has ended', { certn: { ...certn, keyExpiresAt: '2026-06-01T00:00:00.000Z' } }, [], ['certn-key-expired']],
    ['broken connections', {}, ['lever', 'certn'], ['lever-broken', 'certn-broken']],
  ])('warned of: %s', (_, over, broken, expected) =>
    expect(warningsOf(settings(over), { broken, stageVanished: false }, now).map(({ part }) => part)).toEqual(expected),
  );
});

test('a vanished trigger stage is warned of before everything else', () => {
  const seen = { broken: ['lever'], stageVanished: true } as const;
  expect(warningsOf(settings(), seen, 0).map(({ part }) => part)).toEqual(['trigger-stage-vanished', 'lever-broken']);
});

describe('permissions', () => {
  const unseen = { seen: 'unseen', tried: 'unknown' } as const;
  test.each([
    [
      { stages: null, opportunities: null },
      { tags: { seen: 'works', tried: 'forbidden' }, links: { seen: 'works', tried: 'unknown' } },
      ['works', 'works', 'works', 'works'],
    ],
    [
      { stages: 'forbidden', opportunities: null },
      { tags: { seen: 'unseen', tried: 'not-refused' }, links: { seen: 'forbidden', tried: 'not-refused' } },
      ['missing', 'works', 'unknown', 'missing'],
    ],
    [
      { stages: 'unavailable', opportunities: 'unauthorized' },
      { tags: unseen, links: unseen },
      ['unknown', 'missing', 'unknown', 'unknown'],
    ],
    [
      { stages: null, opportunities: null },
      { tags: { seen: 'unseen', tried: 'forbidden' }, links: { seen: 'unseen', tried: 'perform-as' } },
      ['works', 'works', 'missing', 'missing'],
    ],
  ] as const)('of Lever: %j, %j', (reads, writes, expected) => {
    const answers = leverPermissions(reads, writes);
    expect(answers.map(({ state }) => state)).toEqual(expected);
    for (const { state, cure } of answers) expect(cure === null).toBe(state === 'works');
  });

  test('of Certn', () => {
    expect(certnPermissions({ cases: null }, 'forbidden').map(({ state }) => state)).toEqual(['works', 'missing']);
    expect(certnPermissions({ cases: 'forbidden' }, 'unseen').map(({ state }) => state)).toEqual(['missing', 'unknown']);
  });
});

test.each([
  ['ok', null, null],
  ['broken', 'unauthorized', expect.stringContaining('365 days')],
  ['broken', 'forbidden', expect.stringContaining('may not')],
  ['broken', 'anything', expect.stringContaining('365 days')],
  ['unknown', 'rate-limited', expect.stringContaining('by itself')],
  ['unknown', null, 'Test the connection.'],
] as const)('a connection that is %s because of %s has its cure', (state, reason, expected) => {
  expect(connectionCure('certn', state, reason)).toEqual(expected);
});

describe('the trigger stage in the live list', () => {
  const stages = [
    { id: 's1', name: 'Background Check' },
    { id: 's2', name: 'Offer' },
    { id: 's3', name: 'offer ' },
  ];
  test.each([
    [
      'is found by its id, under the name it has now',
      { id: 's1', name: 'Old name' },
      stages,
      { id: 's1', name: 'Background Check', state: 'found' },
    ],
    [
      'is found by its name while only that is known',
      { name: 'background check' },
      stages,
      { id: 's1', name: 'Background Check', state: 'found' },
    ],
    ['has vanished', { id: 's9', name: 'Gone' }, stages, { id: 's9', name: 'Gone', state: 'vanished' }],
    [
      'is not known without a list',
      { id: 's1', name: 'Background Check' },
      undefined,
      { id: 's1', name: 'Background Check', state: 'unknown' },
    ],
  ] as const)('%s', (_, saved, list, expected) => expect(stageFinding(saved, list)).toEqual(expected));
});

describe('comparing Kafka with the tables', () => {
  const table = (entries: Record<string, [number, boolean?]>): Map<string, { version: number; deleted: boolean }> =>
    new Map(Object.entries(entries).map(([id, [version, deleted = false]]) => [id, { version, deleted }]));
  test.each<[string, Record<string, [number, boolean?]>, [string, number][], object[]]>([
    ['the same', { a: [3] }, [['a', 3]], []],
    ['not published', { a: [3] }, [], [{ kind: 'republish', teamId: 'a', above: 3 }]],
    ['an older version published', { a: [3] }, [['a', 2]], [{ kind: 'republish', teamId: 'a', above: 3 }]],
    [
      'a newer version published, so the database is an old one',
      { a: [3] },
      [['a', 7]],
      [{ kind: 'republish', teamId: 'a', above: 7 }],
    ],
    ['deleted and still published', { a: [3, true] }, [['a', 2]], [{ kind: 'tombstone', teamId: 'a' }]],
    ['deleted and gone', { a: [3, true] }, [], []],
    ['unknown to the tables', {}, [['a', 2]], [{ kind: 'unknown', teamId: 'a' }]],
  ])('%s', (_, rows, topic, expected) => expect(repairsOf(table(rows), new Map(topic))).toEqual(expected));
});
