import { counter, gauge, histogram, open } from './family.ts';

const TARGETS = ['process', 'compose', 'cloud-run'] as const;

/** What follows once events are stored: issues, alerts, jobs, messages, deployments. */
export const WORK_FAMILIES = {
  guardian_issues: gauge('Issues by state', {
    state: ['open', 'handed off', 'resolved', 'regressed', 'ignored'],
  }),
  guardian_issue_changes_total: counter('Changes of issues, by what happened', {
    action: ['opened', 'regressed', 'escalated', 'changed'],
  }),
  guardian_alerts: gauge('Alerts by state; archived ones are not counted', {
    state: ['firing', 'acknowledged', 'resolved'],
  }),
  guardian_alert_changes_total: counter('Changes of alerts, by the state they came to', {
    state: ['firing', 'acknowledged', 'resolved'],
  }),
  guardian_job_runs_active: gauge('Runs that wait or run', { status: ['queued', 'running'] }),
  guardian_job_runs_total: counter('Runs that ended on this node, by status', {
    status: ['success', 'warning', 'error', 'skipped', 'upstream_failed', 'cancelled', 'timed_out'],
  }),
  guardian_jobs_failing: gauge('Jobs whose last run failed'),
  guardian_reports_total: counter('Reports made on this node, by status', {
    status: ['OK', 'DEGRADED', 'CRITICAL', 'could not look'],
  }),
  guardian_deliveries: gauge('Deliveries by state', {
    state: open('pending', 'held', 'suppressed', 'sending', 'sent', 'failed', 'dead', 'stored', 'simulated'),
  }),
  guardian_delivery_changes_total: counter('Changes of deliveries on this node, by the state they came to', {
    state: ['pending', 'held', 'suppressed', 'sending', 'sent', 'failed', 'dead', 'stored', 'simulated'],
  }),
  guardian_delivery_oldest_age_seconds: gauge('Seconds that the delivery which waits longest is overdue'),
  guardian_outbox_rows: gauge('Changes of which messages are still to be made'),
  guardian_outbox_oldest_age_seconds: gauge('Seconds that the oldest of them waits'),
  guardian_deployments_started_total: counter('Deployments begun', { target: TARGETS }),
  guardian_deployments_total: counter('Deployments that ended, by how', {
    target: TARGETS,
    outcome: ['promoted', 'rolled_back', 'failed', 'held', 'cancelled'],
  }),
  guardian_deployment_duration_seconds: histogram(
    'Seconds of a deployment, from its start to its end',
    [10, 60, 300, 900, 1800, 3600, 7200],
    { target: TARGETS },
  ),
  guardian_deployment_checks_total: counter('Checks of new revisions', {
    outcome: ['passed', 'failed', 'inconclusive'],
  }),
  guardian_deployment_verdicts_total: counter('Verdicts on new revisions', {
    verdict: ['pass', 'suspect', 'fail', 'inconclusive'],
  }),
  guardian_deployment_rollbacks_total: counter('Ways back to the revision before', {
    trigger: ['automatic', 'manual'],
  }),
  guardian_deployment_rollback_duration_seconds: histogram(
    'Seconds until all traffic was back on the revision before',
    [0.5, 1, 2, 5, 15, 60, 300],
  ),
};
