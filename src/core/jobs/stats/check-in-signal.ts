import type { CronTrigger, Trigger } from '../job.ts';
import { isObject, readFacts } from './read-facts.ts';
import type { WatchedDefinition, WatchedSignal } from './watched-signal.ts';

const MINUTE_MS = 60_000;
const LONGEST_INTERVAL_MS = 10 * 366 * 24 * 60 * MINUTE_MS;
const KINDS: Readonly<Record<string, WatchedSignal['kind']>> = { in_progress: 'start', ok: 'success', error: 'fail' };
/** A month and a year are spans here: their ticks count from the last run, not by the calendar. */
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
  week: 7 * 24 * 60 * MINUTE_MS,
  month: 30 * 24 * 60 * MINUTE_MS,
  year: 365 * 24 * 60 * MINUTE_MS,
};
const NAMED_PATTERNS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * A Sentry check-in as it was stored (a client record of kind `check-in`: `{checkInId, monitor, status, durationMs, environment, config, stats}`),
 * as what it tells of a job; null when it is none. `config` is the `monitor_config` of https://develop.sentry.dev/sdk/telemetry/check-ins/.
 */
export function signalOfCheckIn(record: {
  projectId: number;
  /** Epoch ms of its arrival. */
  time: number;
  payload: Readonly<Record<string, unknown>>;
}): WatchedSignal | null {
  const { monitor, status, checkInId, durationMs, environment, config, stats } = record.payload;
  const kind = typeof status === 'string' && Object.hasOwn(KINDS, status) ? KINDS[status] : undefined;
  if (!kind || typeof monitor !== 'string' || monitor === '') return null;
  return {
    kind,
    protocol: 'check-in',
    job: { by: 'slug', projectId: record.projectId, slug: monitor },
    at: record.time,
    clientId: typeof checkInId === 'string' && checkInId !== '' ? checkInId : null,
    mayBeRefused: false,
    exitStatus: null,
    durationMs: typeof durationMs === 'number' && durationMs >= 0 ? durationMs : null,
    environment: typeof environment === 'string' ? environment : null,
    error: null,
    output: [],
    facts: readFacts(stats),
    definition: isObject(config) ? definitionOf(config) : null,
  };
}

function definitionOf(config: Record<string, unknown>): WatchedDefinition {
  const { schedule, timeZone, checkInMarginMinutes, maxRuntimeMinutes } = config;
  return {
    isUpdate: true,
    trigger: isObject(schedule) ? triggerOf(schedule, timeZone) : null,
    graceMs: minutes(checkInMarginMinutes),
    // No run may last 0 minutes: Sentry takes it for "not told".
    maxRunMs: minutes(maxRuntimeMinutes) || null,
    failureThreshold: positive(config.failureIssueThreshold),
    recoveryThreshold: positive(config.recoveryThreshold),
  };
}

/** Null for what is no schedule: the job keeps the one it has. */
function triggerOf(
  { type, value, unit }: Record<string, unknown>,
  timeZone: unknown,
): CronTrigger | Extract<Trigger, { kind: 'interval' }> | null {
  if (type === 'crontab' && typeof value === 'string') {
    const pattern = NAMED_PATTERNS[value.trim().toLowerCase()] ?? value.trim().replace(/\s+/g, ' ');
    const zone = typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC';
    if (!isTimeZone(zone) || !/^[\dA-Za-z*?/,#LW+-]+(?: [\dA-Za-z*?/,#LW+-]+){4,5}$/.test(pattern)) return null;
    return { kind: 'cron', pattern, timeZone: zone, gap: 'run-after', overlap: 'once' };
  }
  const unitMs = typeof unit === 'string' && Object.hasOwn(UNIT_MS, unit) ? UNIT_MS[unit]! : null;
  if (type !== 'interval' || typeof value !== 'number' || value < 1 || unitMs === null) return null;
  return { kind: 'interval', everyMs: Math.min(value * unitMs, LONGEST_INTERVAL_MS), anchor: null };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function minutes(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value * MINUTE_MS : null;
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : null;
}
