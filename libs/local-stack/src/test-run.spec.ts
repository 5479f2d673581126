import { asShipped } from './test-run';

const shipped = { LOCAL_STACK_BUILT: '1' };

test.each([
  ['the part of npm test', ['-t', 'e2e', '--maxWorkers=1', '--passWithNoTests', '--selectProjects', 'e2e'], shipped],
  ['asked for in two words, a path before', ['e2e/src/tags.spec.ts', '--selectProjects', 'e2e', '--bail'], shipped],
  ['asked for in one word', ['--selectProjects=e2e', 'e2e/src/tags.spec.ts'], shipped],
  ['its pages', ['--passWithNoTests', '--selectProjects', 'browser'], shipped],
  ['together with others', ['--selectProjects', 'unit', 'e2e'], {}],
  ['first of several', ['--selectProjects', 'e2e', 'unit'], {}],
  ['another part', ['-t', 'e2e', '--passWithNoTests', '--selectProjects', 'unit'], {}],
])('the black box runs what is shipped when it runs alone: %s', (_, options, env) => {
  expect(asShipped(options)).toEqual(env);
});
