import { GuardianError } from '../../shared/index.ts';

/** A change of a zone's offset from UTC. Instants are epoch ms, offsets ms east of UTC. */
export interface ZoneTransition {
  /** The first instant with the new offset. */
  at: number;
  before: number;
  after: number;
}

interface Block {
  offsetAtStart: number;
  transitions: readonly ZoneTransition[];
}

interface Zone {
  format: Intl.DateTimeFormat;
  blocks: Map<number, Block>;
}

const DAY_MS = 86_400_000;
/** Shorter than any offset has ever stood (the Ramadan breaks of Egypt and Morocco last four weeks). */
const SAMPLE_MS = 7 * DAY_MS;
const BLOCK_MS = 52 * SAMPLE_MS;
/** There are about 600 names; clients may write them in any case. */
const MOST_ZONES = 1_000;
/** `+05:00`, which Intl accepts too, is no name of a zone. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;

const zones = new Map<string, Zone>();

/** Whether the time zone database of this Node knows the name. */
export function isTimeZone(timeZone: string): boolean {
  if (zones.has(timeZone)) return true;
  if (!ZONE_NAME.test(timeZone)) return false;
  try {
    zoneOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** ms east of UTC. Throws `configuration_invalid` for a name that is no zone. */
export function offsetAt(timeZone: string, instant: number): number {
  const { offsetAtStart, transitions } = blockOf(timeZone, Math.floor(instant / BLOCK_MS));
  let offset = offsetAtStart;
  for (const transition of transitions) {
    if (transition.at > instant) break;
    offset = transition.after;
  }
  return offset;
}

/** The first transition with `after` < at <= `until`; it is looked for no farther, so a distant `until` costs only where there is none. */
export function nextTransition(timeZone: string, after: number, until: number): ZoneTransition | null {
  for (let index = Math.floor(after / BLOCK_MS); index * BLOCK_MS <= until; index++) {
    for (const transition of blockOf(timeZone, index).transitions) {
      if (transition.at > after) return transition.at <= until ? transition : null;
    }
  }
  return null;
}

/** The newest transition with `since` <= at <= `until`. */
export function lastTransition(timeZone: string, since: number, until: number): ZoneTransition | null {
  let found: ZoneTransition | null = null;
  for (let cursor = since - 1; ; ) {
    const next = nextTransition(timeZone, cursor, until);
    if (!next) return found;
    found = next;
    cursor = next.at;
  }
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  if (!ZONE_NAME.test(timeZone)) throw unknownZone(timeZone);
  let format: Intl.DateTimeFormat;
  try {
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
  } catch (cause) {
    throw unknownZone(timeZone, cause);
  }
  if (zones.size >= MOST_ZONES) zones.clear();
  const zone: Zone = { format, blocks: new Map() };
  zones.set(timeZone, zone);
  return zone;
}

function unknownZone(timeZone: string, cause?: unknown): GuardianError {
  return new GuardianError('configuration_invalid', {
    key: 'timeZone',
    reason: (m) => m.declarations.triggers.noZone(timeZone.slice(0, 64)),
    remedy: (m) => m.declarations.triggers.noZoneRemedy,
    cause,
  });
}

function blockOf(timeZone: string, index: number): Block {
  const zone = zoneOf(timeZone);
  const known = zone.blocks.get(index);
  if (known) return known;
  const start = index * BLOCK_MS;
  const offsetAtStart = measureOffset(zone.format, start);
  const transitions: ZoneTransition[] = [];
  let before = offsetAtStart;
  for (let at = start; at < start + BLOCK_MS; at += SAMPLE_MS) {
    const after = measureOffset(zone.format, at + SAMPLE_MS);
    if (after === before) continue;
    const change = firstSecondUnlike(zone.format, before, at, at + SAMPLE_MS);
    transitions.push({ at: change, before, after });
    before = after;
  }
  // The change on the first instant of the next block is found by this one's last sample, and belongs there.
  const block = { offsetAtStart, transitions };
  zone.blocks.set(index, block);
  return block;
}

function firstSecondUnlike(format: Intl.DateTimeFormat, offset: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (measureOffset(format, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** The offset at a whole second, read off the zone's own clock. */
function measureOffset(format: Intl.DateTimeFormat, instant: number): number {
  const read: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instant)) read[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
}
