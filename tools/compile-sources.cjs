/** Fills the cache with all sources of libs and services at once, so that services which start at the same time do not each load swc and compile the same libs. */
const fs = require('node:fs');
const path = require('node:path');
const { compiled } = require('./typescript-cache.cjs');

const root = path.join(__dirname, '..');
for (const kind of ['libs', 'services']) {
  for (const name of fs.readdirSync(path.join(root, kind))) {
    const sources = path.join(root, kind, name, 'src');
    if (!fs.existsSync(sources)) continue;
    for (const file of fs.readdirSync(sources, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.ts') && !/\.(spec|fixture|d)\.ts$/.test(file)) compile(path.join(sources, file));
  }
}

function compile(file) {
  try {
    compiled(file);
  } catch {
    // What cannot be compiled is told of by the program that wants it.
  }
}
