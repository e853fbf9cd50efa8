import type { Messages, PeopleLanguage } from '../shared/index.ts';
import type { TemplateRenderer } from '../templates/index.ts';
import { builtInTemplates } from './built-in-templates.ts';
import { type DigestPage, type DigestRow, digestData } from './digest-page.ts';
import type { MailPolicy } from './mail-policy.ts';
import type { MailMessage, MailStatus } from './ports.ts';
import { mailSubject, type SubjectOptions } from './subject.ts';

/** One report of the last day, as the digest tells it. */
export interface DigestEntry {
  /** Its name, or null: of no project. Said where the reports are of several. */
  project: string | null;
  /** Empty: all services. */
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
  /** Of the recipient: who asked for CRITICAL only reads of nothing less here either. That a look failed is told to everybody. */
  minimumStatus: MailPolicy['minimumStatus'];
  messages: Messages;
  language: PeopleLanguage;
  subject: SubjectOptions;
  date: number;
  /** Where the reports are shown, or null. */
  url: string | null;
  /** Default: the built-in ones. */
  templates?: TemplateRenderer;
}

/** Rows of one mail: more are counted, not listed. */
const ROWS = 100;

/** Null when no report was as bad as that: silence is the good news. */
export function digestMessage(options: DigestOptions): MailMessage | null {
  const { entries, minimumStatus, messages, language, subject, date, url } = options;
  const isCriticalOnly = minimumStatus === 'CRITICAL';
  const bad = entries.filter(({ status }) => status !== 'OK' && !(isCriticalOnly && status === 'DEGRADED'));
  if (bad.length === 0) return null;
  const t = messages.mail.digest;
  const page: DigestPage = {
    title: t.title,
    intro: (isCriticalOnly ? t.introOfCritical : t.intro)(bad.length, entries.length),
    rows: rowsOf(bad.slice(0, ROWS), options),
    colon: t.colon,
    leftOut: bad.length > ROWS ? t.leftOut(ROWS, bad.length) : null,
    clock: t.clock(subject.timeZone),
    more: url === null ? null : { label: t.more, url },
  };
  const { templates = builtInTemplates() } = options;
  const { text, html } = templates.fill('digest', ['text', 'html'], digestData(page, language));
  return {
    subject: mailSubject(t.label, date, subject),
    text: text!,
    html: html!,
    attachments: [],
    date,
    language,
  };
}

function rowsOf(entries: readonly DigestEntry[], { messages, language, subject }: DigestOptions): DigestRow[] {
  const t = messages.mail.digest;
  // The year goes without saying. English names the month, for 10/06 is two days.
  const clock = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone: subject.timeZone,
    day: '2-digit',
    month: language === 'en' ? 'short' : '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const hasSeveral = new Set(entries.map(({ project }) => project)).size > 1;
  return entries.map(({ project, service, status, madeAt, errors }) => {
    const hasLooked = status !== 'could not look';
    const name = service === '' ? t.allServices : service;
    return {
      time: clock.format(madeAt),
      service: hasSeveral && project !== null ? `${project} / ${name}` : name,
      status,
      statusText: hasLooked ? status : t.couldNotLook,
      // A look that failed counted nothing: no figure, not 0.
      errors: hasLooked ? t.errors(errors) : null,
    };
  });
}
