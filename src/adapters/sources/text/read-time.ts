import { daysFromCivil, namedOffset, type ToUtc } from './zone.ts';

export interface TimeContext {
  toUtc: ToUtc;
  /** Epoch ms: gives the year or the day that a short time lacks. */
  referenceTime: number;
}

/** A time that was read, and where the text goes on after it. */
export interface ReadTime {
  /** Epoch ms, fractions kept. */
  time: number;
  end: number;
}

const DAY_MS = 86_400_000;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

function digit(text: string, at: number): number {
  const code = text.charCodeAt(at) - 48;
  return code >= 0 && code <= 9 ? code : -1;
}

/** Two digits as a number, or -1. */
function two(text: string, at: number): number {
  const high = digit(text, at);
  const low = digit(text, at + 1);
  return high < 0 || low < 0 ? -1 : high * 10 + low;
}

function four(text: string, at: number): number {
  const high = two(text, at);
  const low = two(text, at + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

/** `hh:mm[:ss[.,fraction]]` as milliseconds of the day in `time`; null when it is none. */
export function readClock(text: string, at: number): ReadTime | null {
  const hour = two(text, at);
  const minute = two(text, at + 3);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text.charCodeAt(at + 2) !== 58) return null;
  if (text.charCodeAt(at + 5) !== 58) return { time: (hour * 60 + minute) * 60_000, end: at + 5 };
  const second = two(text, at + 6);
  if (second < 0 || second > 60) return null;
  const time = ((hour * 60 + minute) * 60 + second) * 1000;
  const mark = text.charCodeAt(at + 8);
  if ((mark !== 46 && mark !== 44) || digit(text, at + 9) < 0) return { time, end: at + 8 };
  let end = at + 9;
  let fraction = 0;
  let scale = 100;
  for (let value = digit(text, end); value >= 0; value = digit(text, ++end)) {
    fraction += value * scale;
    scale /= 10;
    if (end - at > 30) return null;
  }
  return { time: time + Math.round(fraction * 1e6) / 1e6, end };
}

/** A zone right here or after one space: `Z`, `+02:00`, `+0200`, `+02`, ` UTC`. Minutes in `time`; null when there is none. */
function readZone(text: string, at: number): ReadTime | null {
  let start = at;
  const isSpaced = text.charCodeAt(at) === 32;
  if (isSpaced) start++;
  const code = text.charCodeAt(start);
  if (code === 43 || code === 45) return readOffset(text, start, isSpaced);
  // Zones are written in capitals.
  return isCapital(code) ? readZoneName(text, start, isSpaced) : null;
}

function readOffset(text: string, start: number, isSpaced: boolean): ReadTime | null {
  const hours = two(text, start + 1);
  if (hours < 0 || hours > 15) return null;
  const colon = text.charCodeAt(start + 3) === 58 ? 1 : 0;
  const minutes = two(text, start + 3 + colon);
  // After a space a lone `-02` could be anything.
  if (minutes < 0 && isSpaced) return null;
  const end = minutes < 0 ? start + 3 : start + 5 + colon;
  if (digit(text, end) >= 0) return null;
  return { time: (text.charCodeAt(start) === 43 ? 1 : -1) * (hours * 60 + Math.max(0, minutes)), end };
}

/** Names end with T, C or K: ` INFO` is none. */
function readZoneName(text: string, start: number, isSpaced: boolean): ReadTime | null {
  let end = start + 1;
  while (end - start < 5 && isCapital(text.charCodeAt(end))) end++;
  if (isLetter(text.charCodeAt(end)) || (isSpaced && end - start < 3)) return null;
  const last = text.charCodeAt(end - 1);
  if (end - start > 1 && last !== 84 && last !== 67 && last !== 75) return null;
  const offset = namedOffset(text.slice(start, end));
  return offset === null ? null : { time: offset, end };
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isDate(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Date and clock to an instant, with the zone that follows or the source's own. */
function instant(days: number, clock: ReadTime, text: string, context: TimeContext): ReadTime {
  const wall = days * DAY_MS + clock.time;
  const zone = readZone(text, clock.end);
  return zone ? { time: wall - zone.time * 60_000, end: zone.end } : { time: context.toUtc(wall), end: clock.end };
}

/** `2025-10-20T16:01:18.121Z`, `2025/10/20 16:01:18`, with `,mmm` and any zone of `readZone`. */
export function readIsoTime(text: string, at: number, context: TimeContext): ReadTime | null {
  const separator = text.charCodeAt(at + 4);
  if ((separator !== 45 && separator !== 47) || text.charCodeAt(at + 7) !== separator) return null;
  const year = four(text, at);
  const month = two(text, at + 5);
  const day = two(text, at + 8);
  if (year < 0 || !isDate(month, day)) return null;
  const gap = text.charCodeAt(at + 10);
  if (gap !== 84 && gap !== 32 && gap !== 95 && gap !== 116) return null;
  const clock = readClock(text, at + 11);
  return clock ? instant(daysFromCivil(year, month, day), clock, text, context) : null;
}

/** 1 to 12 for an English month of three letters, any case; -1. */
function monthAt(text: string, at: number): number {
  const code = text.charCodeAt(at) | 32;
  if (code < 97 || code > 115) return -1;
  const index = MONTHS.indexOf(text.slice(at, at + 3).toLowerCase());
  return text.length >= at + 3 && index >= 0 && index % 3 === 0 ? index / 3 + 1 : -1;
}

/** `20/Oct/2025:16:01:18 +0200`, `20-Oct-2025 16:01:18.121`, `20 Oct 2025 16:01:18`. */
export function readDayMonthTime(text: string, at: number, context: TimeContext): ReadTime | null {
  const day = two(text, at);
  const separator = text.charCodeAt(at + 2);
  if (day < 1 || (separator !== 47 && separator !== 45 && separator !== 32)) return null;
  const month = monthAt(text, at + 3);
  if (month < 0 || day > 31 || text.charCodeAt(at + 6) !== separator) return null;
  const year = four(text, at + 7);
  const gap = text.charCodeAt(at + 11);
  if (year < 0 || (gap !== 58 && gap !== 32)) return null;
  const clock = readClock(text, at + 12);
  return clock ? instant(daysFromCivil(year, month, day), clock, text, context) : null;
}

/** The instant without a year nearest before the reference (a day ahead is allowed: clocks and zones differ). */
export function nearestYear(month: number, day: number, dayMs: number, context: TimeContext): number {
  const year = new Date(context.referenceTime).getUTCFullYear();
  const next = context.toUtc(daysFromCivil(year + 1, month, day) * DAY_MS + dayMs);
  if (next <= context.referenceTime + DAY_MS) return next;
  const same = context.toUtc(daysFromCivil(year, month, day) * DAY_MS + dayMs);
  return same <= context.referenceTime + DAY_MS
    ? same
    : context.toUtc(daysFromCivil(year - 1, month, day) * DAY_MS + dayMs);
}

/** `Oct 20 16:01:18` (RFC 3164, day padded with a space or a zero), also `Oct 20 2025 16:01:18` and `Oct 20, 2025 4:01:18 PM`. */
export function readMonthDayTime(text: string, at: number, context: TimeContext): ReadTime | null {
  const month = monthAt(text, at);
  if (month < 0 || text.charCodeAt(at + 3) !== 32) return null;
  let next = at + 4;
  if (text.charCodeAt(next) === 32) next++;
  let day = digit(text, next++);
  if (digit(text, next) >= 0) day = day * 10 + digit(text, next++);
  if (!isDate(month, day)) return null;
  if (text.charCodeAt(next) === 44) return readTwelveHours({ text, at: next, month, day }, context);
  if (text.charCodeAt(next) !== 32) return null;
  next++;
  const year = digit(text, next + 2) >= 0 ? four(text, next) : -1;
  const clock = readClock(text, year < 0 ? next : next + 5);
  if (!clock) return null;
  if (year >= 0) return instant(daysFromCivil(year, month, day), clock, text, context);
  return { time: nearestYear(month, day, clock.time, context), end: clock.end };
}

/** `, 2025 4:01:18 PM`: what java.util.logging writes by default; the spaces may be the narrow ones of newer locale data. */
function readTwelveHours(
  { text, at, month, day }: { text: string; at: number; month: number; day: number },
  context: TimeContext,
): ReadTime | null {
  const found = /^, (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \u202f\u00a0]([AP])M\b/.exec(text.slice(at, at + 24));
  if (!found) return null;
  const hour = (Number(found[2]) % 12) + (found[5] === 'P' ? 12 : 0);
  const wall =
    daysFromCivil(Number(found[1]), month, day) * DAY_MS +
    ((hour * 60 + Number(found[3])) * 60 + Number(found[4])) * 1000;
  return { time: context.toUtc(wall), end: at + found[0].length };
}

/** `Mon Oct 20 16:01:18.902022 2025` or without fraction: what C's ctime and Apache's error log write. */
function readWeekdayTime(text: string, at: number, context: TimeContext): ReadTime | null {
  if (text.charCodeAt(at + 3) !== 32 || monthAt(text, at + 4) < 0) return null;
  const short = readMonthDayTime(text, at + 4, context);
  if (!short || text.charCodeAt(short.end) !== 32) return null;
  const year = four(text, short.end + 1);
  if (year < 0) return null;
  const day = Number(text.slice(at + 8, at + 10));
  const clock = readClock(text, text.indexOf(':', at) - 2);
  if (!clock) return null;
  return instant(
    daysFromCivil(year, monthAt(text, at + 4), day),
    { time: clock.time, end: short.end + 5 },
    text,
    context,
  );
}

/** Any of the forms above that starts with a date. The first character decides which is tried. */
export function readTime(text: string, at: number, context: TimeContext): ReadTime | null {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return readIsoTime(text, at, context) ?? readDayMonthTime(text, at, context);
  if (code < 65 || code > 122) return null;
  return readMonthDayTime(text, at, context) ?? readWeekdayTime(text, at, context);
}

/** An instant in a field: RFC 3339 or another form of `readTime`, or epoch seconds, ms, µs, ns told apart by size. Null when it is none. */
export function toEpochMs(value: unknown, context: TimeContext): number | null {
  if (typeof value === 'number') return epochBySize(value);
  if (typeof value !== 'string' || value.length > 64 || value === '') return null;
  if (/^\d{1,19}(?:\.\d{1,9})?$/.test(value)) return epochBySize(Number(value));
  return readTime(value, 0, context)?.time ?? null;
}

function epochBySize(value: number): number | null {
  // Below 1973: a duration or an uptime, not an instant.
  if (!Number.isFinite(value) || value < 1e8) return null;
  if (value < 1e11) return Math.round(value * 1e6) / 1e3;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}
