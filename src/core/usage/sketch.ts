import { hash } from 'node:crypto';

/**
 * How many different texts were added, in 4 KB: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) of 2^12 registers over 64-bit hashes,
 * with the estimator of Ertl (2017, https://arxiv.org/abs/1702.01284, algorithm 6), which needs no corrections for small or large numbers. Relative
 * standard error 1.04 / √4096 = 1.6 %. Sketches meet exactly, in any order.
 */
export interface UniqueSketch {
  add(text: string): void;
  /** The same by the first 64 bits of the text's SHA-256. */
  addHash(high: number, low: number): void;
  merge(other: UniqueSketch): void;
  /** Not rounded. */
  estimate(): number;
  /** base64: what is stored. */
  encode(): string;
  readonly registers: Uint8Array;
}

const PRECISION = 12;
const REGISTERS = 1 << PRECISION;
/** Bits of the hash that are left for counting zeros. */
const REST = 64 - PRECISION;

/** From what `encode` gave, or empty. What is no sketch counts nothing: stored rows are the program's own. */
export function createSketch(encoded?: string): UniqueSketch {
  const registers = new Uint8Array(REGISTERS);
  if (encoded !== undefined) {
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length === REGISTERS) registers.set(bytes);
  }
  const addHash = (high: number, low: number) => {
    // The first 12 bits say which register; how many zeros lead the other 52 is what it keeps.
    const rest = high & (2 ** (32 - PRECISION) - 1);
    const zeros = rest === 0 ? 32 - PRECISION + Math.clz32(low) : Math.clz32(rest) - PRECISION;
    const rank = Math.min(zeros, REST) + 1;
    const register = high >>> (32 - PRECISION);
    if (rank > registers[register]!) registers[register] = rank;
  };
  return {
    registers,
    addHash,
    add(text) {
      const digest = hash('sha256', text, 'buffer');
      addHash(digest.readUInt32BE(0), digest.readUInt32BE(4));
    },
    merge({ registers: others }) {
      for (let index = 0; index < REGISTERS; index++)
        if (others[index]! > registers[index]!) registers[index] = others[index]!;
    },
    estimate: () => estimate(registers),
    encode: () => Buffer.from(registers).toString('base64'),
  };
}

function estimate(registers: Uint8Array): number {
  const counts = new Array<number>(REST + 2).fill(0);
  for (const rank of registers) counts[rank]!++;
  let sum = REGISTERS * tau(1 - counts[REST + 1]! / REGISTERS);
  for (let rank = REST; rank >= 1; rank--) sum = 0.5 * (sum + counts[rank]!);
  sum += REGISTERS * sigma(counts[0]! / REGISTERS);
  return REGISTERS ** 2 / (2 * Math.LN2) / sum;
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let factor = 1;
  let sum = share;
  for (let before = Number.NaN; sum !== before; factor *= 2) {
    power *= power;
    before = sum;
    sum += power * factor;
  }
  return sum;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let factor = 1;
  let sum = 1 - share;
  for (let before = Number.NaN; sum !== before; ) {
    root = Math.sqrt(root);
    before = sum;
    factor *= 0.5;
    sum -= (1 - root) ** 2 * factor;
  }
  return sum / 3;
}
