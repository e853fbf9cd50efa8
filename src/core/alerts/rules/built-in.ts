import type { Damping } from '../alert.ts';
import type { GuardianRule } from './rule.ts';

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
];

/** Types that nobody needs to declare. */
export const BUILT_IN_TYPES: readonly string[] = [
  CANNOT_LOOK_TYPE,
  ...GUARDIAN_RULES.map(({ type }) => type),
  'JOB_LIKELY_TO_FAIL',
  'JOB_LIKELY_LATE',
];
