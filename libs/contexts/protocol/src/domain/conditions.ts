import type { Condition, ProtocolDefinition } from './definition';

/** A condition and all conditions within it, from the outside in, each with its path. */
export function conditionsWithin(root: Condition, field = 'condition'): (readonly [Condition, string])[] {
  const here = [root, field] as const;
  const within = (part: Condition, at: string) => conditionsWithin(part, `${field}.${at}`);
  if (root.kind === 'allOf' || root.kind === 'anyOf') {
    return [here, ...root.of.flatMap((part, index) => within(part, `of[${index}]`))];
  }
  if (root.kind === 'not') return [here, ...within(root.of, 'of')];
  if (root.kind === 'provided') return [here, ...within(root.that, 'that'), ...within(root.then, 'then')];
  return [here];
}

/** What a screening has to collect so that every criterion can be evaluated, each in the order of its first use. */
export interface EvidenceNeeded {
  readonly analytes: readonly string[];
  readonly measurements: readonly string[];
  readonly attestations: readonly {
    readonly key: string;
    readonly statement: string;
    readonly needsText: boolean;
    /** The criteria that ask for it. */
    readonly criteria: readonly string[];
  }[];
  readonly diagnosis: boolean;
  readonly consent: boolean;
  readonly age: boolean;
}

export function evidenceNeeded({ criteria }: Pick<ProtocolDefinition, 'criteria'>): EvidenceNeeded {
  const all = criteria.flatMap(({ id, condition }) =>
    conditionsWithin(condition).map(([part]) => ({ id, part })),
  );
  const analytes = all.flatMap(({ part }) =>
    part.kind === 'laboratoryLimit' || part.kind === 'laboratoryFinding' ? part.analytes : [],
  );
  const measurements = all.flatMap(({ part }) => (part.kind === 'measurementLimit' ? [part.code] : []));
  const attested = all.flatMap(({ id, part }) => (part.kind === 'attested' ? [{ id, ...part }] : []));
  const asks = (kind: Condition['kind']): boolean => all.some(({ part }) => part.kind === kind);
  return {
    analytes: [...new Set(analytes)],
    measurements: [...new Set(measurements)],
    attestations: [...new Set(attested.map(({ key }) => key))].map(key => {
      const uses = attested.filter(each => each.key === key);
      return {
        key,
        statement: uses[0]?.statement ?? '',
        needsText: uses.some(each => each.needsText === true),
        criteria: [...new Set(uses.map(({ id }) => id))],
      };
    }),
    diagnosis: asks('diagnosis'),
    consent: asks('consent'),
    age: asks('age'),
  };
}
