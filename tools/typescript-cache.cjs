/**
 * TypeScript as JavaScript, by swc. What swc made of a file is kept in `.local/compiled`, so that a process which finds everything there starts faster and never
 * loads swc (30 MB).
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { typescript } = require('./swc-options.cjs');

const folder = path.join(__dirname, '..', '.local', 'compiled');
const options = JSON.stringify(typescript) + require('@swc/core/package.json').version;
const hash = (...texts) => texts.reduce((sum, text) => sum.update(text), createHash('sha1')).digest('hex');

/** The JavaScript of a TypeScript file as it is now. */
exports.compiled = (filename) => {
  const source = fs.readFileSync(filename, 'utf8');
  // The mark at the end says from which text it was made; at the top it would shift the lines.
  const mark = `\n//${hash(options, source)}`;
  const file = path.join(folder, `${path.basename(filename, '.ts')}-${hash(filename).slice(0, 12)}.js`);
  return kept(file, mark) ?? compile(source, filename, file, mark);
};

function kept(file, mark) {
  try {
    const code = fs.readFileSync(file, 'utf8');
    return code.endsWith(mark) ? code : undefined;
  } catch {
    return undefined;
  }
}

function compile(source, filename, file, mark) {
  const code = require('@swc/core').transformSync(source, { ...typescript, filename }).code + mark;
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, code);
    fs.renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A checkout that belongs to somebody else: it works without, only slower.
  }
  return code;
}
