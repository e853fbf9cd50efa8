import type { Configuration } from '../../config/index.ts';
import type { Report } from '../../contracts/report.ts';
import { decideMail, occasionOf, type ToldMail } from '../../core/notify/index.ts';
import type { ToldReport } from '../../core/reports/index.ts';

export interface NewsOfReport {
  status: string;
  content: Report | null;
  /** Epoch ms. */
  at: number;
}

/** Told reports that are remembered of a service: each was news, so that there are never many within one cool-down. */
const TOLD = 200;

/** Whether people hear of a report over the channels that routes name: by the rules of its mail, and the same cool-down. Gives what is remembered as told. */
export function newsOfReport(
  { mail }: Pick<Configuration, 'mail'>,
  { status, content, at }: NewsOfReport,
): (told: readonly ToldReport[]) => ToldReport[] | null {
  const remember = (recent: ToldReport[], news: ToldReport) => [news, ...recent].slice(0, TOLD);
  return (told) => {
    const recent = told.filter((report) => at < report.at + mail.coolDownMs);
    if (content === null) return recent[0]?.status === status ? null : remember(recent, { at, status, issues: [] });
    const occasion = occasionOf(content);
    const { isSent } = decideMail(
      { ...occasion, now: at },
      {
        told: recent.map(asMail),
        policy: { minimumStatus: 'DEGRADED', coolDownMs: mail.coolDownMs },
        isForced: false,
      },
    );
    return isSent ? remember(recent, { at, ...occasion }) : null;
  };
}

/** A look that failed says nothing of how the service is: whatever the next report finds is news. */
function asMail({ status, ...report }: ToldReport): ToldMail {
  return { ...report, status: status === 'DEGRADED' || status === 'CRITICAL' ? status : 'OK' };
}
