import { counted, recorded, viewContract } from './testing';
import { sums, trail } from './testing/toy-views';

const events = recorded(
  ['a', 'b', 'a', 'c', 'a', 'b', 'b', 'a'].flatMap((key, index) => [
    counted(key, index % 3 === 0 ? -1 : 1),
    counted(key, index % 2),
  ]),
);

describe('sums', () => viewContract(sums, events));

describe('trail', () => viewContract(trail, events));
