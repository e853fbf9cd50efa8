import type { Round } from './rounds.ts';
import { createDailyDigest } from './telling/daily-digest.ts';
import { createMessages, type TellingMessages } from './telling/messages.ts';
import type { TellingOptions } from './telling/options.ts';
import { createReportMails } from './telling/report-mails.ts';
import { createReports } from './telling/scheduled-reports.ts';
import { createTakenRows } from './telling/taken-rows.ts';
import type { ReportRequest } from './work-methods.ts';

export type { TellingOptions } from './telling/options.ts';

export interface Telling extends TellingMessages {
  /** One process at a time: what issues and reports lead to beside messages. */
  rounds: Round[];
  /** On a schedule: a report on each service. */
  makeReports(signal: AbortSignal): Promise<{ reports: number; failed: number }>;
  /** On a schedule: what the day was. */
  queueDigest(): Promise<{ mails: number }>;
}

/** Everything that turns what happened into reports and messages. */
export function openTelling(options: TellingOptions): Telling {
  const { makeReport, onChange } = options;
  const messages = createMessages(options);
  const mails = createReportMails(options);
  const make = async (request: ReportRequest): Promise<void> => {
    const { stored } = await makeReport(request);
    onChange({ kind: 'report', id: stored.id, status: stored.status });
  };
  return {
    ...messages,
    rounds: [{ name: 'outbox', everyMs: 1_000, run: createTakenRows(options, { ...mails, make }) }],
    makeReports: createReports(options, make),
    queueDigest: createDailyDigest(options, mails),
  };
}
