import type { Clock } from '../../shared/index.ts';
import type { TemplateRenderer } from '../../templates/index.ts';
import { CHANNEL_KINDS, type ChannelKind, type Recipient } from '../notification.ts';
import { localClock } from '../policy/local-time.ts';
import type { IntakeStore } from '../ports.ts';
import { renderTest } from '../render/index.ts';
import { addressName } from '../routes/address-name.ts';
import type { Directory } from '../routes/directory.ts';

export interface DrillOptions {
  store: Pick<IntakeStore, 'queueComposed'>;
  directory: Directory;
  clock: Clock;
  tag: string | null;
  /** Default: the built-in ones. */
  templates?: TemplateRenderer | undefined;
}

/**
 * A test message over every channel that somebody has, once a month: queued like everything else, so that what it proves is the real way. Of each channel
 * one person gets it, another one each month. Gives the ids of the deliveries; none when this month's went out before.
 */
export async function queueDrill(options: DrillOptions, timeZone: string): Promise<string[]> {
  const { directory, clock } = options;
  const at = clock.now();
  const local = new Date(localClock(at, timeZone));
  const month = local.toISOString().slice(0, 'YYYY-MM'.length);
  const turn = local.getUTCFullYear() * 12 + local.getUTCMonth();
  const queued: string[] = [];
  for (const channel of CHANNEL_KINDS) {
    const having = directory.recipients.filter(({ addresses }) => (addresses[channel] ?? []).length > 0);
    if (having.length === 0) continue;
    const key = `test:drill:${month}:${channel}`;
    queued.push(
      ...(await queueMessage(options, { recipient: having[turn % having.length]!, channel, key, at, isDrill: true })),
    );
  }
  return queued;
}

/** A test message to one recipient over one channel, for the button: it takes the real way, and its rows tell what came of it. None: nobody has that. */
export async function queueTest(
  options: DrillOptions,
  { recipientId, channel }: { recipientId: string; channel: ChannelKind },
): Promise<string[]> {
  const at = options.clock.now();
  const recipient = options.directory.recipients.find(({ id }) => id === recipientId);
  if (!recipient) return [];
  return queueMessage(options, { recipient, channel, key: `test:${recipientId}:${channel}:${at}`, at, isDrill: false });
}

interface TestMessage {
  recipient: Recipient;
  channel: ChannelKind;
  key: string;
  at: number;
  isDrill: boolean;
}

async function queueMessage(
  { store, tag, templates }: DrillOptions,
  { recipient, channel, key, at, isDrill }: TestMessage,
): Promise<string[]> {
  const message = renderTest({ language: recipient.language, tag, at, isDrill, templates });
  const targets = (recipient.addresses[channel] ?? []).map((address) => ({
    recipientId: recipient.id,
    channel,
    address: addressName(channel, address),
    routes: [],
  }));
  if (targets.length === 0) return [];
  return store.queueComposed({ key, occasion: 'test', severity: 'info', title: message.subject, message }, targets, at);
}
