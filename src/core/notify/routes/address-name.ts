import { shortHash } from '../../shared/index.ts';
import type { ChannelKind, Recipient } from '../notification.ts';

/** Addresses that are secrets: who knows them can write there. */
const SECRET: readonly ChannelKind[] = ['slack', 'webhook', 'pagerduty', 'ntfy'];

/**
 * How an address is kept and shown: one that is a secret as its host with eight digits of its hash. The real one stands in the configuration alone, and is
 * looked up when a message leaves.
 */
export function addressName(channel: ChannelKind, address: string): string {
  if (!SECRET.includes(channel)) return address;
  const host = URL.canParse(address) ? new URL(address).host : '';
  return `${host === '' ? channel : host}#${shortHash(address, 8)}`;
}

/** The address behind a name; null: it is no longer configured. An address without a person behind it is its own. */
export function addressOf(
  recipient: Recipient | null,
  { recipientId, channel, address }: { recipientId: string; channel: ChannelKind; address: string },
): string | null {
  if (recipientId === '') return address;
  return recipient?.addresses[channel]?.find((known) => addressName(channel, known) === address) ?? null;
}
