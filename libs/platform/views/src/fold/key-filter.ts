/** Bits for each key, and hash functions: about one false alarm in a hundred. */
const bitsPerKey = 10;
const hashes = 6;
const firstCapacity = 16_384;

/**
 * Remembers which keys were written out, in ten bits each (a Bloom filter that grows by doubling). It may
 * take a key for known that is not, never the other way round: a rebuild asks the database only for rows
 * that may be there.
 */
export class KeyFilter {
  private readonly layers: { readonly bits: Uint32Array; readonly capacity: number; count: number }[] = [];

  add(key: string): void {
    let layer = this.layers.at(-1);
    if (!layer || layer.count >= layer.capacity) {
      const capacity = layer ? layer.capacity * 2 : firstCapacity;
      layer = { bits: new Uint32Array((capacity * bitsPerKey) >> 5), capacity, count: 0 };
      this.layers.push(layer);
    }
    layer.count++;
    const [a, b] = hash(key);
    const size = layer.bits.length << 5;
    for (let i = 0; i < hashes; i++) {
      const bit = ((a + Math.imul(i, b)) >>> 0) % size;
      layer.bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  mayHold(key: string): boolean {
    if (this.layers.length === 0) return false;
    const [a, b] = hash(key);
    return this.layers.some(({ bits }) => holds(bits, a, b));
  }
}

function holds(bits: Uint32Array, a: number, b: number): boolean {
  const size = bits.length << 5;
  for (let i = 0; i < hashes; i++) {
    const bit = ((a + Math.imul(i, b)) >>> 0) % size;
    if ((bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

/** Two 32-bit hashes of a text (FNV-1a, and a multiplicative one); the second is odd. */
function hash(text: string): [number, number] {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  return [a >>> 0, b | 1];
}
