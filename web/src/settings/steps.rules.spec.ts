import { firstStep, stepOf, stepOfPart, stepState } from './steps.rules';

const items = (...done: string[]): { part: string; done: boolean }[] =>
  [
    'lever-key',
    'signature-token',
    'lever-webhook',
    'trigger-stage',
    'package',
    'default-package',
    'certn-key',
    'certn-webhook-secret',
    'certn-challenge',
    'enabled',
  ].map((part) => ({ part, done: done.includes(part) }));

test('setting up begins with the first step that has something to do', () => {
  expect(firstStep(items())).toBe('api-key');
  expect(firstStep(items('lever-key', 'trigger-stage'))).toBe('webhook');
  expect(firstStep(items(...items().map(({ part }) => part)))).toBe('connection-tests');
});

test('a step is done when all its parts are', () => {
  expect(stepState('packages', items('package'))).toBe('to-do');
  expect(stepState('packages', items('package', 'default-package'))).toBe('done');
  expect(stepState('standing', items())).toBe('none');
});

test('the address names known steps only, and every part has its step', () => {
  expect(stepOf('certn')).toBe('certn');
  expect(stepOf('<script>')).toBeUndefined();
  expect(stepOfPart('certn-challenge')).toBe('certn');
  expect(stepOfPart('new part')).toBe('connection-tests');
});
