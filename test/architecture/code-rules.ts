import { isDomain, isTesting, placeOf, type Tree } from './layout';
import type { Rule } from './rules';
import type { Code, DecoratedType, Found } from './source';

/** What a decision must not do, in the form in which the parser reports it, and what to write instead. */
const impure: readonly (readonly [RegExp, string])[] = [
  [/^(Date(?!\.(parse|UTC))|new Date|Temporal\.Now|performance)/, 'Take the time from context.recordedAt.'],
  [/^(Math\.random|crypto)/, 'Derive identifiers with derivedId from the command id.'],
  [/^(set(Timeout|Interval|Immediate)|queueMicrotask|AbortSignal)/, 'Let a reaction schedule a job.'],
  [
    /^(process|globalThis|localStorage)/,
    'Take settings as an argument; whoever composes the app reads them.',
  ],
  [/^(console|fetch)/, 'A decision has no effects. Answer with an event or a rejection.'],
];

const domainPurity: Rule = {
  name: 'domain-purity',
  *check(tree) {
    for (const code of tree.codes.values()) {
      if (!isDomain(code.path)) continue;
      for (const { name, line } of code.uses) {
        const advice = impure.find(([pattern]) => pattern.test(name))?.[1];
        if (advice)
          yield { path: code.path, line, message: `The domain is pure, and ${name} is not. ${advice}` };
      }
    }
  },
};

/** A file that may do without a port, and why nobody will want to replay or simulate what it does there. */
export interface Exemption {
  readonly path: string;
  readonly uses: readonly string[];
  readonly reason: string;
}

/** Uses of the hour, of chance and of timers. A Date with an argument is only another way to write a number. */
const unported = [
  /^(Date\.now|Date\(\)|new Date\(\)|Temporal\.Now|performance\.|process\.hrtime)/,
  /^(Math\.random|crypto\.(random|getRandom))/,
  /^(setTimeout|setInterval|setImmediate|AbortSignal\.timeout)/,
];

/** Names that packages give to the same. */
const unportedNames: Readonly<Record<string, RegExp>> = {
  crypto: /^(random|getRandomValues|webcrypto)/,
  uuid: /^v[1467]$/,
  timers: /./,
  'timers/promises': /./,
  perf_hooks: /^performance$/,
};

function unportedUses(code: Code): Found[] {
  const imported = code.imports.flatMap(({ specifier, names, line }) => {
    const pattern = unportedNames[specifier.replace(/^node:/, '')];
    return names
      .filter(each => !each.typeOnly && pattern?.test(each.name))
      .map(({ name }) => ({ name, line }));
  });
  return [...code.uses.filter(({ name }) => unported.some(pattern => pattern.test(name))), ...imported];
}

const ports = (exemptions: readonly Exemption[]): Rule => ({
  name: 'ports',
  *check(tree) {
    const exempt = new Set(exemptions.flatMap(({ path, uses }) => uses.map(use => `${path} ${use}`)));
    const unneeded = new Set(exempt);
    for (const code of tree.codes.values()) {
      // The domain has a stricter rule of its own.
      if (!code.path.startsWith('libs/') || isTesting(code.path) || isDomain(code.path)) continue;
      for (const { name, line } of unportedUses(code)) {
        const use = `${code.path} ${name}`;
        unneeded.delete(use);
        if (exempt.has(use)) continue;
        const message =
          `${name} cannot be simulated. Take the kernel's Clock, Ids, Random or Timers as an argument; ` +
          'where nobody would want to, say why in test/architecture/exemptions.ts.';
        yield { path: code.path, line, message };
      }
    }
    for (const each of unneeded) {
      const [path = '', ...use] = each.split(' ');
      const message = `${use.join(' ')} is not used here. Take it out of test/architecture/exemptions.ts.`;
      yield { path, message };
    }
  },
});

/** Parameters that the framework fills from the request and validates by their class. */
const fromRequest = new Set(['Body', 'Query', 'Param']);

const injectedTypes: Rule = {
  name: 'injected-types',
  *check(tree) {
    for (const code of tree.codes.values()) {
      for (const type of code.decoratedTypes) {
        const message = erasedFault(tree, code, type);
        if (message) yield { path: code.path, line: type.line, message };
      }
    }
  },
};

function erasedFault(tree: Tree, code: Code, { name, place, decorators }: DecoratedType): string | undefined {
  const source = code.imports.find(each => each.names.some(known => known.local === name && known.typeOnly));
  const imported = source?.names.find(known => known.local === name);
  if (!source || !imported) return undefined;
  const validated = decorators.some(each => fromRequest.has(each));
  const byType = place === 'constructor' && !decorators.includes('Inject');
  if (!validated && !byType && !tree.isClass(code.path, source.specifier, imported.name)) return undefined;
  return (
    `'import type' leaves nothing of ${name} at run time: it is not ${validated ? 'validated' : 'injected'}. ` +
    `Write "import { ${name} } from '${source.specifier}'"; an interface wants @Inject(TOKEN), a request a class.`
  );
}

const eventNames: Rule = {
  name: 'event-names',
  *check(tree) {
    const owners = new Map<string, string>();
    for (const { code, found, declared } of eventsIn(tree)) {
      const owner = owners.get(found.name) ?? code.path;
      owners.set(found.name, owner);
      const elsewhere = declared ? owner !== code.path : placeOf(owner).unit !== placeOf(code.path).unit;
      // What the kernel declares belongs to all.
      if (!elsewhere || placeOf(owner).layer === 'platform') continue;
      const message =
        `${owner} already writes events named ${found.name}, and the name is the storage format. ` +
        'Choose another one, such as the name with what it is about in front.';
      yield { path: code.path, line: found.line, message };
    }
  },
};

/** Declarations first, and the platform's before those of contexts: they own their names. */
function* eventsIn(tree: Tree): Generator<{ code: Code; found: Found; declared: boolean }> {
  const codes = [...tree.codes.values()].filter(({ path }) => path.startsWith('libs/') && !isTesting(path));
  const platformFirst = codes.sort((a, b) => rank(a) - rank(b));
  for (const code of platformFirst)
    for (const found of code.eventTypes) yield { code, found, declared: true };
  for (const code of platformFirst)
    for (const found of code.writtenEvents) yield { code, found, declared: false };
}

const rank = (code: Code): number => (placeOf(code.path).layer === 'platform' ? 0 : 1);

export const codeRules = (exemptions: readonly Exemption[]): readonly Rule[] => [
  domainPurity,
  ports(exemptions),
  injectedTypes,
  eventNames,
];
