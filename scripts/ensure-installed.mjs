// Installs the locked packages when they are missing or the lock file has changed since. Plain Node, no packages.
import { existsSync, readFileSync } from 'node:fs';
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

if (!isInstalled()) {
  console.error('Installing packages (about two minutes on a small machine, once) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
