import type { Messages } from '../shared/index.ts';
import type { ReportKnobs } from './knobs.ts';

/** When an issue counts as fixed: a test that failed before, and silence on a revision that holds the fix. */
export function doneWhen(
  knobs: Pick<ReportKnobs, 'silentHours' | 'silentRequests' | 'silentHoursAlone'>,
  messages: Messages,
): string {
  const { silentHours, silentRequests, silentHoursAlone } = knobs;
  const alone = silentHoursAlone === silentHours ? null : silentHoursAlone;
  return messages.reportFacts.doneWhen(silentHours, silentRequests, alone);
}
