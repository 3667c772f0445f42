import * as ts from 'typescript';

/** A file of the repository: its path from the root, with slashes, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export interface ImportedName {
  /** As the other file calls it; `*` for everything. */
  readonly name: string;
  readonly local: string;
  readonly typeOnly: boolean;
}

/** An import, a re-export, a `require` or an `import()`. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly names: readonly ImportedName[];
  /** Whether it is gone after compilation. */
  readonly typeOnly: boolean;
  readonly reexport: boolean;
  /** Whether it runs later than the file itself is loaded. */
  readonly deferred: boolean;
}

/** Something found at a line: a use of a global, an event type, a class. */
export interface Found {
  readonly name: string;
  readonly line: number;
}

/** A type that decorators turn into run-time metadata: validation, injection and documentation read it from there. */
export interface DecoratedType extends Found {
  readonly place: 'constructor' | 'method' | 'property';
  /** Names of the decorators at this parameter or property. */
  readonly decorators: readonly string[];
}

/** What the rules want to know of a TypeScript file. */
export interface Code extends SourceText {
  readonly imports: readonly Import[];
  /** Globals as they are used: `Date.now`, `Date()`, `new Date()`, `new Date(…)`, `process.env`, `setTimeout`. */
  readonly uses: readonly Found[];
  readonly classes: ReadonlySet<string>;
  readonly decoratedTypes: readonly DecoratedType[];
  /** Literal names in `DomainEvent<'…', …>`. */
  readonly eventTypes: readonly Found[];
  /** Literal names in object literals of the form `{ type: '…', data: … }`. */
  readonly writtenEvents: readonly Found[];
}

export const isTypeScript = (path: string): boolean => /\.[cm]?ts$/.test(path) && !path.endsWith('.d.ts');

type Collected = {
  -readonly [Key in keyof Code]: Code[Key] extends readonly (infer Item)[] ? Item[] : Code[Key];
};

/** Reads a file without type information: a few thousand files a second. */
export function parse(source: SourceText): Code {
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true);
  const lineOf = (node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
  const classes = new Set<string>();
  const code: Collected = {
    ...source,
    classes,
    imports: [],
    uses: [],
    decoratedTypes: [],
    eventTypes: [],
    writtenEvents: [],
  };
  const visit = (node: ts.Node): void => {
    const line = lineOf(node);
    const found = importOf(node, line);
    if (found) code.imports.push(found);
    if (ts.isIdentifier(node)) {
      const use = useOf(node);
      if (use !== undefined) code.uses.push({ name: use, line });
    }
    if (ts.isClassDeclaration(node)) {
      if (node.name) classes.add(node.name.text);
      code.decoratedTypes.push(...decoratedTypesOf(node, lineOf));
    }
    const declared = ts.isTypeReferenceNode(node) ? declaredEventOf(node) : undefined;
    if (declared !== undefined) code.eventTypes.push({ name: declared, line });
    const written = ts.isObjectLiteralExpression(node) ? writtenEventOf(node) : undefined;
    if (written !== undefined) code.writtenEvents.push({ name: written, line });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return code;
}

function importOf(node: ts.Node, line: number): Import | undefined {
  if (ts.isImportDeclaration(node)) {
    const names = namesOf(node.importClause);
    // A bare `import './file'` has no names and runs the file.
    const typeOnly = names.length > 0 && names.every(name => name.typeOnly);
    return {
      specifier: textOf(node.moduleSpecifier),
      line,
      names,
      typeOnly,
      reexport: false,
      deferred: false,
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const names = exportedNamesOf(node);
    const typeOnly = names.length > 0 && names.every(name => name.typeOnly);
    return {
      specifier: textOf(node.moduleSpecifier),
      line,
      names,
      typeOnly,
      reexport: true,
      deferred: false,
    };
  }
  if (ts.isExternalModuleReference(node)) {
    const typeOnly = node.parent.isTypeOnly;
    return {
      specifier: textOf(node.expression),
      line,
      names: [],
      typeOnly,
      reexport: false,
      deferred: false,
    };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const specifier = textOf(node.argument.literal);
    return { specifier, line, names: [], typeOnly: true, reexport: false, deferred: false };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const [first] = node.arguments;
  const imported = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  if (!first || !ts.isStringLiteralLike(first) || !(imported || required)) return undefined;
  return { specifier: first.text, line, names: [], typeOnly: false, reexport: false, deferred: imported };
}

const textOf = (node: ts.Node): string => (ts.isStringLiteralLike(node) ? node.text : '');

function namesOf(clause: ts.ImportClause | undefined): ImportedName[] {
  if (!clause) return [];
  const all = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const names: ImportedName[] = [];
  if (clause.name) names.push({ name: 'default', local: clause.name.text, typeOnly: all });
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings))
    names.push({ name: '*', local: bindings.name.text, typeOnly: all });
  if (bindings && ts.isNamedImports(bindings))
    names.push(...bindings.elements.map(each => nameOf(each, all)));
  return names;
}

function exportedNamesOf(node: ts.ExportDeclaration): ImportedName[] {
  const clause = node.exportClause;
  if (clause && ts.isNamedExports(clause)) return clause.elements.map(each => nameOf(each, node.isTypeOnly));
  return [{ name: '*', local: clause?.name.text ?? '*', typeOnly: node.isTypeOnly }];
}

const nameOf = (each: ts.ImportSpecifier | ts.ExportSpecifier, allTypes: boolean): ImportedName => ({
  name: (each.propertyName ?? each.name).text,
  local: each.name.text,
  typeOnly: allTypes || each.isTypeOnly,
});

const globals = new Set(
  (
    'AbortSignal Date Math Temporal console crypto fetch globalThis localStorage performance process queueMicrotask ' +
    'setImmediate setInterval setTimeout'
  ).split(' '),
);

/** How a global is used at an identifier; undefined where the identifier is no expression, or no global. */
function useOf(node: ts.Identifier): string | undefined {
  if (!globals.has(node.text)) return undefined;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node ? `${node.text}.${parent.name.text}` : undefined;
  }
  if (ts.isNewExpression(parent)) return `new ${node.text}(${parent.arguments?.length ? '…' : ''})`;
  if (ts.isCallExpression(parent) && parent.expression === node)
    return node.text === 'Date' ? 'Date()' : node.text;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
    return undefined;
  const named = (parent as { name?: ts.Node; propertyName?: ts.Node }).name === node;
  const nameOnly = named && !ts.isShorthandPropertyAssignment(parent);
  return nameOnly || !isExpressionPlace(parent) ? undefined : node.text;
}

const isExpressionPlace = (parent: ts.Node): boolean =>
  !ts.isTypeNode(parent) &&
  !ts.isQualifiedName(parent) &&
  !ts.isImportSpecifier(parent) &&
  !ts.isExportSpecifier(parent) &&
  !ts.isTypeParameterDeclaration(parent);

function decoratedTypesOf(node: ts.ClassDeclaration, lineOf: (node: ts.Node) => number): DecoratedType[] {
  const found: DecoratedType[] = [];
  const add = (place: DecoratedType['place'], at: ts.ParameterDeclaration | ts.PropertyDeclaration): void => {
    const type = at.type && ts.isTypeReferenceNode(at.type) ? at.type.typeName : undefined;
    if (!type || !ts.isIdentifier(type)) return;
    found.push({ name: type.text, line: lineOf(at), place, decorators: decoratorsOf(at) });
  };
  for (const member of node.members) {
    if (ts.isConstructorDeclaration(member) && decoratorsOf(node).length > 0) {
      for (const parameter of member.parameters) add('constructor', parameter);
    } else if (ts.isMethodDeclaration(member)) {
      for (const parameter of member.parameters)
        if (decoratorsOf(parameter).length > 0) add('method', parameter);
    } else if (ts.isPropertyDeclaration(member) && decoratorsOf(member).length > 0) add('property', member);
  }
  return found;
}

const decoratorsOf = (node: ts.HasDecorators): string[] =>
  (ts.getDecorators(node) ?? []).map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );

function declaredEventOf(node: ts.TypeReferenceNode): string | undefined {
  const [first] = node.typeArguments ?? [];
  if (node.typeName.getText() !== 'DomainEvent' || !first || !ts.isLiteralTypeNode(first)) return undefined;
  return textOf(first.literal) || undefined;
}

function writtenEventOf(node: ts.ObjectLiteralExpression): string | undefined {
  const property = (name: string): ts.ObjectLiteralElementLike | undefined =>
    node.properties.find(
      each => each.name !== undefined && ts.isIdentifier(each.name) && each.name.text === name,
    );
  const type = property('type');
  if (!property('data') || !type || !ts.isPropertyAssignment(type)) return undefined;
  return textOf(type.initializer) || undefined;
}
