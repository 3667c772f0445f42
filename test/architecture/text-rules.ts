import { posix } from 'node:path';
import { isSpec } from './layout';
import type { Rule } from './rules';

/** Drawers for anything, and history: neither says what is inside. */
const emptyNames =
  /^(utils?|common|helpers?|misc|shared|stuff|v\d+|new|old|legacy|wave\d+|final|temp|tmp|scratch\d*)$/;

const fileNames: Rule = {
  name: 'file-names',
  *check(tree) {
    for (const { path } of tree.files) {
      for (const segment of path.split('/')) {
        const word = segment.split('.')[0]?.split(/[-_]/).at(-1) ?? '';
        if (!emptyNames.test(word.toLowerCase())) continue;
        const message = `"${word}" does not say what is inside. Name the file after the one thing it is about.`;
        yield { path, message };
      }
    }
  },
};

/** Words that must not stand in any text; `{1}` keeps these patterns from finding themselves. */
const unwanted: readonly (readonly [RegExp, string])[] = [
  [/\b(TO{1}DO|FIX{1}ME|XX{1}X|HA{1}CK)\b/, 'Do it, or say in the README what is missing and why.'],
  [
    /\b(registry\.[a-z0-9-]+\.[a-z]{2,}|npm{1}js\.|yarn{1}pkg\.|verda{1}ccio|artif{1}actory|jf{1}rog)/i,
    'Every machine has its own registry settings. Leave the host out.',
  ],
  [
    /(?<![\w.:/])\/(home|Users|root|work|mnt)\/\w/,
    'This is a path of one machine. Write it relative to the root, or take it from the environment.',
  ],
  [
    /\b(ts-{1}(ignore|nocheck)|es{1}lint-disable|oxlint-{1}disable(?!-next-line [^\n]* -- \w))/,
    'Mend what the tool complains about.',
  ],
  [/\b(describe|test|it)\.on{1}ly\(/, 'Others would not run any more. Take .only out.'],
];

const words: Rule = {
  name: 'words',
  *check(tree) {
    for (const { path, text } of tree.files) {
      for (const [pattern, advice] of unwanted) {
        const found = pattern.exec(text);
        if (!found) continue;
        const line = text.slice(0, found.index).split('\n').length;
        yield { path, line, message: `"${found[0].trim()}" does not belong here. ${advice}` };
      }
    }
  },
};

const maxLines = 350;
const maxColumns = 120;
const maxFiles = 15;

const sizes: Rule = {
  name: 'sizes',
  *check(tree) {
    const folders = new Map<string, number>();
    for (const { path, text } of tree.files) {
      if (!/\.[cm]?[jt]s$/.test(path)) continue;
      const lines = text.replace(/\n$/, '').split('\n');
      if (lines.length > maxLines) {
        const message = `${lines.length} lines are more than ${maxLines}. Divide it by what its parts are about.`;
        yield { path, message };
      }
      const long = lines.findIndex(line => [...line].length > maxColumns);
      if (long >= 0)
        yield { path, line: long + 1, message: `The line has more than ${maxColumns} characters. Break it.` };
      // A door and a declaration are no code to read; a spec stands beside what it is about.
      if (isSpec(path) || path.endsWith('.d.ts') || path.endsWith('/index.ts')) continue;
      const folder = posix.dirname(path);
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
    for (const [path, count] of folders) {
      const message = `${count} files are more than ${maxFiles}. Give those that belong together a folder.`;
      if (count > maxFiles) yield { path, message };
    }
  },
};

export const textRules: readonly Rule[] = [fileNames, words, sizes];
