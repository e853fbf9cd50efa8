import type { DeliveryDetail, DeliverySummary } from '../../contracts/api/notifications.ts';
import {
  type DeliveryReader,
  hideAcknowledgeLinks,
  type NotificationDelivery,
  type Recipient,
} from '../../core/notify/index.ts';
import { toInstant } from '../../core/shared/index.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

/** `nameOf`: how a recipient is called; one who is no longer configured keeps the id. */
export function deliveryView(delivery: NotificationDelivery, nameOf: (id: string) => string): DeliverySummary {
  const { state, reason, alertId, notificationId, key } = delivery;
  const isWaiting = state === 'pending' || state === 'sending' || state === 'failed';
  return {
    id: delivery.id,
    occasion: delivery.occasion,
    severity: delivery.severity,
    channel: delivery.channel,
    recipient: delivery.recipientId === '' ? delivery.address : nameOf(delivery.recipientId),
    address: delivery.address,
    route: delivery.routes[0] ?? null,
    isUnrouted: delivery.isUnrouted,
    subject: delivery.title,
    state,
    reason,
    attempts: delivery.attempts,
    createdAt: toInstant(delivery.createdAt),
    releaseAt: instantOrNull(delivery.releaseAt),
    sentAt: instantOrNull(delivery.sentAt),
    nextAttemptAt: isWaiting ? toInstant(delivery.nextAttemptAt) : null,
    lastError: delivery.lastError,
    providerId: delivery.providerId,
    receipt: delivery.receipt,
    latencyMs: delivery.sentAt === null ? null : delivery.sentAt - delivery.dueAt,
    about: alertId !== null ? { kind: 'alert', id: alertId } : notificationId === null ? composedAbout(key) : null,
    fallbackOf: delivery.fallbackOf,
  };
}

/** `report:<id>` tells of that report. */
function composedAbout(key: string): DeliverySummary['about'] {
  const [kind, id] = key.split(':', 2);
  return kind === 'report' && id ? { kind, id } : null;
}

export function deliveryDetailView(
  found: NonNullable<Awaited<ReturnType<DeliveryReader['get']>>>,
  nameOf: (id: string) => string,
): DeliveryDetail {
  const { delivery, notification, message, attempts } = found;
  const html = message?.html ?? '';
  return {
    ...deliveryView(delivery, nameOf),
    ...(notification ? { about: { kind: notification.about.kind, id: notification.about.id } } : {}),
    text: hideAcknowledgeLinks(message?.text ?? ''),
    html: html === '' ? null : hideAcknowledgeLinks(html),
    tries: attempts.map(({ number, at, outcome, error, ms }) => ({ number, at: toInstant(at), outcome, error, ms })),
  };
}

export function nameOfRecipients(recipients: readonly Recipient[]): (id: string) => string {
  const names = new Map(recipients.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
