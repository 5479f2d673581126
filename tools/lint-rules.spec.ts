import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '..');

/** Lints text as if it stood in the file; answers the rules it broke. In a process of its own: ESLint's configuration is an ES module. */
function brokenRules(filePath: string, code: string): string[] {
  const program = `
    import { ESLint } from 'eslint';
    import tseslint from 'typescript-eslint';
    const eslint = new ESLint({ cwd: ${JSON.stringify(root)}, overrideConfig: [{ files: ['**/*.{ts,tsx}'], ...tseslint.configs.disableTypeChecked, languageOptions: { parserOptions: { project: null, program: null, projectService: false } } }, { rules: { '@typescript-eslint/switch-exhaustiveness-check': 'off', '@typescript-eslint/consistent-type-imports': 'off' } }] });
    const [result] = await eslint.lintText(${JSON.stringify(code)}, { filePath: ${JSON.stringify(path.join(root, filePath))} });
    console.log(JSON.stringify(result.messages.map((message) => message.ruleId ?? message.message)));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as string[];
}

describe('the layer rules, each with a planted violation', () => {
  it.each([
    [
      'a service that imports another',
      'services/ingress/src/planted.ts',
      `import '../../sandbox/src/main';`,
      'boundaries/dependencies',
    ],
    [
      'a lib that imports upward',
      'libs/events/src/planted.ts',
      `import '../../kafka/src/event-producer';`,
      'boundaries/dependencies',
    ],
    [
      'a lib that imports a service',
      'libs/kafka/src/planted.ts',
      `import '../../../services/sandbox/src/main';`,
      'boundaries/dependencies',
    ],
    [
      'a service that imports what only programs and specs may',
      'services/ingress/src/planted.ts',
      `import '../../../libs/local-stack/src/broker';`,
      'boundaries/dependencies',
    ],
    [
      'a page that imports a service',
      'web/src/planted.tsx',
      `import '../../services/console/src/main';`,
      'boundaries/dependencies',
    ],
    ['a page that imports a lib', 'web/src/planted.ts', `import '../../libs/events/src/topics';`, 'boundaries/dependencies'],
    [
      'a service that imports a page',
      'services/console/src/planted.ts',
      `import '../../../web/src/theme';`,
      'boundaries/dependencies',
    ],
    ['a page whose name says nothing', 'web/src/page-helper.tsx', 'export const page = 1;', 'ours/file-names'],
    [
      'rules that wait',
      'services/resolver/src/planted.rules.ts',
      'export async function decide() { await Promise.resolve(); }',
      'no-restricted-syntax',
    ],
    [
      'rules that read the clock',
      'services/resolver/src/planted.rules.ts',
      'export const now = () => Date.now();',
      'no-restricted-syntax',
    ],
    [
      'rules that read random',
      'services/resolver/src/planted.rules.ts',
      'export const luck = () => Math.random();',
      'no-restricted-syntax',
    ],
    [
      'rules that read the environment',
      'services/resolver/src/planted.rules.ts',
      'export const home = () => process.env.HOME;',
      'no-restricted-syntax',
    ],
    [
      'rules that import more than events',
      'services/resolver/src/planted.rules.ts',
      `import '@lever-certn/database/database';`,
      '@typescript-eslint/no-restricted-imports',
    ],
    [
      'a handler that calls a vendor',
      'services/resolver/src/planted.handler.ts',
      `import '@lever-certn/lever/lever.client';`,
      '@typescript-eslint/no-restricted-imports',
    ],
    ['a barrel', 'libs/events/src/index.ts', 'export {};', 'ours/file-names'],
    ['a name that says nothing', 'libs/events/src/event-utils.ts', 'export {};', 'ours/file-names'],
  ])('reports %s', (_, file, code, rule) => {
    expect(brokenRules(file, code)).toContain(rule);
  });

  it('reports nothing where nothing is wrong', () => {
    expect(
      brokenRules(
        'services/resolver/src/planted.rules.ts',
        `import { isStatusTag } from '@lever-certn/events/check-statuses.rules';\nexport const own = isStatusTag;\n`,
      ),
    ).toEqual([]);
  });
});
