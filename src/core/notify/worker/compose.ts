import type { PeopleLanguage } from '../../shared/index.ts';
import type { TemplateRenderer } from '../../templates/index.ts';
import type { ClaimedMessage } from '../delivery.ts';
import { checkpointFile } from '../intake/checkpoint-told.ts';
import type { AcknowledgeLinks } from '../links/acknowledge-links.ts';
import type { Message, Notification, Recipient } from '../notification.ts';
import { type MessageForm, renderMessage } from '../render/index.ts';
import { inWords } from './in-words.ts';

export interface ComposeOptions {
  /** What recipients who are not configured any more, and those without a choice, read. */
  language: PeopleLanguage;
  timeZone: string;
  tag: string | null;
  publicUrl: string | null;
  /** Null: messages offer no acknowledging. */
  links: AcknowledgeLinks | null;
  /** Default: the built-in ones. */
  templates?: TemplateRenderer;
}

/** Alerts that one link acknowledges; a longer one would not fit into every channel. */
const LINKED = 20;
const ACKNOWLEDGED = ['alert_fired', 'alert_escalated'];

/** The message of one or several notifications for one recipient. */
export async function compose(
  claimed: ClaimedMessage,
  recipient: Recipient | null,
  options: ComposeOptions & { at: number },
): Promise<Message> {
  const language = recipient?.language ?? options.language;
  const { notifications, deliveries, ended } = claimed;
  const form = formOf(claimed);
  const rendered = renderMessage(
    notifications.map((notification) => inWords(notification, language)),
    {
      form,
      timeZone: recipient?.timeZone ?? options.timeZone,
      language,
      tag: options.tag,
      publicUrl: options.publicUrl,
      acknowledgeUrl: await acknowledgeUrl(notifications, claimed.recipientId, options),
      repeat: claimed.toldBefore,
      // Checkpoints are for administrators: that no route names them is no lack.
      isUnrouted: deliveries.every(({ isUnrouted }) => isUnrouted) && !notifications.every(isCheckpoint),
      ended,
      at: options.at,
      ...(options.templates === undefined ? {} : { templates: options.templates }),
    },
  );
  const message = { ...rendered, attachments: checkpointFile(notifications) };
  // Channels that keep alerts of their own learn that somebody answers for it.
  return message.action === 'acknowledge' ? { ...message, acknowledgeUrl: null } : message;
}

function isCheckpoint({ occasion }: Notification): boolean {
  return occasion === 'audit_checkpoint';
}

function formOf({ deliveries, notifications }: ClaimedMessage): MessageForm {
  const reason = deliveries[0]?.reason;
  if (reason === 'quiet_hours') return 'digest';
  if (reason === 'burst') return 'summary';
  return notifications.length === 1 ? 'single' : 'group';
}

async function acknowledgeUrl(
  notifications: readonly Notification[],
  recipientId: string,
  { links, publicUrl }: ComposeOptions,
): Promise<string | null> {
  if (links === null || publicUrl === null) return null;
  const open = notifications.filter(({ about, occasion }) => about.kind === 'alert' && ACKNOWLEDGED.includes(occasion));
  const alerts = [
    ...new Map(open.map(({ about }) => [about.id, { id: about.id, firing: about.firing ?? 1 }])).values(),
  ];
  if (alerts.length === 0 || alerts.length > LINKED) return null;
  return `${publicUrl.replace(/\/$/, '')}/ack/${await links.sign({ alerts, recipientId })}`;
}
