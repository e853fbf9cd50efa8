/** What people may be told of; routes of the configuration name them, and each has its sentence in the catalogue. */
export const OCCASIONS = [
  'job_failed',
  'job_recovered',
  'job_late',
  'chain_finished',
  'alert_fired',
  'alert_resolved',
  'alert_escalated',
  'issue_opened',
  'issue_regressed',
  'report_ready',
  'usage_digest',
  'deployment_finished',
  'deployment_rolled_back',
  'guardian_degraded',
  'fix_proposed',
  'fix_verified',
  'fix_recurred',
  'audit_checkpoint',
] as const;

export type Occasion = (typeof OCCASIONS)[number];
