import type { MailStatus, ToldMail } from './ports.ts';

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
  /** Fingerprints; `… regressed` beside those that came back. */
  issues: readonly string[];
  now: number;
}

export type MailDecision =
  /** `first`: within the cool-down. */
  | { isSent: true; reason: 'forced' | 'first' | 'worse status' | 'new issue' }
  | { isSent: false; reason: 'status below minimum' | 'cool-down'; until?: number };

const RANK: Record<MailStatus, number> = { OK: 0, DEGRADED: 1, CRITICAL: 2 };

/** What decides whether a report is told. An issue stays regressed until somebody resolves it: that is news once, not with every report. */
export function occasionOf({ status, issues }: ReportToTell): Omit<MailOccasion, 'now'> {
  return {
    status,
    issues: issues.flatMap(({ fingerprint, is_regression }) =>
      is_regression ? [fingerprint, `${fingerprint} regressed`] : [fingerprint],
    ),
  };
}

interface ReportToTell {
  status: MailStatus;
  issues: readonly { fingerprint: string; is_regression: boolean }[];
}

/**
 * Decides for one recipient; `told`: what reached them of this service, newest first, as far back as the cool-down at least. Each issue has a cool-down of
 * its own, from the last mail that told it at this status or a worse one. What was told before all was well, or before nothing could be seen, is over.
 */
export function decideMail(
  { status, issues, now }: MailOccasion,
  { told, policy, isForced }: { told: readonly ToldMail[]; policy: MailPolicy; isForced: boolean },
): MailDecision {
  if (isForced) return { isSent: true, reason: 'forced' };
  if (RANK[status] < RANK[policy.minimumStatus]) return { isSent: false, reason: 'status below minimum' };
  const recent = told.filter(({ at }) => now < at + policy.coolDownMs);
  if (recent.length === 0) return { isSent: true, reason: 'first' };
  const well = recent.findIndex((mail) => mail.status === 'OK');
  const standing = well < 0 ? recent : recent.slice(0, well);
  if (RANK[status] > RANK[standing[0]?.status ?? 'OK']) return { isSent: true, reason: 'worse status' };
  const asBad = standing.filter((mail) => RANK[mail.status] >= RANK[status]);
  const last = issues.map((issue) => asBad.find((mail) => mail.issues.includes(issue)));
  if (last.every((mail) => mail !== undefined)) {
    const oldest = last.length === 0 ? asBad : last;
    return { isSent: false, reason: 'cool-down', until: Math.min(...oldest.map(({ at }) => at)) + policy.coolDownMs };
  }
  const wasTold = issues.every((issue) => standing.some((mail) => mail.issues.includes(issue)));
  return { isSent: true, reason: wasTold ? 'worse status' : 'new issue' };
}
