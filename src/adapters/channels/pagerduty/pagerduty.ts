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

/**
 * Events API v2: the same `dedup_key` triggers, acknowledges and resolves. The address is the routing key. What is no trouble is a change event, which
 * stands beside incidents and pages nobody; a test opens an incident, so that it proves the way to people, and resolves it at once.
 */
export function createPagerDutyChannel({ timeoutMs, endpoint }: PagerDutyOptions): Channel {
  const post = async (path: string, body: object, signal: AbortSignal): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const url = `${endpoint}${path}`;
    return (await callOnce({ url, headers, body: JSON.stringify(body), timeoutMs, signal, name: 'PagerDuty' })).text;
  };
  return {
    kind: 'pagerduty',
    async send(message, address, { signal }) {
      if (message.action === 'none') {
        const detail = await post('/v2/change/enqueue', changeBody(message, address), signal);
        return { outcome: 'sent', detail, providerId: null };
      }
      let detail = await post('/v2/enqueue', pagerDutyBody(message, address), signal);
      if (message.action === 'test')
        detail = await post('/v2/enqueue', pagerDutyBody({ ...message, action: 'resolve' }, address), signal);
      return { outcome: 'sent', detail, providerId: dedupKeyOf(message.dedupeKey) };
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
      ...payloadOf(message),
      severity: message.severity,
      component: first?.match.job ?? undefined,
      class: first?.match.type ?? undefined,
    },
    client: 'Guardian',
    ...(message.url === null ? {} : { client_url: message.url, links: linksTo(message.url) }),
  };
}

/** https://developer.pagerduty.com/docs/send-change-event: it has no severity, no key and no end. */
function changeBody(message: Message, routingKey: string) {
  return {
    routing_key: routingKey,
    payload: payloadOf(message),
    ...(message.url === null ? {} : { links: linksTo(message.url) }),
  };
}

function payloadOf({ subject, notifications: [first], date, text }: Message) {
  return {
    summary: subject.slice(0, SUMMARY),
    source: first?.match.service ?? first?.facts.subject ?? 'Guardian',
    timestamp: toInstant(date),
    custom_details: { text, ...first?.match.labels },
  };
}

function linksTo(href: string) {
  return [{ href, text: 'Guardian' }];
}

/** A longer one would be refused: its hash is as unique. */
function dedupKeyOf(key: string): string {
  return key.length <= DEDUP_KEY ? key : createHash('sha256').update(key).digest('hex');
}
