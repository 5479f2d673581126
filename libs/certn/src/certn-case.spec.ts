import { readCase } from './certn-case';

/** As clients of Certn have seen it. */
const seen = {
  id: 'case-1',
  short_id: 'ABC123',
  created: '2026-05-01T10:00:00.000Z',
  modified: '2026-05-01T11:00:00.000Z',
  overall_status: 'IN_PROGRESS',
  overall_score: null,
  email_address: 'jane@example.com',
  input_claims: { name: { given_name: 'Planted', family_name: 'Claim' } },
  check_types_with_arguments: { IDENTITY_VERIFICATION_1: {}, CREDIT_REPORT_1: { ordering_type: 'SINGLE_REGION' } },
  tags: [],
  invite_link: 'https://example.com/planted-invite',
  checks: [
    {
      id: 'k1',
      short_id: 'x',
      type: 'IDENTITY_VERIFICATION_1',
      status: 'COMPLETE',
      score: 'CLEAR',
      output_claims: { a: 'Planted' },
    },
    { id: 'k2', type: 'CREDIT_REPORT_1', status: 'IN_PROGRESS' },
  ],
  someFieldOfTomorrow: 1,
};

describe('a case of Certn', () => {
  it('is read without any claim or invitation', () => {
    const read = readCase(seen);
    expect(read).toEqual({
      id: 'case-1',
      shortId: 'ABC123',
      status: 'IN_PROGRESS',
      score: null,
      email: 'jane@example.com',
      services: [
        { id: 'k1', type: 'IDENTITY_VERIFICATION_1', status: 'COMPLETE' },
        { id: 'k2', type: 'CREDIT_REPORT_1', status: 'IN_PROGRESS' },
      ],
      orderedTypes: ['CREDIT_REPORT_1', 'IDENTITY_VERIFICATION_1'],
      createdMs: Date.UTC(2026, 4, 1, 10),
      modifiedMs: Date.UTC(2026, 4, 1, 11),
    });
    expect(JSON.stringify(read)).not.toMatch(/planted/i);
  });

  const nothing = {
    id: 'a',
    shortId: null,
    status: '',
    score: null,
    email: null,
    services: [],
    orderedTypes: [],
    createdMs: null,
    modifiedMs: null,
  };

  it('may have null in every field but its id', () => {
    const nulls = Object.fromEntries(Object.keys(seen).map((field) => [field, null]));
    expect(readCase({ ...nulls, id: 'a' })).toEqual(nothing);
  });

  it('may have nothing but its id', () => expect(readCase({ id: 'a' })).toEqual(nothing));

  it('may hold services with nulls, and entries that are none', () => {
    const checks = [null, 'x', { id: null, type: null, status: null }, { type: 'A_1' }];
    expect(readCase({ id: 'a', checks })?.services).toEqual([
      { id: null, type: '', status: '' },
      { id: null, type: 'A_1', status: '' },
    ]);
  });

  it.each([
    ['an id', 'p-1'],
    ['an object', { id: 'p-1', name: 'Standard' }],
  ])('names its package as %s', (_, wanted) => expect(readCase({ id: 'a', package: wanted })?.packageId).toBe('p-1'));

  it.each([[null], [undefined], ['text'], [[]], [{}], [{ id: null }], [{ id: '' }]])('is not found in %p', (json) =>
    expect(readCase(json)).toBeNull(),
  );
});
