import type { Messages, PeopleLanguage } from '../shared/index.ts';
import { plainMessage } from './own-messages.ts';
import type { MailMessage, MailStatus } from './ports.ts';
import type { SubjectOptions } from './subject.ts';

/** One report of the last day, as the digest tells it. */
export interface DigestEntry {
  service: string;
  status: MailStatus | 'could not look';
  /** Epoch ms. */
  madeAt: number;
  errors: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The instant of the newest digest that is due: `HH:MM` on the clock of that zone, today or on a day before; epoch ms. */
export function digestDueAt(now: number, at: string, timeZone: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const local = now + offsetAt(now, timeZone);
  const midnight = local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
  let wanted = midnight + (hours * 60 + minutes) * 60_000;
  // Days of the calendar, not of 24 hours: some have 23 or 25.
  while (instantOf(wanted, timeZone) > now) wanted -= DAY_MS;
  return instantOf(wanted, timeZone);
}

/**
 * When the clocks of the zone show that (`local` as if it were UTC). Of an hour they show twice the first; one they skip counts as the hour after.
 */
function instantOf(local: number, timeZone: string): number {
  const before = local - offsetAt(local - DAY_MS, timeZone);
  const after = local - offsetAt(local + DAY_MS, timeZone);
  return [before, after].find((instant) => instant + offsetAt(instant, timeZone) === local) ?? before;
}

/** ms that clocks of the zone are ahead of UTC at that instant. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(instant / 1000) * 1000;
}

export interface DigestOptions {
  entries: readonly DigestEntry[];
  messages: Messages;
  language: PeopleLanguage;
  subject: SubjectOptions;
  date: number;
  /** Where the reports are shown, or null. */
  url: string | null;
}

/** Null when every report was OK: silence is the good news. */
export function digestMessage(options: DigestOptions): MailMessage | null {
  const { entries, messages, url } = options;
  const bad = entries.filter(({ status }) => status !== 'OK');
  if (bad.length === 0) return null;
  const { label, intro, line, more } = messages.mail.digest;
  const clock = new Intl.DateTimeFormat(options.language, {
    timeZone: options.subject.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const lines = bad.slice(0, 100).map((entry) => line({ ...entry, time: clock.format(entry.madeAt) }));
  const text = [intro(bad.length, entries.length), '', ...lines, ...(url ? ['', more(url)] : [])].join('\n');
  return plainMessage(label, `${text}\n`, options);
}
