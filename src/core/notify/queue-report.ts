import { shortHash } from '../shared/index.ts';
import { decideMail, type MailDecision, type MailOccasion, type MailPolicy } from './mail-policy.ts';
import type { DeliveryStore, MailMessage } from './ports.ts';

export interface QueueReportInput {
  /** What makes a second queueing of the same report a repeat: the report's id. */
  reportId: string;
  projectId: number | null;
  service: string;
  occasion: MailOccasion;
  recipients: readonly { address: string; policy: MailPolicy }[];
  /** Built only when somebody gets it. */
  compose(): MailMessage;
  store: DeliveryStore;
}

/**
 * One delivery row for each recipient whose policy wants the report now. What the cool-down keeps back is said in the result: it goes into the
 * daily digest.
 */
export async function queueReport(
  input: QueueReportInput,
): Promise<{ recipient: string; decision: MailDecision; isQueued: boolean }[]> {
  const { reportId, projectId, service, occasion, store } = input;
  let message: MailMessage | null = null;
  const results = [];
  for (const { address, policy } of input.recipients) {
    const since = occasion.now - policy.coolDownMs;
    const told = await store.told({ projectId, service, recipient: address, since });
    const decision = decideMail(occasion, { told, policy, isForced: false });
    let isQueued = false;
    if (decision.isSent) {
      message ??= input.compose();
      isQueued = await store.queue({
        id: deliveryId(reportId, address),
        occasion: `report:${reportId}`,
        channel: 'email',
        recipient: address,
        message,
        about: { projectId, service, status: occasion.status, issues: occasion.issues },
        createdAt: occasion.now,
      });
    }
    results.push({ recipient: address, decision, isQueued });
  }
  return results;
}

/** One message for one recipient, whatever the occasion: the same again is a repeat. */
export function deliveryId(occasion: string, recipient: string): string {
  return `delivery-${shortHash(`${occasion}\u0000${recipient}`, 16)}`;
}
