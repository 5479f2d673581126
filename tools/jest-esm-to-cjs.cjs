/** Turns ES modules under node_modules (Nest 12 among them) into CommonJS, so that Jest runs them without flags and `jest.mock` works as usual. */
const { transformSync } = require('@swc/core');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { javascript } = require('./swc-options.cjs');

const typeByFolder = new Map();
function isModule(filename) {
  if (filename.endsWith('.mjs')) return true;
  if (filename.endsWith('.cjs')) return false;
  for (let folder = path.dirname(filename); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (!typeByFolder.has(folder)) {
      const manifest = path.join(folder, 'package.json');
      typeByFolder.set(
        folder,
        fs.existsSync(manifest) ? (JSON.parse(fs.readFileSync(manifest, 'utf8')).type ?? 'commonjs') : undefined,
      );
    }
    const type = typeByFolder.get(folder);
    if (type) return type === 'module';
  }
  return false;
}

module.exports = {
  process: (source, filename) => ({
    code: isModule(filename) ? transformSync(source, { ...javascript, filename }).code : source,
  }),
  getCacheKey: (source, filename) => createHash('sha1').update(source).update(filename).update('1').digest('hex'),
};
