import { createHash } from 'node:crypto';
import type { Channel, Message } from '../../../core/notify/index.ts';
import { GuardianError, toInstant } from '../../../core/shared/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';

export interface PagerDutyOptions extends HttpChannelOptions {
  endpoint: string;
}

/** https://developer.pagerduty.com/docs/events-api-v2-overview: summary up to 1,024 characters, dedup_key up to 255. */
const SUMMARY = 1_024;
const DEDUP_KEY = 255;

/** Events API v2: the same `dedup_key` triggers, acknowledges and resolves. The address is the routing key. */
export function createPagerDutyChannel({ timeoutMs, endpoint }: PagerDutyOptions): Channel {
  return {
    kind: 'pagerduty',
    async send(message, address, { signal }) {
      const { text } = await callOnce({
        url: `${endpoint}/v2/enqueue`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(pagerDutyBody(message, address)),
        timeoutMs,
        signal,
        name: 'PagerDuty',
      });
      return { outcome: 'sent', detail: text, providerId: dedupKeyOf(message.dedupeKey) };
    },
    async check() {
      const signal = new AbortController().signal;
      // Without a key it refuses with 4xx: then it is there.
      await callOnce({ method: 'GET', url: endpoint, headers: {}, timeoutMs, signal, name: 'PagerDuty' }).catch(
        (thrown) => {
          if (!(thrown instanceof GuardianError) || thrown.code !== 'delivery_refused') throw thrown;
        },
      );
    },
    close: () => {},
  };
}

export function pagerDutyBody(message: Message, routingKey: string) {
  const event = { routing_key: routingKey, dedup_key: dedupKeyOf(message.dedupeKey) };
  if (message.action === 'acknowledge' || message.action === 'resolve')
    return { ...event, event_action: message.action };
  const [first] = message.notifications;
  return {
    ...event,
    event_action: 'trigger',
    payload: {
      summary: message.subject.slice(0, SUMMARY),
      source: first?.match.service ?? first?.facts.subject ?? 'Guardian',
      severity: message.severity,
      timestamp: toInstant(message.date),
      component: first?.match.job ?? undefined,
      class: first?.match.type ?? undefined,
      custom_details: { text: message.text, ...first?.match.labels },
    },
    client: 'Guardian',
    ...(message.url === null ? {} : { client_url: message.url, links: [{ href: message.url, text: 'Guardian' }] }),
  };
}

/** A longer one would be refused: its hash is as unique. */
function dedupKeyOf(key: string): string {
  return key.length <= DEDUP_KEY ? key : createHash('sha256').update(key).digest('hex');
}
