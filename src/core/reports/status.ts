import type { ReportStatus } from '../../contracts/report.ts';
import type { Messages } from '../shared/index.ts';
import type { ReportCounts } from './counts.ts';
import type { ReportKnobs } from './knobs.ts';

export interface StatusVerdict {
  status: ReportStatus;
  /** The rules that decided, with their numbers, in the reader's language; never empty. */
  reasons: string[];
}

/** Noise and latency decide nothing. */
export type StatusCounts = Pick<ReportCounts, 'entries' | 'errors' | 'warnings' | 'signals'>;

type StatusKnobs = Pick<
  ReportKnobs,
  'criticalAboveErrors' | 'criticalAboveSignals' | 'degradedAboveErrors' | 'degradedAboveWarnings'
>;

/** The status of a window: every bound is a strict "more than", in incidents without noise. Latency alone changes nothing. */
export function judgeStatus(counts: StatusCounts, knobs: StatusKnobs, messages: Messages): StatusVerdict {
  const say = messages.reportFacts.status;
  const { errors, warnings, signals } = counts;
  const critical = [
    ...(errors > knobs.criticalAboveErrors ? [say.errorsAbove(errors, knobs.criticalAboveErrors)] : []),
    ...(signals > knobs.criticalAboveSignals ? [say.signalsAbove(signals, knobs.criticalAboveSignals)] : []),
  ];
  if (critical.length > 0) return { status: 'CRITICAL', reasons: critical };
  const degraded = [
    ...(errors > knobs.degradedAboveErrors ? [say.errorsAbove(errors, knobs.degradedAboveErrors)] : []),
    ...(warnings > knobs.degradedAboveWarnings ? [say.warningsAbove(warnings, knobs.degradedAboveWarnings)] : []),
  ];
  if (degraded.length > 0) return { status: 'DEGRADED', reasons: degraded };
  if (counts.entries === 0) return { status: 'OK', reasons: [say.noEntries] };
  return {
    status: 'OK',
    reasons: [
      say.errorsWithin(errors, Math.min(knobs.degradedAboveErrors, knobs.criticalAboveErrors)),
      say.warningsWithin(warnings, knobs.degradedAboveWarnings),
      say.signalsWithin(signals, knobs.criticalAboveSignals),
    ],
  };
}
