/*
 * Runs the sources without a build: `node -r ./test/support/run-typescript.cjs path/to/file.ts`.
 *
 * A require hook that compiles TypeScript with swc, under the same settings as the build (.swcrc), and resolves the
 * aliases of tsconfig.json. Compiled text is kept under node_modules/.cache by the fingerprint of its source, so that a
 * test which starts hundreds of children pays for the compiler once; swc itself is loaded only for a file that changed.
 * Worker threads inherit the hook with the rest of `process.execArgv`.
 */
'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const cacheFolder = path.join(root, 'node_modules/.cache/run-typescript');
const settings = fs.readFileSync(path.join(root, '.swcrc'), 'utf8');
const swcVersion = JSON.parse(
  fs.readFileSync(path.join(root, 'node_modules/@swc/core/package.json'), 'utf8'),
).version;

const aliases = [
  { prefix: '@platform/', folder: path.join(root, 'libs/platform') },
  { prefix: '@trial/', folder: path.join(root, 'libs/contexts') },
];

/** `@platform/kernel` and `@platform/kernel/testing` as files; undefined for every other request. */
function fileOfAlias(request) {
  const alias = aliases.find(({ prefix }) => request.startsWith(prefix));
  if (!alias) return undefined;
  const [library, entry, ...more] = request.slice(alias.prefix.length).split('/');
  if (more.length > 0 || (entry !== undefined && entry !== 'testing')) return undefined;
  return path.join(alias.folder, library, 'src', ...(entry ? [entry] : []), 'index.ts');
}

function compile(source, filename) {
  const { $schema: _schema, jsc, ...rest } = JSON.parse(settings);
  // The hook below resolves the aliases; swc would need an absolute base folder for them and gain nothing.
  const { baseUrl: _baseUrl, paths: _paths, ...compiler } = jsc;
  const { transformSync } = require('@swc/core');
  const options = { ...rest, jsc: compiler, filename, swcrc: false, configFile: false, sourceMaps: 'inline' };
  return transformSync(source, options).code;
}

function compiled(filename) {
  const source = fs.readFileSync(filename, 'utf8');
  const key = createHash('sha256').update([swcVersion, settings, filename, source].join('\0')).digest('hex');
  const cached = path.join(cacheFolder, `${key}.js`);
  try {
    return fs.readFileSync(cached, 'utf8');
  } catch {
    const code = compile(source, filename);
    // Several children may compile the same file at once: a rename shows the whole text or none of it.
    fs.mkdirSync(cacheFolder, { recursive: true });
    const unfinished = `${cached}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    fs.writeFileSync(unfinished, code);
    fs.renameSync(unfinished, cached);
    return code;
  }
}

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolveFilename.call(this, fileOfAlias(request) ?? request, ...rest);
};

Module._extensions['.ts'] = (module, filename) => module._compile(compiled(filename), filename);
