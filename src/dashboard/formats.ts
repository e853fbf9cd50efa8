import type { Language, Messages } from './i18n/current.ts';

export interface Formats {
  count(value: number): string;
  /** `5 minutes ago`, `in 2 hours`. */
  ago(at: number, now: number): string;
  /** Day and time to the second, in the reader's zone, which it names. */
  exact(at: number): string;
  /** `14:32:05`, with the day when it is not today. */
  clock(at: number, now: number): string;
  /** `14:32:05.123` with the day. */
  precise(at: number): string;
  /** On the axis of a chart: the time, or the day where steps are days or a day begins. */
  axis(at: number, isDay: boolean): string;
  list(values: readonly string[]): string;
}

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

export function createFormats(language: Language, words: Messages['shared']['time']): Formats {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' });
  const precise = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
  const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    count: (value) => number.format(value),
    exact: (at) => exact.format(at),
    precise: (at) => precise.format(at),
    axis: (at, isDay) => (isDay || new Date(at).getHours() + new Date(at).getMinutes() === 0 ? day : hour).format(at),
    list: (values) => list.format(values),
    clock: (at, now) =>
      new Date(at).toDateString() === new Date(now).toDateString() ? time.format(at) : dayAndTime.format(at),
    ago(at, now) {
      const distance = at - now;
      const found = UNITS.find(({ ms }) => Math.abs(distance) >= ms);
      return found ? relative.format(Math.trunc(distance / found.ms), found.unit) : words.justNow;
    },
  };
}
