import { CREATED_SLACK_MS, judgeLookup, type ListedCase, type LookupVerdict, type WantedCase } from './case-match.rules';

const at = Date.parse('2026-01-02T03:04:05.000Z');
const wanted: WantedCase = {
  email: 'Ana@example.com',
  package: { packageId: 'p1', name: 'Standard', services: [{ type: 'IDENTITY_1' }, { type: 'CRIMINAL_1', arguments: { x: 1 } }] },
  firstAttemptedMs: at,
};
const portal: WantedCase = { ...wanted, package: { packageId: 'p2', name: 'Portal', certnPackageId: 'cp' } };
const listed = (over: Partial<ListedCase> = {}): ListedCase => ({
  id: 'case-1',
  email: 'ana@EXAMPLE.com ',
  createdMs: at + 1000,
  services: [{ type: 'CRIMINAL_1' }, { type: 'IDENTITY_1' }],
  orderedTypes: [],
  ...over,
});
const adopted: LookupVerdict = { kind: 'adopt', caseId: 'case-1' };
const none: LookupVerdict = { kind: 'none' };

describe('a lookup after an unclear attempt', () => {
  it.each<[string, ListedCase[], LookupVerdict]>([
    ['nothing listed', [], none],
    ['one case of this e-mail with the same services', [listed()], adopted],
    ['the same case on two pages', [listed(), listed()], adopted],
    ['a case of another e-mail that the filter let through', [listed({ email: 'anna@example.com' })], none],
    ['a case without an e-mail', [listed({ email: null })], none],
    ['a case older than the first attempt less the slack', [listed({ createdMs: at - CREATED_SLACK_MS - 1 })], none],
    ['a case just within the slack', [listed({ createdMs: at - CREATED_SLACK_MS })], adopted],
    ['a case without a date', [listed({ createdMs: null })], adopted],
    ['a case that belongs to a check', [listed({ id: 'owned' })], none],
    ['one of ours beside one that belongs to a check', [listed({ id: 'owned' }), listed()], adopted],
    ['two cases of nobody', [listed(), listed({ id: 'case-2' })], { kind: 'needs-attention', why: 'several-cases' }],
    [
      'two cases of nobody, one with other services',
      [listed(), listed({ id: 'case-2', services: [{ type: 'OTHER' }] })],
      { kind: 'needs-attention', why: 'several-cases' },
    ],
    ['other services', [listed({ services: [{ type: 'IDENTITY_1' }] })], { kind: 'needs-attention', why: 'other-services' }],
    [
      'more services than ordered',
      [listed({ services: [{ type: 'IDENTITY_1' }, { type: 'CRIMINAL_1' }, { type: 'CREDIT_1' }] })],
      { kind: 'needs-attention', why: 'other-services' },
    ],
    [
      'the ordered types, though Certn added a service',
      [listed({ orderedTypes: ['CRIMINAL_1', 'IDENTITY_1'], services: [{ type: 'EXTRA' }] })],
      adopted,
    ],
    ['other ordered types', [listed({ orderedTypes: ['CREDIT_1'] })], { kind: 'needs-attention', why: 'other-services' }],
    ['services not told yet', [listed({ services: [] })], { kind: 'unreadable' }],
  ])('%s', (_title, cases, verdict) => {
    expect(judgeLookup(cases, wanted, new Set(['owned']))).toEqual(verdict);
  });

  it.each<[string, Partial<ListedCase>, LookupVerdict]>([
    ['the same package', { packageId: 'cp' }, adopted],
    ['another package', { packageId: 'other' }, { kind: 'needs-attention', why: 'other-services' }],
    ['no package told', { packageId: null }, { kind: 'unreadable' }],
    ['no package field at all', {}, { kind: 'unreadable' }],
  ])('of a package made at Certn: %s', (_title, over, verdict) => {
    expect(judgeLookup([listed(over)], portal, new Set())).toEqual(verdict);
  });
});
