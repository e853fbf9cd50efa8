import type { Overview } from '../../contracts/api/overview.ts';
import type { ServiceActivity } from '../../core/access/index.ts';
import type { StoredIssue } from '../../core/issues/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import type { ServerKnobs } from '../knobs.ts';

type ServiceStatus = Overview['services'][number]['status'];

const HOUR_MS = 60 * 60 * 1000;
/** OpenTelemetry: fatal and above. */
const FATAL = 21;

export interface JudgedService {
  activity: ServiceActivity;
  status: ServiceStatus;
  /** Without the name of the service. */
  reasons: string[];
  lastEventAt: string | null;
}

/** The state of one service now, by the rule of the reports over the last hour; a silent one is never OK. */
export function judgeService(
  activity: ServiceActivity,
  about: { issues: readonly StoredIssue[]; knobs: ServerKnobs; now: number; messages: Messages },
): JudgedService {
  const { issues, knobs, now } = about;
  const say = about.messages.server.overview;
  const { service, projectId, incidentsLastHour: errors, lastEventAt } = activity;
  const critical = issues.find(
    (issue) =>
      issue.projectId === projectId &&
      issue.service === service &&
      now - issue.lastSeen < HOUR_MS &&
      (issue.signal !== null || issue.severity >= FATAL),
  );
  const told = { activity, lastEventAt: lastEventAt === 0 ? null : toInstant(lastEventAt) };
  if (critical) return { ...told, status: 'CRITICAL', reasons: [critical.title] };
  const reasons = [say.errors(errors)];
  if (errors > knobs.criticalAboveErrors) return { ...told, status: 'CRITICAL', reasons };
  if (errors > knobs.degradedAboveErrors) return { ...told, status: 'DEGRADED', reasons };
  if (now - lastEventAt > knobs.silentMs) return { ...told, status: 'silent', reasons: [say.silent] };
  return { ...told, status: 'OK', reasons: [] };
}

/** `unknown` when nothing was received, or nothing is any more; a look that failed is never OK. */
export function worstStatus(judged: readonly JudgedService[], hasFailedLook: boolean): Overview['status'] {
  const has = (status: ServiceStatus) => judged.some((one) => one.status === status);
  if (has('CRITICAL')) return 'CRITICAL';
  if (has('DEGRADED')) return 'DEGRADED';
  return has('OK') && !hasFailedLook ? 'OK' : 'unknown';
}
