import type { ExecutionOutcome } from '../ports.ts';
import type { Run } from '../run.ts';

/** Of `core/events`' redactor, what is needed here. */
export interface OutcomeRedactor {
  text(text: string): string;
  /** With regard to the names of members. */
  value(value: unknown): unknown;
}

/** Nothing of a run is stored or sent unredacted: error texts quote requests and connection strings, record errors quote people. */
export function redactOutcome<T extends ExecutionOutcome>(outcome: T, redactor: OutcomeRedactor): T {
  const { message, error, stats, recordErrors } = outcome;
  return {
    ...outcome,
    message: message === null ? null : redactor.text(message),
    error: error === null ? null : redactor.text(error),
    stats: stats === null ? null : (redactor.value(stats) as Run['stats']),
    recordErrors: recordErrors && {
      total: recordErrors.total,
      kept: recordErrors.kept.map(({ subject, reason }) => ({
        subject: redactor.text(subject),
        reason: redactor.text(reason),
      })),
    },
  };
}
