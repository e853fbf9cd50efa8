import type {
  ChannelHealth,
  ClaimedMessage,
  DeliveryAttempt,
  HoldReason,
  NotificationDelivery,
  SuppressReason,
  Target,
} from './delivery.ts';
import type { ChannelKind, DeliveryState, Message, Notification, Severity } from './notification.ts';
import type { DeliveryDecision, LaneHistory } from './policy/decide-delivery.ts';

export type * from './delivery.ts';
export type { DeliveryDecision, LaneHistory, LaneMessage } from './policy/decide-delivery.ts';

/** One message, ready to leave; the same for every recipient. Text is UTF-8. */
export interface MailMessage {
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: string }[];
  /** Epoch ms; becomes the Date header. */
  date: number;
  language: string;
  /** Where answers go; left out: to the sender. */
  replyTo?: string;
  /** With its angle brackets, the same for every attempt; left out: one is made. */
  messageId?: string;
}

export interface MailChannel {
  /** Delivers to one recipient. Resolves only when the other side took responsibility; throws GuardianError otherwise. */
  send(message: MailMessage, recipient: string): Promise<DeliveryReceipt>;
  close(): void;
}

export interface DeliveryReceipt {
  /** `sent`: the server accepted it. `stored`: it stands in the outbox folder and has NOT been sent. */
  outcome: 'sent' | 'stored';
  /** The server's last words, or the file's path. */
  detail: string;
  messageId: string;
}

/** What has been delivered before: the memory that cool-downs need. Rows are only ever added. */
export interface DeliveryLog {
  /** Newest first; only deliveries that were `sent` (or `stored`, when no server is configured) to this recipient for this service. */
  told(service: string, recipient: string): Promise<DeliveryRow[]>;
  append(row: DeliveryRow): Promise<void>;
}

export interface DeliveryRow extends ToldMail {
  service: string;
  recipient: string;
  outcome: 'sent' | 'stored' | 'failed';
  detail: string;
}

/** What a mail told somebody of a service. */
export interface ToldMail {
  /** Epoch ms. */
  at: number;
  /** `OK` too where nothing could be seen: whatever the next report finds is news. */
  status: MailStatus;
  /** As the occasion named them. */
  issues: readonly string[];
}

export type MailStatus = 'OK' | 'DEGRADED' | 'CRITICAL';

/**
 * A mail of the outbox page, as screens of before read it: a view of the one model (`NotificationDelivery`), in which `simulated` is `stored` too, `dead` is
 * `failed`, and `failed` and `held` are `pending`. Instants are epoch ms.
 */
export interface Delivery {
  id: string;
  /** Unique with channel and recipient: one occasion reaches nobody twice. */
  occasion: string;
  channel: ChannelKind;
  /** Its address, as it may be shown. */
  recipient: string;
  message: MailMessage;
  /** What it tells of, for the cool-down. */
  about: { projectId: number | null; service: string } & Omit<ToldMail, 'at'>;
  state: 'pending' | 'sending' | 'sent' | 'stored' | 'failed';
  attempts: number;
  createdAt: number;
  nextAttemptAt: number;
  sentAt: number | null;
  lastError: string | null;
  receipt: string | null;
}

export interface DeliveryStore {
  /** A mail that was composed beforehand. False when this occasion has been queued for this recipient before. */
  queue(
    delivery: Pick<Delivery, 'id' | 'occasion' | 'channel' | 'recipient' | 'message' | 'about' | 'createdAt'>,
  ): Promise<boolean>;
  /** What came of an attempt. */
  settle(
    id: string,
    result: Pick<Delivery, 'state' | 'nextAttemptAt' | 'sentAt' | 'lastError' | 'receipt'>,
  ): Promise<void>;
  get(id: string): Promise<Delivery | null>;
  list(filter: { cursor: string | null; limit: number }): Promise<{ items: Delivery[]; nextCursor: string | null }>;
  /** What this recipient got (or will get) about this service of this project after `since`, newest first; the newest 200. */
  told(request: {
    projectId: number | null;
    service: string;
    recipient: string;
    since: number;
  }): Promise<(ToldMail & Pick<Delivery, 'occasion'>)[]>;
}

/** What is taken in of one outbox row. */
export interface IntakeEntry {
  /** The outbox row; null: it did not come from one. */
  outboxId: number | null;
  /** Nobody else waits for the row: it is done. */
  isDone: boolean;
  /** Null: there is nothing to tell. */
  notification: Notification | null;
  targets: readonly Target[];
  isUnrouted: boolean;
  /** Told again on purpose: no cool-down. */
  isRepeat: boolean;
  /** It says nothing that was not said: people are spared it, programs take each. Default: false. */
  isKnown?: boolean;
  episode: string | null;
  /** It is the end of its episode: it goes to those who were told, and to nobody else; what was not sent is not sent any more, unless the end is only mirrored. */
  isEnd: boolean;
  /** It goes to those of these channels who were told, or are about to be, within its episode, which goes on unless this is its end: what happens to an alert is mirrored there. `targets` are told besides. Null: only `targets`. */
  mirroredBy: readonly ChannelKind[] | null;
}

/** The policy, as the store asks it within the transaction. */
export interface DeliveryPlan {
  /** How far back it wants to know what was told, and which messages left; ms. */
  toldMs: number;
  messagesMs: number;
  /** Under which `LaneHistory.told` keeps it. */
  toldKey(address: string, notification: Pick<Notification, 'occasion' | 'dedupeKey'>): string;
  /** Whose messages always leave, whatever left before: their history, which may be long, is not read. Without it every channel's is. */
  isFree?(channel: ChannelKind): boolean;
  /** Called once for each target, in order; the history knows what was decided before it, and is told of this. */
  decide(entry: IntakeEntry, notification: Notification, target: Target, history: LaneHistory): DeliveryDecision;
}

export interface IntakeStore {
  /** Rows that were not looked at for telling, of whatever kind, oldest first. */
  untold(limit: number): Promise<OutboxRow[]>;
  /**
   * Notifications, their deliveries, and the outbox rows taken up, in one transaction; two nodes wait for each other. A row that another took is left
   * alone; a notification whose key is known makes no second one. Gives the deliveries that were made.
   */
  accept(entries: readonly IntakeEntry[], plan: DeliveryPlan, at: number): Promise<NotificationDelivery[]>;
  /** Those of these episodes of which somebody was told, or is to be, and that have not ended. */
  openEpisodes(episodes: readonly string[]): Promise<Set<string>>;
  /** Deliveries and notifications whose time is over; bounded: call again until 0. What is still to leave stays. */
  forget(request: { before: number; limit: number }): Promise<number>;
  /** A message that was composed beforehand, to each of these targets; gives the ids of those that were queued, without those that had it before. */
  queueComposed(composed: ComposedMessage, targets: readonly Target[], at: number): Promise<string[]>;
}

export interface ComposedMessage {
  key: string;
  occasion: NotificationDelivery['occasion'];
  severity: Severity;
  title: string;
  message: Message;
}

/** What came of an attempt at one message. */
/** A claimed delivery, with the attempt that it is at: claimed anew, it is at a later one. */
export interface Claim {
  id: string;
  attempt: number;
}

export interface Settlement {
  /** Those claimed for it. */
  deliveries: readonly Claim[];
  channel: ChannelKind;
  address: string;
  state: 'sent' | 'stored' | 'simulated' | 'failed' | 'dead';
  startedAt: number;
  at: number;
  nextAttemptAt: number;
  /** Verbatim. */
  error: string | null;
  receipt: string | null;
  providerId: string | null;
  /** The first that this address took after it refused some (or since the process began): what waits for it for long is due now. */
  isLaneOpened: boolean;
  /** As it was composed: what the next attempt sends again, and what screens show. */
  message: Message;
}

export interface DeliveryQueue {
  /**
   * Takes due messages for `holdMs`, by conditional UPDATE: no two claim one. Those whose claim ran out are due again. One message waits while an earlier
   * one of its key to its address is under way; lanes (channel and address) that are busy are left out.
   */
  claim(request: {
    at: number;
    holdMs: number;
    limit: number;
    busy: readonly { channel: ChannelKind; address: string }[];
  }): Promise<ClaimedMessage[]>;
  /** Ends every claim: they are an earlier process's, where only one at a time has the database. */
  reclaim(at: number): Promise<void>;
  /** Holds them for longer; gives the ids of those whose claim is over. */
  renew(claims: readonly Claim[], until: number): Promise<string[]>;
  /** In one transaction, with the attempts as rows and what is told of channels that fail. Settlements that come too late change nothing. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** Gives claimed ones back untried: not before `at`, held again, or not at all. Those whose claim is over stay as they are. */
  giveBack(claims: readonly Claim[], back: GivenBack): Promise<void>;
  /** When the next one is due, busy lanes or not; null: none. */
  nextDueAt(): Promise<number | null>;
}

/** What becomes of deliveries that do not arrive. */
export interface UndeliveredStore {
  /** Dead, or due before `before` and undelivered, that nothing stands in for yet, oldest first. */
  undelivered(before: number, limit: number): Promise<NotificationDelivery[]>;
  /**
   * Notes that these are seen to, with what stands in for each, and what is told of the channels that fail (once for each subject), in one transaction.
   * Those that another saw to are left alone. Gives what stands in.
   */
  standIn(entries: readonly StandIn[], at: number): Promise<NotificationDelivery[]>;
  /** A dead or suppressed one is due again, by hand, with all its attempts before it; null: it is neither, or not there. */
  resend(id: string, at: number): Promise<NotificationDelivery | null>;
}

export interface StandIn {
  delivery: NotificationDelivery;
  targets: readonly Target[];
  /** Null: nothing is told of it. */
  degraded: Omit<OutboxRow, 'id' | 'at'> | null;
}

export type GivenBack =
  | { kind: 'later'; at: number }
  | { kind: 'held'; reason: HoldReason; releaseAt: number; group: string; at: number }
  | { kind: 'suppressed'; reason: SuppressReason; at: number };

export interface DeliveryFilter {
  states?: readonly DeliveryState[];
  channels?: readonly ChannelKind[];
  recipientId?: string;
  occasions?: readonly string[];
  alertId?: string;
  /** Of the run, chain, issue or report that it tells of. */
  aboutId?: string;
  route?: string;
  isUnrouted?: boolean;
  /** By `createdAt`, half-open. */
  from?: number;
  to?: number;
}

export interface DeliveryReader {
  get(id: string): Promise<{
    delivery: NotificationDelivery;
    notification: Notification | null;
    message: Message | null;
    attempts: DeliveryAttempt[];
  } | null>;
  /** Newest first. */
  list(
    filter: DeliveryFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: NotificationDelivery[]; nextCursor: string | null }>;
  /** True totals of all that match. */
  counts(filter: DeliveryFilter): Promise<Record<DeliveryState, number>>;
  /** Since `from`, by occasion, channel and state. */
  totals(from: number): Promise<{ occasion: string; channel: ChannelKind; state: DeliveryState; count: number }[]>;
  /** Of each channel and address that was used. */
  health(): Promise<ChannelHealth[]>;
}

/** All that is told, by what it is asked for. */
export type NotificationStore = IntakeStore & DeliveryQueue & UndeliveredStore & { log: DeliveryReader };

/** Rows of the outbox, taken up in order. */
export interface OutboxStore {
  /** Not taken up yet, of these kinds, oldest first. */
  due(kinds: readonly string[], limit: number): Promise<OutboxRow[]>;
  done(ids: readonly number[], at: number): Promise<void>;
}

export interface OutboxRow {
  id: number;
  at: number;
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}
