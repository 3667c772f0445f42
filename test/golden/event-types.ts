import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as ts from 'typescript';

const root = resolve(__dirname, '../..');
const contexts = join(root, 'libs/contexts');

export interface EventType {
  readonly context: string;
  readonly type: string;
}

/**
 * Every event type that the sources can write: the members of all types called `…Event` in the domain files, as the
 * compiler understands them. A name that is put together by other types is found as well.
 */
export function eventTypesInSources(): EventType[] {
  const files = readdirSync(contexts, { recursive: true, encoding: 'utf8' })
    .filter(file => /\/src\/domain\/.*\.ts$/.test(file) && !file.endsWith('.spec.ts'))
    .map(file => join(contexts, file));
  const settings = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(settings, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noEmit: true, types: [] });
  const found = new Map<string, EventType>();
  for (const file of files) {
    const context = relative(contexts, file).split('/')[0]!;
    for (const type of literalsIn(program, file)) found.set(`${context} ${type}`, { context, type });
  }
  return [...found.values()];
}

function literalsIn(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const statements = program.getSourceFile(file)?.statements ?? [];
  return [...statements].flatMap(statement => {
    const named = ts.isTypeAliasDeclaration(statement) && !statement.typeParameters;
    if (!named || !statement.name.text.endsWith('Event')) return [];
    const type = checker.getTypeAtLocation(statement.name);
    return (type.isUnion() ? type.types : [type]).flatMap(member => {
      const [name, data] = [member.getProperty('type'), member.getProperty('data')];
      const literal = name && data && checker.getTypeOfSymbol(name);
      return literal?.isStringLiteral() ? [literal.value] : [];
    });
  });
}
