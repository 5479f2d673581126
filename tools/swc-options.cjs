/** How swc reads our TypeScript, in one place for Jest, `tools/run.cjs` and watch mode. */
const parser = { syntax: 'typescript', decorators: true };
const transform = { legacyDecorator: true, decoratorMetadata: true };
exports.typescript = {
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  swcrc: false,
  jsc: { target: 'es2022', keepClassNames: true, parser, transform },
};
exports.javascript = {
  module: { type: 'commonjs' },
  sourceMaps: false,
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
};
