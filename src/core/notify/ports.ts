/** One message, ready to leave; the same for every recipient. Text is UTF-8. */
export interface MailMessage {
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: string }[];
  /** Epoch ms; becomes the Date header. */
  date: number;
  language: string;
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
  /** Newest last; only deliveries that were `sent` (or `stored`, when no server is configured) to this recipient for this service. */
  lastDelivered(service: string, recipient: string): Promise<DeliveryRow | null>;
  append(row: DeliveryRow): Promise<void>;
}

export interface DeliveryRow {
  /** Epoch ms. */
  at: number;
  service: string;
  recipient: string;
  outcome: 'sent' | 'stored' | 'failed';
  status: MailStatus;
  /** Fingerprints of the report's issues. */
  issues: string[];
  detail: string;
}

export type MailStatus = 'OK' | 'DEGRADED' | 'CRITICAL';

/** A message for one recipient on its way. Exactly one layer retries: this row. Instants are epoch ms. */
export interface Delivery {
  id: string;
  /** Unique with channel and recipient: one occasion reaches nobody twice. */
  occasion: string;
  channel: 'email';
  recipient: string;
  message: MailMessage;
  /** What it tells of, for the cool-down. */
  about: { service: string; status: MailStatus; issues: string[] };
  state: 'pending' | 'sending' | 'sent' | 'stored' | 'failed';
  attempts: number;
  createdAt: number;
  nextAttemptAt: number;
  sentAt: number | null;
  lastError: string | null;
  receipt: string | null;
}

export interface DeliveryStore {
  /** False when this occasion has been queued for this recipient before. */
  queue(
    delivery: Pick<Delivery, 'id' | 'occasion' | 'channel' | 'recipient' | 'message' | 'about' | 'createdAt'>,
  ): Promise<boolean>;
  /** Takes due deliveries for `holdMs`, by conditional UPDATE: no two claim one. Those whose claim ran out are due again. */
  claim(now: number, limit: number, holdMs: number): Promise<Delivery[]>;
  /** What came of an attempt. */
  settle(
    id: string,
    result: Pick<Delivery, 'state' | 'nextAttemptAt' | 'sentAt' | 'lastError' | 'receipt'>,
  ): Promise<void>;
  get(id: string): Promise<Delivery | null>;
  list(filter: { cursor: string | null; limit: number }): Promise<{ items: Delivery[]; nextCursor: string | null }>;
  /** The newest one that this recipient got (or will get) about this service; null: none. */
  last(service: string, recipient: string): Promise<Delivery | null>;
}

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
