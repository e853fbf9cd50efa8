const HOUR_MS = 3_600_000;

/** Spans that end now, under the names they have in an address. */
const PERIODS = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
} as const;
export type PeriodName = keyof typeof PERIODS;

export const DEFAULT_PERIOD: PeriodName = '24h';

export const PERIOD_NAMES = Object.keys(PERIODS) as PeriodName[];

export function periodName(name: string | undefined): PeriodName {
  return name !== undefined && Object.hasOwn(PERIODS, name) ? (name as PeriodName) : DEFAULT_PERIOD;
}

/** ms; of a name that is none the default's. */
export function lastOf(name: string | undefined): number {
  return PERIODS[periodName(name)];
}
