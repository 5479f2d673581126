/** `node -r ./tools/swc-register.cjs x.ts` runs TypeScript without a build. */
const { transformSync } = require('@swc/core');
const { typescript } = require('./swc-options.cjs');
require.extensions['.ts'] = (module, filename) => {
  const source = require('node:fs').readFileSync(filename, 'utf8');
  module._compile(transformSync(source, { ...typescript, filename }).code, filename);
};
