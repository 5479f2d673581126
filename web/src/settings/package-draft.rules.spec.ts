import {
  argumentProblem,
  bodyOf,
  draftFaults,
  draftOf,
  faultsOfRefusal,
  isWhole,
  missingNeeds,
  withService,
} from './package-draft.rules';

const identity = { type: 'IDENTITY', name: 'Identity', says: '', arguments: null, needs: [] };
const criminal = { type: 'CRIMINAL', name: 'Criminal', says: '', arguments: { kind: 'basic' }, needs: ['IDENTITY'] };
const empty = draftOf(undefined);

test('a chosen service comes with its arguments and with what it needs', () => {
  const draft = withService({ ...empty, name: ' A ' }, criminal, true);
  expect(bodyOf(draft)).toEqual({
    name: 'A',
    services: [{ type: 'IDENTITY' }, { type: 'CRIMINAL', arguments: { kind: 'basic' } }],
  });
  const without = withService(draft, identity, false);
  expect(missingNeeds(without, [identity, criminal])).toEqual([{ type: 'CRIMINAL', needs: 'IDENTITY' }]);
});

test.each([
  ['no name', { ...empty, services: new Map([['X', '']]) }, { name: 'Give the package a name.' }],
  ['no service', { ...empty, name: 'A' }, { services: 'Choose at least one service.' }],
  ['no id of Certn', { ...empty, name: 'A', kind: 'certn' as const }, { certnPackageId: expect.stringContaining('id') }],
  [
    'the name beside the id',
    { ...empty, name: 'A', kind: 'certn' as const, certnPackageId: 'Basic 12' },
    { certnPackageId: expect.stringContaining('no spaces') },
  ],
])('a package with %s says so at the field', (_, draft, faults) => {
  expect(draftFaults(draft)).toEqual(faults);
  expect(isWhole(draft)).toBe(false);
});

test.each([
  ['no JSON', '{', 'not JSON'],
  ['a list', '[]', 'JSON object'],
])('arguments that are %s keep a package from being saved', (_, text, words) => {
  expect(isWhole({ ...empty, name: 'A', services: new Map([['X', text]]) })).toBe(false);
  expect(argumentProblem(text)).toContain(words);
});

test('a refusal is told at the field it is about', () => {
  const refusal = { kind: 'name-taken', message: 'Taken.', cure: 'Choose another name.', more: {} };
  expect(faultsOfRefusal(refusal)).toEqual({ name: 'Taken. Choose another name.' });
  const errors = [{ field: 'services[0].type', message: 'must be shorter' }];
  expect(faultsOfRefusal({ ...refusal, kind: 'invalid', more: { errors } })).toEqual({ services: 'It must be shorter.' });
  expect(faultsOfRefusal({ ...refusal, kind: 'conflict' })).toEqual({});
});

test('a package of Certn is sent by its id, and one that exists is written as it is', () => {
  const draft = draftOf({ id: 'p', name: 'A', certnPackageId: 'c-1', active: true, isDefault: false });
  expect(isWhole(draft)).toBe(true);
  expect(bodyOf(draft)).toEqual({ name: 'A', certnPackageId: 'c-1' });
  expect(argumentProblem('')).toBeNull();
});
