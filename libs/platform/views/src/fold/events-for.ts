import type { RecordedEvent } from '@platform/kernel';
import type { View } from '../view';

const taken = new WeakMap<View, ReadonlySet<string>>();

/** The events of a page that a view looks at. */
export function eventsFor(view: View, page: readonly RecordedEvent[]): readonly RecordedEvent[] {
  if (view.takes === 'all') return page;
  let types = taken.get(view);
  if (!types) {
    types = new Set(view.takes);
    taken.set(view, types);
  }
  const wanted = types;
  return page.filter(({ type }) => wanted.has(type));
}
