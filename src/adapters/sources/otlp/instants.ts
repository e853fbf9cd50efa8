/** Nanoseconds since the epoch, 64 bits as two halves, as epoch ms with a fraction; null for zero, which stands for "not given". */
export function instantOfHalves(low: number, high: number): number | null {
  if (low === 0 && high === 0) return null;
  // 2^32 ns = 4294 ms + 967296 ns; both products stay exact in a double.
  const rest = high * 967_296 + low;
  const ms = Math.floor(rest / 1e6);
  return high * 4_294 + ms + (rest - ms * 1e6) / 1e6;
}

const LONGEST_UINT64 = 20;

/** The same from a JSON value: decimal digits in a string, or a number. Null for anything else. */
export function instantOfJson(value: unknown): number | null {
  if (typeof value === 'string') {
    if (value.length > LONGEST_UINT64 || !/^\d+$/.test(value)) return null;
    const cut = value.length - 6;
    if (cut <= 0) return Number(value) / 1e6 || null;
    return Number(value.slice(0, cut)) + Number(value.slice(cut)) / 1e6 || null;
  }
  if (typeof value !== 'number' || !(value > 0) || value > 2 ** 64) return null;
  return value / 1e6;
}

/** What a Date can hold; beyond it an instant cannot be shown. */
const LATEST = 8.64e15;

/** Whether the instant is one that can be shown. */
export function isInstant(time: number | null): time is number {
  return time !== null && time >= 0 && time <= LATEST;
}
