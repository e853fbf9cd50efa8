import { GuardianError, messagesFor, type Sentence, sayingsOf } from '../../shared/index.ts';
import type { CronTrigger, Deadline, Trigger } from '../job.ts';
import { readPattern } from './cron-pattern.ts';
import { readLocalTime } from './local-time.ts';
import { nextTick } from './ticks.ts';
import { isTimeZone } from './zone-offsets.ts';

const say = sayingsOf(messagesFor('en').declarations.triggers, 'declarations.triggers');

export interface CheckOptions {
  /** Path of the trigger in what is checked, such as `jobs.full_sync`; its fields are named below it. */
  key?: string;
  /** `payload_invalid` for what a client declares. */
  code?: 'configuration_invalid' | 'payload_invalid';
  /** Where the search for the first tick begins; calendars repeat, so that any instant will do. */
  from?: number;
}

/** Sixty listed minutes, seconds and hours are shorter. */
const LONGEST_PATTERN = 600;
const SHORTEST_INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 10 * 366 * 86_400_000;
const SEARCH_FROM = Date.UTC(2026, 0, 1);

/**
 * Throws GuardianError (`configuration_invalid`, or `payload_invalid` where asked) that names the field and what is wrong with it: a pattern
 * that cannot be read, an unknown zone, a cron that never comes (30 February; a time that its policy always leaves out), an interval out of bounds.
 */
export function checkTrigger(trigger: Trigger, options: CheckOptions = {}): void {
  if (trigger.kind === 'cron') checkCron(trigger, options);
  if (trigger.kind === 'interval') checkInterval(trigger.everyMs, trigger.anchor, options);
  if (trigger.kind === 'after' && trigger.edges.length === 0) {
    throw refusal(options, 'after', say.namesNoJob, say.namesNoJobRemedy);
  }
}

/** Likewise for a deadline: its span, its local time, its zone. */
export function checkDeadline(deadline: Deadline, options: CheckOptions = {}): void {
  if (deadline.kind === 'after') {
    if (Number.isSafeInteger(deadline.ms) && deadline.ms > 0 && deadline.ms <= LONGEST_INTERVAL_MS) return;
    throw refusal(options, null, say.noSpan(deadline.ms), say.noSpanRemedy);
  }
  if (!readLocalTime(deadline.time)) {
    throw refusal(options, null, say.noLocalTime(deadline.time.slice(0, 64)), say.noLocalTimeRemedy);
  }
  checkTimeZone(deadline.timeZone, options);
}

function checkCron(trigger: CronTrigger, options: CheckOptions): void {
  const { pattern } = trigger;
  if (pattern.length > LONGEST_PATTERN) {
    throw refusal(options, 'cron', say.longPattern(pattern.length, LONGEST_PATTERN), say.longPatternRemedy);
  }
  try {
    readPattern(pattern);
  } catch (cause) {
    const fields = pattern.split(/\s+/).filter(Boolean).length;
    const isCounted = fields === 5 || fields === 6 || pattern.startsWith('@');
    const said = isCounted ? printable((cause as Error).message.replace(/^CronPattern:\s*/, '')) : say.fields(fields);
    const reason = say.noPattern(JSON.stringify(pattern), said);
    throw refusal(options, 'cron', reason, say.noPatternRemedy, cause);
  }
  checkTimeZone(trigger.timeZone, options);
  if (nextTick(trigger, options.from ?? SEARCH_FROM) !== null) return;
  throw refusal(options, 'cron', say.never(pattern, trigger.timeZone), say.neverRemedy);
}

/** croner quotes what it was given, which a client may have filled with anything. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

function checkTimeZone(timeZone: string, options: CheckOptions): void {
  if (isTimeZone(timeZone)) return;
  throw refusal(options, 'timeZone', say.noZone(timeZone.slice(0, 64)), say.noZoneRemedy);
}

function checkInterval(everyMs: number, anchor: number | null, options: CheckOptions): void {
  if (!Number.isSafeInteger(everyMs) || everyMs < SHORTEST_INTERVAL_MS || everyMs > LONGEST_INTERVAL_MS) {
    throw refusal(options, 'every', say.badInterval(everyMs), say.badIntervalRemedy);
  }
  if (anchor !== null && !Number.isSafeInteger(anchor)) {
    throw refusal(options, 'anchor', say.noInstant, say.noInstantRemedy);
  }
}

function refusal(
  { key, code = 'configuration_invalid' }: CheckOptions,
  field: string | null,
  reason: Sentence,
  remedy: Sentence,
  cause?: unknown,
): GuardianError {
  const path = [key, field].filter((part) => part !== undefined && part !== null).join('.');
  return new GuardianError(code, { ...(path ? { key: path } : {}), reason, remedy, cause });
}
