import { readOpportunity } from './lever-opportunity';

/** As documented, with every field set. */
const documented = {
  id: '2087af84',
  name: 'Jane Doe',
  contact: 'e2719ee1',
  headline: '',
  location: '',
  emails: ['jane@example.com'],
  phones: [{ type: 'mobile', value: '+1' }],
  confidentiality: 'non-confidential',
  links: ['https://example.com/jane'],
  tags: ['Packages A', 'CERTN - Pending'],
  stage: 'lead-new',
  stageChanges: [{ toStageId: 'lead-new', toStageIndex: 0, updatedAt: 1750233426190, userId: 'u' }],
  archived: null,
  origin: 'sourced',
  urls: { list: 'https://hire.lever.co/candidates', show: 'https://hire.lever.co/candidates/2087af84' },
  isAnonymized: false,
  dataProtection: null,
  someFieldOfTomorrow: { deep: [1] },
};

describe('an opportunity of Lever', () => {
  it('is read as documented', () => {
    expect(readOpportunity(documented, 7)).toEqual({
      id: '2087af84',
      name: 'Jane Doe',
      contactId: 'e2719ee1',
      emails: ['jane@example.com'],
      tags: ['Packages A', 'CERTN - Pending'],
      links: ['https://example.com/jane'],
      stageId: 'lead-new',
      stageChanges: [{ toStageId: 'lead-new', updatedAtMs: 1750233426190 }],
      archived: false,
      isAnonymized: false,
      contactAllowed: true,
      confidential: false,
      showUrl: 'https://hire.lever.co/candidates/2087af84',
      serverTimeMs: 7,
    });
  });

  const nothing = {
    id: 'a',
    name: null,
    contactId: null,
    emails: [],
    tags: [],
    links: [],
    stageId: null,
    stageChanges: null,
    archived: false,
    isAnonymized: false,
    contactAllowed: true,
    confidential: false,
    showUrl: null,
    serverTimeMs: null,
  };

  it('may have null in every field but its id', () => {
    const nulls = Object.fromEntries(Object.keys(documented).map((field) => [field, null]));
    expect(readOpportunity({ ...nulls, id: 'a' }, null)).toEqual(nothing);
  });

  it('may have nothing but its id', () => expect(readOpportunity({ id: 'a' }, null)).toEqual(nothing));

  it('may have every field of another kind than documented', () => {
    const odd = Object.fromEntries(Object.keys(documented).map((field) => [field, 42]));
    expect(readOpportunity({ ...odd, id: 'a' }, null)).toMatchObject({ id: 'a', emails: [], tags: [], stageChanges: null });
  });

  it.each([
    ['an id', 'lead-new'],
    ['an object', { id: 'lead-new', text: 'New lead' }],
  ])('has its stage as %s', (_, stage) => expect(readOpportunity({ id: 'a', stage }, null)?.stageId).toBe('lead-new'));

  it('has its contact as an object where it was expanded', () =>
    expect(readOpportunity({ id: 'a', contact: { id: 'c' } }, null)?.contactId).toBe('c'));

  it.each([
    ['null', null, false],
    ['missing', undefined, false],
    ['an object of nulls', { archivedAt: null, reason: null }, false],
    ['a time and a reason', { archivedAt: 1, reason: 'r' }, true],
    ['a time without a reason', { archivedAt: 1, reason: null }, true],
    ['an object we do not understand', {}, true],
  ])('whose archive is %s is archived: %p', (_, archived, expected) =>
    expect(readOpportunity({ id: 'a', archived }, null)?.archived).toBe(expected),
  );

  it.each([
    ['null', null, true],
    ['an object of nulls', { store: null, contact: null }, true],
    ['consent', { contact: { allowed: true } }, true],
    ['consent that is not known', { contact: { allowed: null } }, true],
    ['no consent', { contact: { allowed: false, expiresAt: 1 } }, false],
  ])('with data protection %s may be contacted: %p', (_, dataProtection, allowed) =>
    expect(readOpportunity({ id: 'a', dataProtection }, null)?.contactAllowed).toBe(allowed),
  );

  it('drops stage changes that lack their stage or their time', () => {
    const stageChanges = [
      { toStageId: 'a', updatedAt: 1 },
      { toStageId: 'b' },
      { updatedAt: 2 },
      null,
      { toStageId: 'c', updatedAt: '3' },
    ];
    expect(readOpportunity({ id: 'a', stageChanges }, null)?.stageChanges).toEqual([
      { toStageId: 'a', updatedAtMs: 1 },
      { toStageId: 'c', updatedAtMs: 3 },
    ]);
  });

  it.each([[null], [undefined], ['text'], [[]], [{}], [{ id: null }], [{ id: '' }], [{ id: 7 }]])('is not found in %p', (json) =>
    expect(readOpportunity(json, null)).toBeNull(),
  );
});
