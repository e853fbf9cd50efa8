import type { Occasion, Saying } from '../shared/index.ts';

/** What is told, and to whom it goes. Instants are epoch ms. */

export { OCCASIONS, type Occasion } from '../shared/index.ts';

export const CHANNEL_KINDS = ['email', 'slack', 'webhook', 'sms', 'pagerduty', 'ntfy'] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export type Severity = 'info' | 'warning' | 'error' | 'critical';

/** One message for one occasion, in no language yet. */
export interface Notification {
  id: string;
  occasion: Occasion;
  /** Unique: the same again is a repeat. Alert: id, firing and step; run: id; … */
  key: string;
  /** What cool-down and grouping go by: rule + subject. */
  dedupeKey: string;
  at: number;
  severity: Severity;
  projectId: number | null;
  /** What routes match. */
  match: { job: string | null; type: string | null; service: string | null; labels: Readonly<Record<string, string>> };
  /** What the row is that it tells of. */
  about: {
    kind: 'alert' | 'run' | 'chain' | 'issue' | 'report' | 'guardian' | 'audit' | 'deployment';
    id: string;
    firing: number | null;
  };
  facts: NotificationFacts;
  /** What channels that keep incidents make of it; left out: what its occasion says. */
  action?: 'acknowledge' | 'resolve' | 'none';
}

/** Everything a message says; texts of others are untrusted and escaped for each channel. */
export interface NotificationFacts {
  /** What. */
  title: string;
  /** Where: the subject's name, with its labels. */
  subject: string;
  /** In words; of rows that have `measured`, only once they are in words. */
  value: string | null;
  /** What the value is, for whoever reads it; null: unknown. */
  measured?: { value: number | null; unit: string | null };
  threshold: string | null;
  /** Which of these are sentences of ours: their texts are in the language of the installation. */
  said?: Partial<Record<'cause' | 'threshold' | 'advice', Saying>>;
  since: number | null;
  cause: string | null;
  advice: string | null;
  /** Path of the row's page, from `/`. */
  path: string | null;
  /** Further lines: runs held back, outcomes of a chain, numbers. */
  details: { label: string; text: string }[];
}

export interface Recipient {
  id: string;
  name: string;
  roles: readonly string[];
  addresses: Readonly<Partial<Record<ChannelKind, readonly string[]>>>;
  timeZone: string;
  language: 'en' | 'fr';
  /** Local times; null: none. */
  quietHours: { from: string; to: string; release: string } | null;
}

export interface Route {
  name: string;
  occasions: readonly Occasion[];
  match: {
    severityAtLeast: Severity | null;
    jobs: readonly string[];
    types: readonly string[];
    services: readonly string[];
    labels: Readonly<Record<string, string>>;
  };
  /** Recipient ids, and `role:NAME`. */
  to: readonly string[];
  channels: readonly ChannelKind[];
}

/** One message, ready to leave over any channel. Text is UTF-8. */
export interface Message {
  subject: string;
  text: string;
  html: string;
  /** In Slack's own markup, escaped; left out: the text, escaped. */
  slack?: string;
  /** For channels that take little: one paragraph with the link. */
  short: string;
  attachments: { filename: string; contentType: string; content: string }[];
  /** Epoch ms; becomes the Date header. */
  date: number;
  language: string;
  /** Of mails: where answers go, and the Message-ID they name; see `MailMessage`. */
  replyTo?: string;
  messageId?: string;
  severity: Severity;
  /** `trigger`, `acknowledge` and `resolve` of one incident carry the same `dedupeKey`; `test`: one that is over at once; `none`: news that is no incident. */
  action: 'trigger' | 'acknowledge' | 'resolve' | 'none' | 'test';
  dedupeKey: string;
  /** Absolute address of the row; null: no public address is configured. */
  url: string | null;
  /** Signed page that asks whether to acknowledge; null: nothing to acknowledge. */
  acknowledgeUrl: string | null;
  /** The notifications it tells of, as data, for webhooks. */
  notifications: Notification[];
}

/** One way out. Resolves only when the other side took responsibility; throws GuardianError (`delivery_…`) otherwise, with `retryAfterMs` where the other side said so. */
export interface Channel {
  kind: ChannelKind;
  /**
   * Messages that one address takes at the same time where it answers slowly; without it one. Only for a channel whose receivers know a repeat by its id:
   * when the process ends within the attempts, each of them is sent again.
   */
  atOnce?: number;
  /** `id` is the same for every attempt of one delivery. */
  send(
    message: Message,
    address: string,
    attempt: { id: string; number: number; signal: AbortSignal },
  ): Promise<ChannelReceipt>;
  /** Whether credentials, sender and server would do, without sending. Throws what is wrong. */
  check(): Promise<void>;
  close(): void;
}

export interface ChannelReceipt {
  /** `stored`: there is no server to send it; it was kept, and did not leave. `simulated`: the configuration asks that nothing leaves. */
  outcome: 'sent' | 'stored' | 'simulated';
  /** The other side's last words. */
  detail: string;
  /** Its own name for the message; null: it gave none. */
  providerId: string | null;
}

export type DeliveryState =
  | 'pending'
  | 'held'
  | 'suppressed'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'dead'
  | 'stored'
  | 'simulated';
