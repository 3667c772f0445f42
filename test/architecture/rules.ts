import { codeRules, type Exemption } from './code-rules';
import { importRules } from './import-rules';
import { Tree } from './layout';
import { isTypeScript, parse, type SourceText } from './source';
import { textRules } from './text-rules';

/** What is wrong where, and what to write instead. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** A property of the whole tree that a machine can check. */
export interface Rule {
  readonly name: string;
  check(tree: Tree): Iterable<Omit<Violation, 'rule'>>;
}

/** Every violation in a set of files. Pure: it reads no disk, so that a test can plant what it wants. */
export function violationsIn(
  files: readonly SourceText[],
  exemptions: readonly Exemption[] = [],
): Violation[] {
  const tree = new Tree(files, files.filter(({ path }) => isTypeScript(path)).map(parse));
  const rules = [...importRules, ...codeRules(exemptions), ...textRules];
  return rules.flatMap(({ name, check }) => [...check(tree)].map(found => ({ rule: name, ...found })));
}

export const describeViolation = ({ rule, path, line, message }: Violation): string =>
  `${path}${line === undefined ? '' : `:${line}`}  [${rule}] ${message}`;
