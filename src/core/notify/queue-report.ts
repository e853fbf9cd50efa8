import { shortHash } from '../shared/index.ts';
import { decideMail, type MailDecision, type MailOccasion, type MailPolicy } from './mail-policy.ts';
import type { Delivery, DeliveryStore, MailMessage } from './ports.ts';

export interface QueueReportInput {
  /** What makes a second queueing of the same report a repeat: the report's id. */
  reportId: string;
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
  const { reportId, service, occasion, store } = input;
  let message: MailMessage | null = null;
  const results = [];
  for (const { address, policy } of input.recipients) {
    const last = await store.last(service, address);
    const decision = decideMail(occasion, { last: last && asRow(last), policy, isForced: false });
    let isQueued = false;
    if (decision.isSent) {
      message ??= input.compose();
      isQueued = await store.queue({
        id: deliveryId(reportId, address),
        occasion: `report:${reportId}`,
        channel: 'email',
        recipient: address,
        message,
        about: { service, status: occasion.status, issues: occasion.issues },
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

function asRow({ createdAt, about, recipient }: Delivery) {
  return { at: createdAt, ...about, recipient, outcome: 'sent' as const, detail: '' };
}
