import boundaries from 'eslint-plugin-boundaries';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Lower numbers may not import higher ones. Packages of one layer know each other only where package.json lists it, which project references check. */
const LAYERS = [
  ['batching', 'sealing', 'config', 'vendor-http'],
  ['events', 'lever', 'certn'],
  ['kafka', 'database'],
  ['reconcile', 'settings', 'service'],
];
const lower = (layer) => LAYERS.slice(0, layer + 1).flat();
const LIBRARIES = LAYERS.flat();

const lib = (name) => ({ element: { type: 'lib', captured: { name } } });
const service = (name) => ({ element: { type: 'service', captured: { name } } });

const policies = [
  { from: service('*'), allow: { to: lib(LIBRARIES) } },
  { from: service('*'), allow: { to: service('{{ from.element.captured.name }}') } },
  { from: lib('*'), allow: { to: lib('{{ from.element.captured.name }}') } },
  { from: lib('local-stack'), allow: { to: lib('*') } },
  ...LAYERS.map((names, layer) => ({ from: lib(names), allow: { to: lib(lower(layer)) } })),
  { from: { element: { type: 'web' } }, allow: { to: { element: { type: 'web' } } } },
  { from: { element: { type: 'outside' } }, allow: { to: [lib('*'), service('*'), { element: { type: 'outside' } }] } },
];

const bannedName = /(^|-)(manager|helper|util|utils|common|base|data|info|impl)(-|$)/;

/** A file's name says what it is: kebab-case, no empty words, no barrels. */
const fileNames = {
  meta: { type: 'problem', schema: [], messages: { name: '{{ why }}' } },
  create(context) {
    const file = context.filename.split('/').pop() ?? '';
    const stem = file.replace(
      /\.(spec|fixture|main|rules|handler|reconciler|controller|store|client|entity|module|queries)?\.?(real\.)?(spec\.)?tsx?$/,
      '',
    );
    const why =
      file === 'index.ts'
        ? 'no barrels: import the file that holds it'
        : bannedName.test(stem)
          ? 'the name says nothing: use the word of the field'
          : /\.(service|util|helper|interface|constants)\.ts$/.test(file)
            ? 'this suffix is not one of ours (see docs/architecture.md)'
            : !/^[a-z0-9][a-z0-9.-]*\.tsx?$/.test(file)
              ? 'file names are kebab-case'
              : undefined;
    return why ? { Program: (node) => context.report({ node, messageId: 'name', data: { why } }) } : {};
  },
};

const IMPURE = [
  { selector: ':function[async=true]', message: 'rules decide at once: no async' },
  { selector: 'AwaitExpression', message: 'rules decide at once: no await' },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'rules read no clock: take the time as a parameter',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'rules read no clock: take the time as a parameter',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'rules read no random: take it as a parameter',
  },
  { selector: "MemberExpression[object.name='process']", message: 'rules read no environment: take it as a parameter' },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.local/**', '**/*.cjs', '**/*.mjs', '**/public/**', '**/*.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './tsconfig.spec.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries, ours: { rules: { 'file-names': fileNames } } },
    settings: {
      'boundaries/include': ['libs/**/*', 'services/**/*', 'e2e/**/*', 'bench/**/*', 'tools/**/*', 'web/**/*'],
      'boundaries/elements': [
        { type: 'lib', pattern: 'libs/*', capture: ['name'] },
        { type: 'service', pattern: 'services/*', capture: ['name'] },
        { type: 'web', pattern: 'web' },
        { type: 'outside', pattern: '{e2e,bench,tools}' },
      ],
      'import/resolver': {
        typescript: {
          alwaysTryTypes: true,
          project: './tsconfig.spec.json',
          conditionNames: ['@lever-certn/source', 'types', 'node', 'require', 'default'],
        },
      },
    },
    rules: {
      'ours/file-names': 'error',
      'boundaries/dependencies': ['error', { default: 'disallow', policies }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.rules.ts'], rules: { 'no-restricted-syntax': ['error', ...IMPURE] } },
  {
    files: ['**/*.rules.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!uuid$|@lever-certn/events/|\\./[^/]*\\.rules$|\\.\\./[^/]*/?[^/]*\\.rules$)',
              allowTypeImports: true,
              message: 'rules import events and other rules only (types may come from anywhere)',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.handler.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@lever-certn/lever/*.client',
                '@lever-certn/certn/*.client',
                '@lever-certn/vendor-http/*',
                'undici',
                'node:http',
                'node:https',
              ],
              message: 'handlers record; they call no vendor',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.fixture.ts', 'e2e/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Specs run the real broker and database, and the stand-in of the vendors.
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [...policies, { from: [lib('*'), service('*')], allow: { to: [lib('local-stack'), service('sandbox')] } }],
        },
      ],
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'max-lines': 'off',
    },
  },
  { files: ['libs/local-stack/**/*.ts', 'bench/**/*.ts', '**/*.main.ts', 'tools/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['web/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    languageOptions: { parserOptions: { project: './web/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: ['web/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.strict.rules,
      // A dialog and the one field of a sign-in are where one goes on typing; lists of the library have their roles from it.
      'jsx-a11y/no-autofocus': 'off',
      // The router leads elsewhere by what is thrown.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'package', package: '@tanstack/router-core', name: 'Redirect' }] },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  prettier,
);
