import type { RowMapping } from './mapping';
export const adverseEvents: RowMapping = () => [];
