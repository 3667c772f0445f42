// Installs the locked packages when they are missing or the lock file has changed since. Plain Node, no packages.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Trial Ledger needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

/** The packages a lock file names, without what npm itself adds or leaves out for this platform. */
const packagesOf = file => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

function isInstalled() {
  const installedLock = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, installedLock))) return false;
  const wanted = packagesOf('package-lock.json');
  return Object.entries(packagesOf(installedLock)).every(
    ([path, { version }]) => wanted[path]?.version === version,
  );
}

/**
 * Where this Node's own headers stand, if it came with them: packages that have to be compiled are then built against
 * these, and none are downloaded. A setting of npm's that says otherwise stays.
 */
function ownHeaders() {
  const place = dirname(dirname(realpathSync(process.execPath)));
  const file = join(place, 'include/node/node_version.h');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const part = name => new RegExp(`^#define NODE_${name}_VERSION (\\d+)$`, 'm').exec(text)?.[1];
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.');
  return version === process.versions.node ? { npm_config_nodedir: place } : {};
}

if (!isInstalled()) {
  console.error('Installing packages (about two minutes on a small machine, once) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    env: { ...ownHeaders(), ...process.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
