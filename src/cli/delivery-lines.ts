import type { Guardian } from '../app.ts';
import type { Report } from '../contracts/report.ts';
import type { GuardianError, Messages } from '../core/shared/index.ts';

type DeliveryResult = Awaited<ReturnType<Guardian['deliver']>>[number];

/** What became of one recipient's mail, in one sentence; a failure brings its remedy. */
export function deliveryLines(result: DeliveryResult, status: Report['status'], messages: Messages): string[] {
  const { send } = messages.cli;
  switch (result.outcome) {
    case 'sent':
      return [send.sent(result.recipient, result.detail), ...forgotten(result.unremembered, messages)];
    case 'stored':
      return [send.stored(result.recipient, result.detail), ...forgotten(result.unremembered, messages)];
    case 'failed': {
      const { message, remedy } = result.error.explain(messages);
      return [send.failed(result.recipient, message), messages.cli.remedyLine(remedy)];
    }
    case 'dry run':
      return [send.dryRun(result.recipient, result.detail)];
    case 'not due': {
      const until = result.decision.isSent ? undefined : result.decision.until;
      if (until === undefined) return [send.belowMinimum(result.recipient, status)];
      return [send.coolDown(result.recipient, new Date(until).toISOString())];
    }
    default:
      return result satisfies never;
  }
}

function forgotten(error: GuardianError | null, messages: Messages): string[] {
  return error ? [messages.cli.send.unremembered(error.explain(messages).message)] : [];
}
