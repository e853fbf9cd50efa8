/** How far back a report looks: everything, a duration back from the end, or from an instant on. */
export type Freshness =
  | { kind: 'all'; text: string }
  | { kind: 'duration'; text: string; ms: number }
  | { kind: 'instant'; text: string; time: number };

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** `all`, `30m`, `1h`, `7d`, or an RFC 3339 instant with its zone (a date alone is midnight UTC); null for anything else. */
export function parseFreshness(value: string): Freshness | null {
  const text = value.trim();
  if (text === 'all') return { kind: 'all', text };
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount && unit)
    return Number(amount) > 0 ? { kind: 'duration', text, ms: Number(amount) * UNIT_MS[unit]! } : null;
  const time = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : { kind: 'instant', text, time };
}
