import { durationText } from './duration.ts';
import type { Language, Messages } from './i18n/current.ts';

export interface Formats {
  count(value: number): string;
  /** `5 minutes ago`, `in 2 hours`. */
  ago(at: number, now: number): string;
  /** Day and time to the second, in the reader's zone, which it names. */
  exact(at: number): string;
  /** `14:32:05`, with the day when it is not today. */
  clock(at: number, now: number): string;
  /** `14:32:05.123`. */
  timeOfDay(at: number): string;
  /** `14:32:05.123` with the day. */
  precise(at: number): string;
  /** On the axis of a chart: the time, or the day where steps are days or a day begins. */
  axis(at: number, isDay: boolean): string;
  list(values: readonly string[]): string;
  /** `4 min 5 s`. */
  duration(ms: number): string;
  /** `99.9 %`; only what is whole is shown as whole. */
  percent(ratio: number): string;
  /** A measured value, with at most three digits after the point. */
  value(value: number): string;
  /** Day and time as the clocks of a zone show it; the zone is named by the caller. */
  inZone(at: number, zone: string): string;
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
  const timeOfDay = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
  const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const value = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    count: (value) => number.format(value),
    exact: (at) => exact.format(at),
    timeOfDay: (at) => timeOfDay.format(at),
    precise: (at) => precise.format(at),
    axis: (at, isDay) => (isDay || new Date(at).getHours() + new Date(at).getMinutes() === 0 ? day : hour).format(at),
    list: (values) => list.format(values),
    duration: (ms) => durationText(ms, words.units, value),
    percent: (ratio) => percent.format(Math.floor(ratio * 1000 + 1e-9) / 1000),
    value: (one) => value.format(one),
    inZone: (at, zone) => zoneFormat(locale, zone, at % 60_000 !== 0).format(at),
    clock: (at, now) =>
      new Date(at).toDateString() === new Date(now).toDateString() ? time.format(at) : dayAndTime.format(at),
    ago(at, now) {
      const distance = at - now;
      const found = UNITS.find(({ ms }) => Math.abs(distance) >= ms);
      return found ? relative.format(Math.trunc(distance / found.ms), found.unit) : words.justNow;
    },
  };
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Made once for each zone: making one takes longer than using it. */
function zoneFormat(locale: string, timeZone: string, hasSeconds: boolean): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${hasSeconds}`;
  const known = zones.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(hasSeconds ? { second: '2-digit' } : {}),
    timeZoneName: 'short',
  });
  zones.set(key, made);
  return made;
}
