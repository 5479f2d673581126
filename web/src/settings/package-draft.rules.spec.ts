import { argumentProblem, bodyOf, draftOf, draftProblem, missingNeeds, withService } from './package-draft.rules';

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
  ['no name', { ...empty, services: new Map([['X', '']]) }, 'name'],
  ['no service', { ...empty, name: 'A' }, 'at least one service'],
  ['no id of Certn', { ...empty, name: 'A', kind: 'certn' as const }, 'id'],
  ['arguments that are no JSON', { ...empty, name: 'A', services: new Map([['X', '{']]) }, 'JSON'],
  ['arguments that are a list', { ...empty, name: 'A', services: new Map([['X', '[]']]) }, 'JSON object'],
])('a package with %s says what is missing', (_, draft, words) => expect(draftProblem(draft)).toContain(words));

test('a package of Certn is sent by its id, and one that exists is written as it is', () => {
  const draft = draftOf({ id: 'p', name: 'A', certnPackageId: 'c-1', active: true, isDefault: false });
  expect(draftProblem(draft)).toBeNull();
  expect(bodyOf(draft)).toEqual({ name: 'A', certnPackageId: 'c-1' });
  expect(argumentProblem('')).toBeNull();
});
