import type { InternalWork } from '../../adapters/executors/index.ts';
import type { Job, Trigger } from '../../core/jobs/index.ts';

/** One of Guardian's own: rows, pauses and alarms like anybody's. */
export interface OwnWork {
  /** Its id is `guardian-<name>`. */
  name: string;
  label: string;
  trigger: Trigger;
  timeoutMs: number;
  /** Left out: the last of the ticks missed within a day. */
  catchUp?: Job['catchUp'];
  run: InternalWork;
}

const MINUTE_MS = 60_000;

export function ownJob({ name, label, trigger, timeoutMs, catchUp }: OwnWork): Job {
  return {
    id: `guardian-${name}`,
    label,
    origin: 'guardian',
    projectId: null,
    work: { kind: 'internal', name },
    trigger,
    condition: null,
    taskType: null,
    overlap: { kind: 'skip' },
    concurrency: null,
    retries: { count: 2, firstDelayMs: MINUTE_MS, factor: 2, longestDelayMs: 5 * MINUTE_MS, jitter: 0.2 },
    timeoutMs,
    catchUp: catchUp ?? { kind: 'last', lookBackMs: 24 * 60 * MINUTE_MS },
    mustStartBy: null,
    mustFinishBy: null,
    failWhen: [],
    warnWhen: [],
    failureThreshold: 1,
    recoveryThreshold: 1,
  };
}

export const everySpan = (everyMs: number): Trigger => ({ kind: 'interval', everyMs, anchor: null });

/** `08:00` in a zone, every day. */
export function dailyAt(time: string, timeZone: string): Trigger {
  const [hour = '0', minute = '0'] = time.split(':');
  return {
    kind: 'cron',
    pattern: `${Number(minute)} ${Number(hour)} * * *`,
    timeZone,
    gap: 'run-after',
    overlap: 'once',
  };
}
