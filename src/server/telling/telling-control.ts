import type {
  ChannelKind,
  createLinkPages,
  Directory,
  NotificationDelivery,
  NotifyKnobs,
} from '../../core/notify/index.ts';

/** What people do with messages, and what they are told of them. */
export interface TellingControl {
  directory: Directory;
  knobs: NotifyKnobs;
  /** Every way out that is known, set up or not; never a secret. */
  channels: readonly {
    kind: ChannelKind;
    isConfigured: boolean;
    isSimulated: boolean;
    /** There is no server: messages are stored, and not sent. */
    isStored: boolean;
    description: string;
  }[];
  /** Queues a test message; gives the ids of its deliveries, none where the recipient has no such address. */
  test(asked: { recipientId: string; channel: ChannelKind }): Promise<string[]>;
  /** Null: it is neither dead nor suppressed. */
  resend(id: string): Promise<NotificationDelivery | null>;
  links: ReturnType<typeof createLinkPages>;
}
