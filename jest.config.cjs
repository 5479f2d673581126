const { typescript } = require('./tools/swc-options.cjs');

const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@lever-certn/source', 'node', 'node-addons', 'require', 'default'] },
  transform: { '\\.ts$': ['@swc/jest', typescript], '\\.m?js$': '<rootDir>/tools/jest-esm-to-cjs.cjs' },
  transformIgnorePatterns: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  modulePathIgnorePatterns: ['/dist/', '/bundle/', '<rootDir>/.nx/', '<rootDir>/.local/'],
};

/** The system over HTTP and Kafka only, and as people see it. */
const blackBox = {
  ...shared,
  rootDir: __dirname,
  globalSetup: '<rootDir>/e2e/global-setup.cjs',
  globalTeardown: '<rootDir>/e2e/global-teardown.cjs',
  setupFilesAfterEnv: ['<rootDir>/e2e/src/timeouts.ts'],
};

/** `*.spec.ts` needs nothing outside; `*.real.spec.ts` talks to the real broker and database named by KAFKA_BROKERS and DATABASE_URL. */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      rootDir: __dirname,
      testMatch: ['<rootDir>/{libs,services,tools,bench,web}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.real\\.spec\\.ts$'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest-timeouts.cjs'],
    },
    {
      ...shared,
      displayName: 'real',
      rootDir: __dirname,
      testMatch: ['<rootDir>/{libs,services}/**/*.real.spec.ts'],
      testPathIgnorePatterns: ['<rootDir>/libs/local-stack/'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest-timeouts.cjs'],
    },
    {
      ...shared,
      displayName: 'stack',
      rootDir: __dirname,
      testMatch: ['<rootDir>/libs/local-stack/src/*.real.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest-timeouts.cjs'],
    },
    { ...blackBox, displayName: 'e2e', testMatch: ['<rootDir>/e2e/src/*.spec.ts'] },
    { ...blackBox, displayName: 'browser', testMatch: ['<rootDir>/e2e/src/browser/*.spec.ts'] },
  ],
};
