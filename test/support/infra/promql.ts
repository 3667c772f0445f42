import { parser } from '@prometheus-io/lezer-promql';

export interface PromQl {
  /** Metrics and the labels that are asked of them or summed by. */
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  /** Where the text is no PromQL. */
  readonly faults: readonly string[];
}

/** What an expression asks for, read with the grammar that Prometheus' own editor uses. */
export function readPromQl(text: string): PromQl {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  const faults: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to, node }) => {
      const found = text.slice(from, to);
      if (type.isError) faults.push(`at ${from}: "${text.slice(from, from + 20)}"`);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(found);
      if (name === 'LabelName') labels.add(found);
    },
  });
  return { metrics, labels, faults };
}

/** Metrics and labels of Prometheus' text format; those of a histogram under the names that are queried. */
export function exposed(text: string): {
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
} {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const suffix of suffixes) metrics.add(name + suffix);
  }
  for (const [, name = ''] of text.matchAll(/[{,]([a-z_]+)="/g)) labels.add(name);
  return { metrics, labels };
}
