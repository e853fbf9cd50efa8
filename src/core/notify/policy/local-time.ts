const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    // Zones come from the configuration: there are few.
    formats.set(timeZone, format);
  }
  return format;
}

/** What the clocks of the zone show at that instant, as if it were UTC; epoch ms. */
export function localClock(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return seconds + (((instant % 1_000) + 1_000) % 1_000);
}

/** ms since local midnight, by the clock on the wall. */
export function timeOfDay(instant: number, timeZone: string): number {
  const local = localClock(instant, timeZone);
  return ((local % DAY_MS) + DAY_MS) % DAY_MS;
}

/** `HH:MM` as ms since midnight. */
export function parseTime(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
}

/**
 * The first instant at or after `from` at which clocks of the zone show `time`. Of a time that comes twice the first; one that is left out counts as the
 * first valid instant after it.
 */
export function nextLocalTime(from: number, time: string, timeZone: string): number {
  const local = localClock(from, timeZone);
  const midnight = local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
  for (let day = 0; ; day++) {
    const instant = instantOf(midnight + day * DAY_MS + parseTime(time), timeZone);
    if (instant >= from) return instant;
  }
}

/** The instant at which clocks of the zone show that (`local` as if it were UTC). */
function instantOf(local: number, timeZone: string): number {
  const offset = (instant: number) => localClock(instant, timeZone) - instant;
  const before = local - offset(local - DAY_MS);
  const after = local - offset(local + DAY_MS);
  const exact = [before, after].sort((a, b) => a - b).find((instant) => localClock(instant, timeZone) === local);
  return exact ?? endOfGap(Math.min(before, after), Math.max(before, after), local, timeZone);
}

/** Between the two the clocks jump over `local`: the first instant that shows a later time. */
function endOfGap(low: number, high: number, local: number, timeZone: string): number {
  let [early, late] = [low, high];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (localClock(middle, timeZone) < local) early = middle;
    else late = middle;
  }
  return late;
}
