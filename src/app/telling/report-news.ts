import type { Configuration } from '../../config/index.ts';
import type { Report } from '../../contracts/report.ts';
import { decideMail } from '../../core/notify/index.ts';
import type { ToldReport } from '../../core/reports/index.ts';

export interface NewsOfReport {
  status: string;
  content: Report | null;
  /** Epoch ms. */
  at: number;
}

/** Whether people hear of a report over the channels that routes name: by the rules of its mail, and the same cool-down. */
export function newsOfReport(
  { mail }: Pick<Configuration, 'mail'>,
  { status, content, at }: NewsOfReport,
): (last: ToldReport | null) => ToldReport | null {
  const issues = content?.issues.flatMap(({ fingerprint, is_regression }) =>
    is_regression ? [fingerprint, `${fingerprint} regressed`] : [fingerprint],
  );
  return (last) => {
    if (content === null || issues === undefined) {
      const isKnown = last?.status === status && at < last.at + mail.coolDownMs;
      return isKnown ? null : { at, status, issues: [] };
    }
    const known = last !== null && isMailed(last.status) ? { ...last, status: last.status } : null;
    const { isSent } = decideMail(
      { status: content.status, issues, hasRegression: false, now: at },
      {
        last: known && { ...known, service: '', recipient: '', outcome: 'sent', detail: '' },
        policy: { minimumStatus: 'DEGRADED', coolDownMs: mail.coolDownMs },
        isForced: false,
      },
    );
    return isSent ? { at, status: content.status, issues } : null;
  };
}

function isMailed(status: string): status is Report['status'] {
  return status === 'OK' || status === 'DEGRADED' || status === 'CRITICAL';
}
