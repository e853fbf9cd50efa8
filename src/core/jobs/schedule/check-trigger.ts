import { GuardianError } from '../../shared/index.ts';
import type { CronTrigger, Deadline, Trigger } from '../job.ts';
import { readPattern } from './cron-pattern.ts';
import { readLocalTime } from './local-time.ts';
import { nextTick } from './ticks.ts';
import { isTimeZone } from './zone-offsets.ts';

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
    throw refusal(options, 'after', 'names no job', 'Name at least one job to run after.');
  }
}

/** Likewise for a deadline: its span, its local time, its zone. */
export function checkDeadline(deadline: Deadline, options: CheckOptions = {}): void {
  if (deadline.kind === 'after') {
    if (Number.isSafeInteger(deadline.ms) && deadline.ms > 0 && deadline.ms <= LONGEST_INTERVAL_MS) return;
    throw refusal(options, null, `${deadline.ms} ms is no span after a tick`, 'Write a span such as "3h".');
  }
  if (!readLocalTime(deadline.time)) {
    const said = `"${deadline.time.slice(0, 64)}" is no local time`;
    throw refusal(options, null, said, 'Write hours and minutes such as "05:00".');
  }
  checkTimeZone(deadline.timeZone, options);
}

function checkCron(trigger: CronTrigger, options: CheckOptions): void {
  const { pattern } = trigger;
  if (pattern.length > LONGEST_PATTERN) {
    const said = `the pattern has ${pattern.length} characters, ${LONGEST_PATTERN} are allowed`;
    throw refusal(options, 'cron', said, 'Use ranges (0-30) instead of long lists.');
  }
  try {
    readPattern(pattern);
  } catch (cause) {
    const fields = pattern.split(/\s+/).filter(Boolean).length;
    const isCounted = fields === 5 || fields === 6 || pattern.startsWith('@');
    const said = isCounted
      ? (cause as Error).message.replace(/^CronPattern:\s*/, '')
      : `five or six fields are needed, not ${fields}`;
    const remedy = 'Write five fields (minute hour day month weekday), or six with seconds first, such as "0 1 * * *".';
    throw refusal(options, 'cron', `${JSON.stringify(pattern)} is no cron pattern: ${printable(said)}`, remedy, cause);
  }
  checkTimeZone(trigger.timeZone, options);
  if (nextTick(trigger, options.from ?? SEARCH_FROM) !== null) return;
  const remedy = 'Name a date and a time that exist in the time zone, or let the gap policy be "run-after".';
  throw refusal(options, 'cron', `"${pattern}" never comes in ${trigger.timeZone}`, remedy);
}

/** croner quotes what it was given, which a client may have filled with anything. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

function checkTimeZone(timeZone: string, options: CheckOptions): void {
  if (isTimeZone(timeZone)) return;
  const said = `"${timeZone.slice(0, 64)}" is not an IANA time zone`;
  throw refusal(options, 'timeZone', said, 'Write a name such as America/Montreal or Europe/Paris.');
}

function checkInterval(everyMs: number, anchor: number | null, options: CheckOptions): void {
  if (!Number.isSafeInteger(everyMs) || everyMs < SHORTEST_INTERVAL_MS || everyMs > LONGEST_INTERVAL_MS) {
    throw refusal(
      options,
      'every',
      `${everyMs} ms is not between one second and ten years`,
      'Write a span such as "5m".',
    );
  }
  if (anchor !== null && !Number.isSafeInteger(anchor)) {
    throw refusal(options, 'anchor', 'is no instant', 'Write an instant such as 2026-01-01T00:00:00Z.');
  }
}

function refusal(
  { key, code = 'configuration_invalid' }: CheckOptions,
  field: string | null,
  reason: string,
  remedy: string,
  cause?: unknown,
): GuardianError {
  const path = [key, field].filter((part) => part !== undefined && part !== null).join('.');
  return new GuardianError(code, { ...(path ? { key: path } : {}), reason, remedy, cause });
}
