import type { Damping } from '../alert.ts';
import type { EventRule, GuardianRule, JobRule, UsageRule } from './rule.ts';

/** Rules that everybody has: Guardian watches itself as closely as the rest. */

/** Of what other programs post. */
export const POSTED_RULE = 'posted';
/** Of rules that could not look. */
export const CANNOT_LOOK_RULE = 'rule-cannot-look';
export const CANNOT_LOOK_TYPE = 'RULE_CANNOT_LOOK';

export const AT_ONCE: Damping = { forMs: 0, badCount: 1, goodCount: 1 };

const rule = (
  part: GuardianRule['part'],
  type: string,
  given: Partial<Pick<GuardianRule, 'severity' | 'damping'>> = {},
): GuardianRule => ({
  name: `guardian-${part}`,
  type,
  severity: 'error',
  damping: AT_ONCE,
  description: null,
  advice: null,
  projectId: null,
  over: 'guardian',
  part,
  ...given,
});

/** Looked at twice within the two minutes in which a stopped part must be told. */
export const GUARDIAN_RULES: readonly GuardianRule[] = [
  rule('channel', 'CHANNEL_FAILING', { damping: { forMs: 0, badCount: 2, goodCount: 1 } }),
  rule('delivery-worker', 'DELIVERY_STOPPED', { severity: 'critical' }),
  rule('run-log', 'RUN_LOG_FAILED', { severity: 'critical' }),
  rule('scheduler', 'SCHEDULER_STOPPED', { severity: 'critical' }),
  rule('ingest', 'INGEST_STOPPED', { severity: 'critical' }),
  // Two looks: a pull that failed once is tried again.
  rule('source', 'SOURCE_FAILING', { damping: { forMs: 0, badCount: 2, goodCount: 1 } }),
];

export const USER_ERRORS_RULE = 'usage-errors-of-user';

const USAGE_TYPES = { rate: 'USAGE_ERROR_RATE', user: 'USER_ERRORS' } as const;
const HOUR_MS = 60 * 60_000;
/** A look a minute: the first that is good again and thirty more are half an hour. */
const HALF_AN_HOUR_OF_LOOKS = 31;

export interface UsageAlertKnobs {
  /** Errors as a part of the requests of a sliding hour; strictly more. */
  errorRatePercent: number;
  /** With fewer requests in that hour the rate says nothing. */
  errorRateRequests: number;
  userErrors: number;
  userErrorsMinutes: number;
}

/** Of whoever tracks usage: too many errors in a sliding hour, and of one user within minutes. */
export function usageRules(knobs: UsageAlertKnobs): UsageRule[] {
  const base = { severity: 'error', description: null, advice: null, projectId: null } as const;
  const over = { over: 'usage', services: [] } as const;
  return [
    {
      ...base,
      ...over,
      name: 'usage-error-rate',
      type: USAGE_TYPES.rate,
      damping: { forMs: 0, badCount: 1, goodCount: HALF_AN_HOUR_OF_LOOKS },
      check: {
        ...{ of: 'error-rate', withinMs: HOUR_MS, atLeast: knobs.errorRateRequests },
        ...{ bad: [{ is: 'above', value: knobs.errorRatePercent }], clear: [], tiers: [] },
      },
    },
    {
      ...base,
      ...over,
      name: USER_ERRORS_RULE,
      type: USAGE_TYPES.user,
      damping: AT_ONCE,
      check: { of: 'errors-of-user', withinMs: knobs.userErrorsMinutes * 60_000, count: knobs.userErrors },
    },
  ];
}

const EVENT_TYPES = { errors: 'ERROR_THRESHOLD', criticals: 'CRITICAL_THRESHOLD' } as const;
export const EVENT_RULES: readonly string[] = ['error-threshold', 'critical-threshold'];

/** Of every service: too many errors, or too many critical ones, in a sliding window of event time. */
export function eventRules(knobs: { errors: number; criticals: number; windowMs: number }): EventRule[] {
  const base = { damping: AT_ONCE, description: null, advice: null, projectId: null, over: 'events' } as const;
  const check = { withinMs: knobs.windowMs };
  const [errors = '', criticals = ''] = EVENT_RULES;
  return [
    {
      ...base,
      ...{ name: errors, type: EVENT_TYPES.errors, severity: 'error' },
      check: { of: 'errors', atLeast: knobs.errors, ...check },
    },
    {
      ...base,
      ...{ name: criticals, type: EVENT_TYPES.criticals, severity: 'critical' },
      check: { of: 'criticals', atLeast: knobs.criticals, ...check },
    },
  ];
}

const SEALING_TYPE = 'SEALING_FAILED';
/** After so long without another it is over. */
const SEALING_WITHIN_MS = 30 * 60_000;

/** Of every service: its client reports that it could not seal what it was told to. */
export const SEALING_RULE: EventRule = {
  ...{ name: 'sealing-failed', type: SEALING_TYPE, severity: 'error', damping: AT_ONCE },
  ...{ description: null, advice: null, projectId: null },
  over: 'events',
  check: { of: 'unsealed', withinMs: SEALING_WITHIN_MS },
};

const watchRule = (name: string, type: string, of: 'missed-tick' | 'not-begun'): JobRule => ({
  ...{ name, type, severity: 'error', damping: AT_ONCE, description: null, advice: null, projectId: null },
  ...{ over: 'jobs', jobs: [], check: { of } },
});

/** Of every job that runs here: what the watchdog, apart from the scheduler, counts against the rows. */
export const JOB_WATCH_RULES: readonly JobRule[] = [
  watchRule('jobs-missed-tick', 'JOB_MISSED_TICK', 'missed-tick'),
  watchRule('jobs-never-ran', 'JOB_NEVER_RAN', 'not-begun'),
];

/** Types that nobody needs to declare. */
export const BUILT_IN_TYPES: readonly string[] = [
  CANNOT_LOOK_TYPE,
  ...GUARDIAN_RULES.map(({ type }) => type),
  ...Object.values(USAGE_TYPES),
  ...Object.values(EVENT_TYPES),
  SEALING_TYPE,
  ...JOB_WATCH_RULES.map(({ type }) => type),
  'JOB_LIKELY_TO_FAIL',
  'JOB_LIKELY_LATE',
  'MODEL_MISCONFIGURED',
  'DEPLOYMENT_HELD',
  'TRAFFIC_PINNED',
  'ACCESS_CHANGED',
];
