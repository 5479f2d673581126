import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { decide, type LookQuestion, type Outcome } from './look.rules';
import { lookQuestion as look, MINUTE_MS, NOON, NOON_MS } from './look.fixture';

const AT = { transitionAt: NOON };
const CHECK_ID = checkIdOfTransition('team-1', 'opportunity-1', NOON);
const BASIC_ORDER = { packageId: 'p-basic', name: 'Basic', services: [{ type: 'IDENTITY' }] };
const DEEP_ORDER = { packageId: 'p-deep', name: 'Deep Dive', certnPackageId: 'certn-7' };
const ADA = { name: 'Ada Example', email: 'ada@example.com' };
const request = (rest: object, check = { checkId: CHECK_ID, transitionAt: NOON }): object => ({
  kind: 'request',
  applicant: ADA,
  ...check,
  ...rest,
});
const by = (check: Partial<NonNullable<LookQuestion['check']>>): Partial<LookQuestion> => ({
  check: { checkId: 'c-9', transitionAt: '2026-03-02T13:00:00.000Z', ...check },
});
const HAND = { checkId: 'c-9', transitionAt: '2026-03-02T13:00:00.000Z' };
const moved = (
  ...changes: [stage: string, minutesFromNoon: number][]
): { stageChanges: { toStageId: string; updatedAtMs: number }[] } => ({
  stageChanges: changes.map(([toStageId, minutes]) => ({ toStageId, updatedAtMs: NOON_MS + minutes * MINUTE_MS })),
});

const ROWS: [when: string, question: LookQuestion, outcome: object][] = [
  ['the integration is disabled, whatever Lever says', look({}, { enabled: false }), { kind: 'skipped', reason: 'disabled' }],
  [
    'the integration is disabled and the key refused',
    look({}, { enabled: false }, { answer: { kind: 'unauthorized' } }),
    { kind: 'skipped', reason: 'disabled' },
  ],
  ['Lever knows no such opportunity', look({}, {}, { answer: { kind: 'not-found' } }), { kind: 'skipped', reason: 'gone' }],
  ['Lever takes no such id', look({}, {}, { answer: { kind: 'rejected' } }), { kind: 'failed', reason: 'rejected' }],
  ['the contact is anonymised', look({ isAnonymized: true, contactAllowed: false }), { kind: 'skipped', reason: 'gone' }],
  ['the contact may not be contacted', look({ contactAllowed: false }), { kind: 'skipped', reason: 'not-contactable', ...AT }],
  ['the key is refused', look({}, {}, { answer: { kind: 'unauthorized' } }), { kind: 'waiting', reason: 'connection-broken' }],
  [
    'only this opportunity is closed to the key',
    look({}, {}, { answer: { kind: 'forbidden', stagesWork: true } }),
    { kind: 'failed', reason: 'confidential' },
  ],
  [
    'everything is closed to the key',
    look({}, {}, { answer: { kind: 'forbidden', stagesWork: false } }),
    { kind: 'waiting', reason: 'connection-broken' },
  ],
  [
    'it is archived, in the stage or not',
    look({ archived: true, stageId: 'offer' }),
    { kind: 'skipped', reason: 'archived', ...AT },
  ],
  ['it has left the stage', look({ stageId: 'offer' }), { kind: 'skipped', reason: 'left-stage', ...AT }],
  [
    'it has left the stage and never was in it as far as Lever tells',
    look({ stageId: 'offer', stageChanges: null }),
    { kind: 'skipped', reason: 'left-stage' },
  ],
  ['Lever does not say where it is', look({ stageId: null }), { kind: 'again', reason: 'no-transition', inMs: 2000 }],
  [
    'Lever still does not say where it is',
    look({ stageId: null }, {}, { lookups: 4 }),
    { kind: 'failed', reason: 'no-transition' },
  ],
  [
    'Lever does not say where it is of a check asked about',
    look({ stageId: null }, {}, by({})),
    { kind: 'again', reason: 'no-transition', inMs: 2000 },
  ],
  [
    'by hand: Lever does not say where it is',
    look({ stageId: null }, {}, by({ byHand: {} })),
    request({ package: BASIC_ORDER }, HAND),
  ],
  ['Lever records no stage changes', look({ stageChanges: null }), { kind: 'again', reason: 'no-transition', inMs: 2000 }],
  ['the stage changes are empty', look({ stageChanges: [] }), { kind: 'again', reason: 'no-transition', inMs: 2000 }],
  [
    'the newest change by time is to another stage, though it stands first in the list',
    look(moved(['offer', 5], ['background-check', 0])),
    { kind: 'again', reason: 'no-transition', inMs: 2000 },
  ],
  [
    'the newest change by time stands first in the list',
    look(moved(['background-check', 0], ['lead-new', -5])),
    request({ package: BASIC_ORDER }),
  ],
  [
    'the newest change is over a minute older than the webhook',
    look(moved(['background-check', 0]), {}, { triggeredAt: '2026-03-02T12:01:00.001Z' }),
    { kind: 'again', reason: 'no-transition', inMs: 2000 },
  ],
  [
    'the newest change is a minute older than the webhook',
    look({}, {}, { triggeredAt: '2026-03-02T12:01:00.000Z' }),
    request({ package: BASIC_ORDER }),
  ],
  [
    'no webhook led here and the newest change is a day old',
    look({}, {}, { triggeredAt: null }),
    request({ package: BASIC_ORDER }),
  ],
  ...(
    [
      [1, 5000],
      [2, 15_000],
      [3, 60_000],
    ] as const
  ).map(([lookups, inMs]): [string, LookQuestion, object] => [
    `${lookups} lookups found no transition`,
    look({ stageChanges: null }, {}, { lookups }),
    { kind: 'again', reason: 'no-transition', inMs },
  ]),
  [
    'the last lookup found no transition',
    look({ stageChanges: null }, {}, { lookups: 4 }),
    { kind: 'failed', reason: 'no-transition' },
  ],
  [
    'the transition is a millisecond older than the integration',
    look({}, { activeSince: '2026-03-02T12:00:00.001Z' }),
    { kind: 'skipped', reason: 'before-enabled', ...AT },
  ],
  ['the transition is as old as the integration', look({}, { activeSince: NOON }), request({ package: BASIC_ORDER })],
  [
    'nobody knows since when it is active',
    look({}, { activeSince: undefined }),
    { kind: 'skipped', reason: 'before-enabled', ...AT },
  ],
  [
    'it is older than the integration but was asked for before',
    look({}, { activeSince: '2026-03-03T00:00:00.000Z' }, { asked: new Set([CHECK_ID]) }),
    request({ package: BASIC_ORDER }),
  ],
  ['tags name two packages', look({ tags: ['basic', 'DEEP dive'] }), request({ problem: 'several-packages' })],
  ['tags name an active and an inactive package', look({ tags: ['old', 'Basic'] }), request({ problem: 'several-packages' })],
  ['two tags name the same package', look({ tags: ['basic', ' BASIC '] }), request({ package: BASIC_ORDER })],
  [
    'a tag names one package in another case and with spaces',
    look({ tags: ['x', '  dEEP diVe '] }),
    request({ package: DEEP_ORDER }),
  ],
  ['a tag names a deactivated package', look({ tags: ['OLD'] }), request({ problem: 'package-inactive' })],
  ['no tag names one', look({ tags: [] }), request({ package: BASIC_ORDER })],
  ['no tag names one and none is the default', look({}, { defaultPackageId: undefined }), request({ problem: 'no-package' })],
  ['the default is none of the packages', look({}, { defaultPackageId: 'p-gone' }), request({ problem: 'no-package' })],
  ['the default is deactivated', look({}, { defaultPackageId: 'p-old' }), request({ problem: 'package-inactive' })],
  [
    'a package bears the name of a status tag',
    look(
      { tags: ['CERTN - Pending'] },
      { packages: [{ packageId: 'p-x', name: 'certn - pending', active: true }], defaultPackageId: undefined },
    ),
    request({ problem: 'no-package' }),
  ],
  [
    'the tag is composed another way than the name',
    look({ tags: ['Vérification'] }, { packages: [{ packageId: 'p-v', name: 'Ve\u0301rification', active: true }] }),
    request({ package: { packageId: 'p-v', name: 'Ve\u0301rification' } }),
  ],
  [
    'there is no e-mail',
    look({ emails: [] }),
    request({ problem: 'no-email', package: BASIC_ORDER, applicant: { name: 'Ada Example', email: null } }),
  ],
  [
    'no e-mail is valid and the package is deactivated: the package is told first',
    look({ emails: ['ada'], tags: ['old'] }),
    request({ problem: 'package-inactive', applicant: { name: 'Ada Example', email: null } }),
  ],
  ['by hand: it has left the stage', look({ stageId: 'offer' }, {}, by({ byHand: {} })), request({ package: BASIC_ORDER }, HAND)],
  [
    'by hand: it is older than the integration and Lever records no transition',
    look({ stageChanges: null }, { activeSince: '2027-01-01T00:00:00.000Z' }, by({ byHand: {} })),
    request({ package: BASIC_ORDER }, HAND),
  ],
  [
    'by hand: another package was picked than the tag names',
    look({ tags: ['Basic'] }, {}, by({ byHand: { packageId: 'p-deep' } })),
    request({ package: DEEP_ORDER }, HAND),
  ],
  [
    'by hand: a package was picked though tags name several',
    look({ tags: ['Basic', 'Deep dive'] }, {}, by({ byHand: { packageId: 'p-deep' } })),
    request({ package: DEEP_ORDER }, HAND),
  ],
  [
    'by hand: the picked package is gone',
    look({}, {}, by({ byHand: { packageId: 'p-gone' } })),
    request({ problem: 'no-package' }, HAND),
  ],
  ['by hand: it is archived', look({ archived: true }, {}, by({ byHand: {} })), { kind: 'skipped', reason: 'archived', ...AT }],
  [
    'by hand: the integration is disabled',
    look({}, { enabled: false }, by({ byHand: {} })),
    { kind: 'skipped', reason: 'disabled' },
  ],
  [
    'an older check is asked about while the opportunity is in the stage again',
    look({}, {}, by({ transitionAt: '2026-03-01T09:00:00.000Z' })),
    request({ package: BASIC_ORDER }, { checkId: 'c-9', transitionAt: '2026-03-01T09:00:00.000Z' }),
  ],
  [
    'an older check is asked about after it left',
    look({ stageId: 'offer' }, {}, by({})),
    { kind: 'skipped', reason: 'left-stage', ...AT },
  ],
];

describe('what a look decides', () => {
  it.each(ROWS)('when %s', (_, question, outcome) => {
    expect(decide(question)).toEqual<Outcome>(outcome as Outcome);
  });

  it('makes the check id of the transition alone, so that two webhooks of one move ask for one check', () => {
    const first = decide(look({}, {}, { triggeredAt: '2026-03-02T12:00:00.100Z' }));
    const second = decide(look({}, {}, { triggeredAt: '2026-03-02T12:00:07.900Z' }));
    expect(second).toEqual(first);
  });
});
