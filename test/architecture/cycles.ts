/**
 * The groups of nodes that reach each other, and nodes that reach themselves (Tarjan, SIAM J. Comput. 1, 1972): each
 * sorted, and none for a graph without circles.
 */
export function stronglyConnected(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const circles: string[][] = [];

  const visit = (node: string): void => {
    const number = order.size;
    order.set(node, number);
    lowest.set(node, number);
    open.push(node);
    isOpen.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) {
        visit(next);
        lowest.set(node, Math.min(lowest.get(node) as number, lowest.get(next) as number));
      } else if (isOpen.has(next)) {
        lowest.set(node, Math.min(lowest.get(node) as number, order.get(next) as number));
      }
    }
    if (lowest.get(node) !== number) return;
    const group = open.splice(open.indexOf(node));
    for (const each of group) isOpen.delete(each);
    if (group.length > 1 || graph.get(node)?.has(node)) circles.push(group.sort());
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
