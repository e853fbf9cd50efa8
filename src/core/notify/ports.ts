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
