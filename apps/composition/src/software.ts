import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the checkout, or of the installation. */
export const installation = (): string => dirname(packageFile(__dirname));

/** Name and version of this software, as the trail states it: `trial-ledger/0.1.0`. */
export const software: string = (() => {
  const { name, version } = JSON.parse(readFileSync(packageFile(__dirname), 'utf8')) as Record<
    string,
    string
  >;
  return `${name}/${version}`;
})();

/** The nearest package.json above a folder: the sources and the build stand at different depths. */
function packageFile(folder: string): string {
  const parent = dirname(folder);
  if (parent === folder) throw new Error('No package.json stands above the program.');
  try {
    readFileSync(join(folder, 'package.json'));
    return join(folder, 'package.json');
  } catch {
    return packageFile(parent);
  }
}
