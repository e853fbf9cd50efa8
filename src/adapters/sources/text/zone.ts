const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
const CACHE_LIMIT = 10_000;

/** Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, http://howardhinnant.github.io/date_algorithms.html#days_from_civil). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Turns wall-clock milliseconds (as if they were UTC) into epoch ms. */
export type ToUtc = (wallMs: number) => number;

const converters = new Map<string, ToUtc>();

/**
 * The converter of an IANA zone; UTC for `UTC`. A time that the change to summer time skips is read with the offset before the change; one that
 * happens twice is the first. Throws RangeError on a name that is no zone.
 */
export function toUtcFrom(timeZone: string): ToUtc {
  const known = converters.get(timeZone);
  if (known) return known;
  const made = timeZone === 'UTC' ? (wallMs: number) => wallMs : zoned(timeZone);
  converters.set(timeZone, made);
  return made;
}

function zoned(timeZone: string): ToUtc {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (epochMs: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(epochMs)) part[type] = Number(value);
    const days = daysFromCivil(part.year ?? 1970, part.month ?? 1, part.day ?? 1);
    const seconds = (part.hour ?? 0) * 3600 + (part.minute ?? 0) * 60 + (part.second ?? 0);
    return days * DAY_MS + seconds * 1000 - Math.floor(epochMs / 1000) * 1000;
  };
  // Offsets change on quarter hours only, so one look-up serves every line of that quarter.
  const offsets = new Map<number, number>();
  return (wallMs) => {
    const quarter = Math.floor(wallMs / QUARTER_HOUR_MS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const wall = quarter * QUARTER_HOUR_MS;
      const before = offsetAt(wall - DAY_MS);
      const after = offsetAt(wall + DAY_MS);
      offset = offsetAt(wall - before) === before ? before : offsetAt(wall - after) === after ? after : before;
      if (offsets.size >= CACHE_LIMIT) offsets.clear();
      offsets.set(quarter, offset);
    }
    return wallMs - offset;
  };
}

/** Offsets of the zone names that loggers write; names that mean several zones are left out. Minutes. */
const NAMED_OFFSETS: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

/** Minutes east of UTC of a zone abbreviation, or null. */
export function namedOffset(name: string): number | null {
  return Object.hasOwn(NAMED_OFFSETS, name) ? (NAMED_OFFSETS[name] ?? null) : null;
}
