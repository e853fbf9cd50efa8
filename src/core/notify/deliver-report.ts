import { type Clock, toGuardianError } from '../shared/index.ts';
import { decideMail, type MailDecision, type MailOccasion, type MailPolicy } from './mail-policy.ts';
import type { DeliveryLog, DeliveryReceipt, DeliveryRow, MailChannel, MailMessage } from './ports.ts';

export interface ReportRecipient {
  address: string;
  policy: MailPolicy;
}

export interface DeliverReportInput {
  service: string;
  occasion: Omit<MailOccasion, 'now'>;
  recipients: ReportRecipient[];
  /** Built only when somebody gets it. */
  compose(): MailMessage;
  channel: MailChannel;
  log: DeliveryLog;
  clock: Clock;
  isForced: boolean;
  /** Decides and composes, delivers nothing, remembers nothing. */
  isDryRun: boolean;
}

export type DeliveryResult = {
  recipient: string;
  decision: MailDecision;
} /** `unremembered`: it was delivered, but the log could not say so; the next run may deliver it again. */ & (
  | { outcome: DeliveryReceipt['outcome']; detail: string; unremembered: ReturnType<typeof toGuardianError> | null }
  | { outcome: 'failed'; detail: string; error: ReturnType<typeof toGuardianError> }
  | { outcome: 'not due' | 'dry run'; detail: string }
);

/** One delivery for each recipient; one that fails does not keep the others from theirs. Each attempt is a row of the log. */
export async function deliverReport(input: DeliverReportInput): Promise<DeliveryResult[]> {
  const results: DeliveryResult[] = [];
  let message: MailMessage | null = null;
  for (const { address, policy } of input.recipients) {
    const now = input.clock.now();
    const told = await input.log.told(input.service, address);
    const decision = decideMail({ ...input.occasion, now }, { told, policy, isForced: input.isForced });
    if (!decision.isSent) {
      results.push({ recipient: address, decision, outcome: 'not due', detail: decision.reason });
      continue;
    }
    message ??= input.compose();
    if (input.isDryRun) {
      results.push({ recipient: address, decision, outcome: 'dry run', detail: message.subject });
      continue;
    }
    results.push(await attempt(input, { address, message, decision, now }));
  }
  return results;
}

async function attempt(
  { channel, log, service, occasion }: DeliverReportInput,
  { address, message, decision, now }: { address: string; message: MailMessage; decision: MailDecision; now: number },
): Promise<DeliveryResult> {
  const row = { at: now, service, recipient: address, status: occasion.status, issues: occasion.issues };
  try {
    const { outcome, detail } = await channel.send(message, address);
    const unremembered = await remember(log, { ...row, outcome, detail });
    return { recipient: address, decision, outcome, detail, unremembered };
  } catch (thrown) {
    const error = toGuardianError(thrown);
    await remember(log, { ...row, outcome: 'failed', detail: error.message });
    return { recipient: address, decision, outcome: 'failed', detail: error.message, error };
  }
}

/** What happened to the mail stays what happened, whether or not it can be written down. */
async function remember(log: DeliveryLog, row: DeliveryRow): Promise<ReturnType<typeof toGuardianError> | null> {
  try {
    await log.append(row);
    return null;
  } catch (thrown) {
    return toGuardianError(thrown);
  }
}
