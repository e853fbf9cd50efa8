import type { Messages } from '../shared/index.ts';
import type { ReportKnobs } from './knobs.ts';

/** When an issue counts as fixed: a test that failed before, and silence on a revision that holds the fix. */
export function doneWhen(knobs: Pick<ReportKnobs, 'silentHours' | 'silentRequests'>, messages: Messages): string {
  return messages.reportFacts.doneWhen(knobs.silentHours, knobs.silentRequests);
}
