import type { DeliveryRow, MailStatus } from './ports.ts';

/** When a report becomes a mail. Sources of the rules: a report on OK is noise, a repeat within the cool-down too. */
export interface MailPolicy {
  /** Least status that is mailed to this recipient. */
  minimumStatus: 'DEGRADED' | 'CRITICAL';
  /** No second mail about the same issues within this time, unless something got worse. */
  coolDownMs: number;
}

export const DEFAULT_MAIL_POLICY: MailPolicy = { minimumStatus: 'DEGRADED', coolDownMs: 6 * 60 * 60 * 1000 };

export interface MailOccasion {
  status: MailStatus;
  /** Fingerprints of the report's issues. */
  issues: string[];
  hasRegression: boolean;
  now: number;
}

export type MailDecision =
  | { isSent: true; reason: 'forced' | 'first' | 'cool-down over' | 'worse status' | 'new issue' | 'regression' }
  | { isSent: false; reason: 'status below minimum' | 'cool-down'; until?: number };

const RANK: Record<MailStatus, number> = { OK: 0, DEGRADED: 1, CRITICAL: 2 };

/** Decides for one recipient; `last` is the newest delivery that reached them for this service. */
export function decideMail(
  occasion: MailOccasion,
  { last, policy, isForced }: { last: DeliveryRow | null; policy: MailPolicy; isForced: boolean },
): MailDecision {
  if (isForced) return { isSent: true, reason: 'forced' };
  if (RANK[occasion.status] < RANK[policy.minimumStatus]) return { isSent: false, reason: 'status below minimum' };
  if (!last) return { isSent: true, reason: 'first' };
  const until = last.at + policy.coolDownMs;
  if (occasion.now >= until) return { isSent: true, reason: 'cool-down over' };
  if (RANK[occasion.status] > RANK[last.status]) return { isSent: true, reason: 'worse status' };
  if (occasion.hasRegression) return { isSent: true, reason: 'regression' };
  const known = new Set(last.issues);
  if (occasion.issues.some((issue) => !known.has(issue))) return { isSent: true, reason: 'new issue' };
  return { isSent: false, reason: 'cool-down', until };
}
