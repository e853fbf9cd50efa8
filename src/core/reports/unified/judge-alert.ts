import type { AlertPart } from '../../../contracts/api/unified.ts';
import type { Alert } from '../../alerts/ports.ts';
import { toInstant } from '../../shared/index.ts';
import { ageOf } from './verdict.ts';

const STATUS_OF = { critical: 'CRITICAL', error: 'DEGRADED', warning: 'DEGRADED', info: 'OK' } as const;
/** A rule that could not look: what it watches is not known. */
const CANNOT_LOOK = 'RULE_CANNOT_LOOK';

/** An alert that is open, acknowledged or not: what somebody knows of is still wrong. */
export function judgeAlertPart(alert: Alert, { project, at }: { project: string | null; at: number }): AlertPart {
  const { id, type, severity, subject, description, lastSeen } = alert;
  const status = type === CANNOT_LOOK ? 'could not look' : STATUS_OF[severity];
  return {
    id,
    name: `${type} ${subject.name}`,
    project,
    status,
    reasons: [description],
    lookedAt: toInstant(lastSeen),
    ageMs: ageOf(lastSeen, at),
    ...{ type, severity },
  };
}
