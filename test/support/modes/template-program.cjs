/* How the program in template.ts is run, from where nothing is compiled. */
'use strict';
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const program = ['-r', join(__dirname, '../run-typescript.cjs'), join(__dirname, 'template.ts')];

/** @returns the exit code, and what it has said and complained of */
module.exports = (...names) => spawnSync(process.execPath, [...program, ...names], { encoding: 'utf8' });
