/** `node -r ./tools/swc-register.cjs x.ts` runs TypeScript without a build. */
const { compiled } = require('./typescript-cache.cjs');
require.extensions['.ts'] = (module, filename) => module._compile(compiled(filename), filename);
