import type { Insertable, Selectable } from 'kysely';
import type {
  ChannelKind,
  MailMessage,
  Message,
  Notification,
  NotificationDelivery,
  Severity,
  Target,
} from '../../../../../core/notify/index.ts';
import { shortHash } from '../../../../../core/shared/index.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { DeliveryTable, NotificationTable } from '../../schema/telling.ts';

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error', 'critical'];

export function toGravity(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function toSeverity(gravity: number): Severity {
  return SEVERITIES[gravity] ?? 'info';
}

export function toNotificationRow(notification: Notification, isUnrouted: boolean): Insertable<NotificationTable> {
  const { id, key, occasion, dedupeKey, at, severity, projectId, match, about, facts, action } = notification;
  return {
    id,
    key,
    occasion,
    dedupe_key: dedupeKey,
    at,
    gravity: toGravity(severity),
    project_id: projectId,
    about_kind: about.kind,
    about_id: about.id,
    firing: about.firing,
    is_unrouted: isUnrouted ? 1 : 0,
    content: JSON.stringify({ match, facts, action }),
  };
}

export function toNotification(row: Selectable<NotificationTable>): Notification {
  const { match, facts, action } = JSON.parse(row.content) as Pick<Notification, 'match' | 'facts' | 'action'>;
  return {
    id: row.id,
    occasion: row.occasion as Notification['occasion'],
    key: row.key,
    dedupeKey: row.dedupe_key,
    at: row.at,
    severity: toSeverity(row.gravity),
    projectId: row.project_id,
    match,
    about: { kind: row.about_kind as Notification['about']['kind'], id: row.about_id, firing: row.firing },
    facts,
    ...(action === undefined ? {} : { action }),
  };
}

/** Everything but the message, which is large. */
export const DELIVERY_COLUMNS = [
  'id',
  'key',
  'notification_id',
  'occasion',
  'gravity',
  'dedupe_key',
  'title',
  'recipient',
  'channel',
  'address',
  'routes',
  'is_unrouted',
  'alert_id',
  'firing',
  'episode',
  'state',
  'reason',
  'release_at',
  'group_id',
  'fallback_of',
  'attempts',
  'attempts_before',
  'created_at',
  'due_at',
  'next_attempt_at',
  'first_attempt_at',
  'last_attempt_at',
  'sent_at',
  'last_error',
  'receipt',
  'provider_id',
] as const satisfies (keyof DeliveryTable)[];

type ReadRow = Pick<Selectable<DeliveryTable>, (typeof DELIVERY_COLUMNS)[number]>;

export function toDelivery(row: ReadRow): NotificationDelivery {
  return {
    id: row.id,
    key: row.key,
    notificationId: row.notification_id,
    occasion: row.occasion as NotificationDelivery['occasion'],
    severity: toSeverity(row.gravity),
    dedupeKey: row.dedupe_key,
    title: row.title,
    recipientId: row.recipient,
    channel: row.channel as ChannelKind,
    address: row.address,
    routes: JSON.parse(row.routes) as string[],
    isUnrouted: row.is_unrouted === 1,
    alertId: row.alert_id,
    firing: row.firing,
    episode: row.episode,
    state: row.state as NotificationDelivery['state'],
    reason: row.reason as NotificationDelivery['reason'],
    releaseAt: row.release_at,
    group: row.group_id,
    fallbackOf: row.fallback_of,
    attempts: row.attempts,
    attemptsBefore: row.attempts_before,
    createdAt: row.created_at,
    dueAt: row.due_at,
    nextAttemptAt: row.next_attempt_at,
    firstAttemptAt: row.first_attempt_at,
    lastAttemptAt: row.last_attempt_at,
    sentAt: row.sent_at,
    lastError: row.last_error,
    receipt: row.receipt,
    providerId: row.provider_id,
  };
}

/** One message for one address of one recipient, whatever the occasion: the same again is a repeat. */
export function deliveryIdOf(key: string, { recipientId, channel, address }: Omit<Target, 'routes'>): string {
  return `delivery-${shortHash([key, recipientId, channel, address].join('\u0000'), 16)}`;
}

/** A row that is due at once; what else it is stands in `more`. */
export function newDeliveryRow(
  { key, target, at }: { key: string; target: Omit<Target, 'routes'> & { routes?: readonly string[] }; at: number },
  more: Partial<Insertable<DeliveryTable>>,
): Insertable<DeliveryTable> {
  return {
    id: deliveryIdOf(key, target),
    key,
    channel: target.channel,
    address: target.address,
    recipient: target.recipientId,
    routes: JSON.stringify(target.routes ?? []),
    service: '',
    message: packJson(null),
    about: 'null',
    state: 'pending',
    attempts: 0,
    created_at: at,
    next_attempt_at: at,
    due_at: at,
    claimed_until: null,
    sent_at: null,
    last_error: null,
    receipt: null,
    ...more,
  };
}

/** Null: it is composed when it leaves. Mails of before there were other channels lack what mails do not have. */
export function readMessage(bytes: Uint8Array): Message | null {
  const read = unpackJson(bytes) as Message | MailMessage | null;
  if (read === null) return null;
  return 'notifications' in read ? read : toMessage(read);
}

/** A mail as a message of any channel. */
export function toMessage(mail: MailMessage): Message {
  return {
    ...mail,
    short: mail.subject,
    severity: 'info',
    action: 'none',
    dedupeKey: '',
    url: null,
    acknowledgeUrl: null,
    notifications: [],
  };
}

/** What comes from the other side may hold anything; PostgreSQL takes no NUL. */
export function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '\uFFFD').slice(0, 4_000);
}
