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

/** The instant of the newest digest that is due: `HH:MM` on the clock of that zone, today or yesterday; epoch ms. */
export function digestDueAt(now: number, at: string, timeZone: string): number {
  const dayMs = 24 * 60 * 60 * 1000;
  for (const day of [now, now - dayMs]) {
    const due = instantOf(day, at, timeZone);
    if (due <= now) return due;
  }
  return instantOf(now - 2 * dayMs, at, timeZone);
}

/** That time of day in that zone, on the day that `instant` is in there. An hour that the clock skips counts as the hour after. */
function instantOf(instant: number, at: string, timeZone: string): number {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant);
  const asUtc = Date.parse(`${day}T${at}:00Z`);
  const first = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(first, timeZone);
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
