import type { ChannelKind, DeliveryState, Message, Notification, Occasion, Severity } from './notification.ts';

/**
 * One notification on its way to one address of one recipient; a row of `delivery`, and the only layer that retries. Instants are epoch ms.
 *
 * `pending` → `sending` → `sent` | `stored` | `simulated` | `failed` (tried again at `nextAttemptAt`) | `dead`; `held` until `releaseAt`, then as `pending`;
 * `suppressed` is never sent, for `reason`. A `dead` one becomes `pending` again by hand only. Rows with the same `group` leave as one message.
 */
export interface NotificationDelivery {
  id: string;
  /** Of the notification, or of what was composed beforehand (`report:…`, `digest:…`, `test:…`). Unique with recipient, channel and address. */
  key: string;
  /** Null: a message that was composed beforehand. */
  notificationId: string | null;
  /** `hand_off`: an issue, to whoever mends it. */
  occasion: Occasion | 'test' | 'hand_off';
  severity: Severity;
  /** What cool-down goes by; deliveries of one key to one address leave in their order. */
  dedupeKey: string;
  /** What it says, for lists. */
  title: string;
  /** Id of the recipient; empty: an address without a person behind it. */
  recipientId: string;
  channel: ChannelKind;
  /** As it may be shown: of an address that is a secret (webhooks, keys) its name (`addressName`). */
  address: string;
  /** Names of the routes that led here; empty: unrouted, told before, or none was needed. */
  routes: string[];
  isUnrouted: boolean;
  alertId: string | null;
  firing: number | null;
  /** From trouble to recovery: those who were told within it hear of its end. */
  episode: string | null;
  state: DeliveryState;
  reason: HoldReason | SuppressReason | null;
  releaseAt: number | null;
  /** Those with the same one leave together. */
  group: string | null;
  /** The delivery that this one stands in for. */
  fallbackOf: string | null;
  attempts: number;
  /** Those before it was last sent again by hand. */
  attemptsBefore: number;
  createdAt: number;
  /** When it was to leave: `createdAt`, or the end of its hold. */
  dueAt: number;
  nextAttemptAt: number;
  firstAttemptAt: number | null;
  lastAttemptAt: number | null;
  sentAt: number | null;
  /** Verbatim. */
  lastError: string | null;
  /** What the other side said when it accepted. */
  receipt: string | null;
  providerId: string | null;
}

export type HoldReason = 'cooldown' | 'grouped' | 'burst' | 'quiet_hours';
export type SuppressReason =
  /** The same thing was told within the cool-down, or waits to be told. */
  | 'cooldown'
  /** It was over before it was sent. */
  | 'ended'
  /** A recovery of what this address was never told of. */
  | 'not_told'
  /** A graver one of the same key took its place. */
  | 'superseded';

export interface DeliveryAttempt {
  deliveryId: string;
  /** From 1. */
  number: number;
  at: number;
  outcome: 'sent' | 'stored' | 'simulated' | 'failed' | 'dead' | 'lost';
  /** Verbatim; null: it was accepted. */
  error: string | null;
  ms: number;
}

/** Where a notification is to go. */
export interface Target {
  recipientId: string;
  channel: ChannelKind;
  /** By its name: see `addressName`. */
  address: string;
  routes: readonly string[];
}

/** Deliveries that leave as one message. */
export interface ClaimedMessage {
  /** The same for every attempt: of the group, or of the single delivery. */
  id: string;
  recipientId: string;
  channel: ChannelKind;
  address: string;
  /** Oldest first; at least one. */
  deliveries: NotificationDelivery[];
  /** Of these deliveries, in their order. */
  notifications: Notification[];
  /** Composed beforehand, or by the attempt before. */
  message: Message | null;
  /** How many of the group were over before they were sent. */
  ended: number;
  /** Messages of its episode that this address has been sent before; of one that is told again. */
  toldBefore: number;
}

/** How a channel, or one address of it, fares. */
export interface ChannelHealth {
  channel: ChannelKind;
  address: string;
  failuresInRow: number;
  lastSentAt: number | null;
  lastFailedAt: number | null;
  lastError: string | null;
}
