import type { Channel, Severity } from '../../../core/notify/index.ts';
import { messagesFor, toPeopleLanguage } from '../../../core/shared/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';

export interface NtfyOptions extends HttpChannelOptions {
  server: string;
  token: string | null;
}

const PRIORITIES: Record<Severity, number> = { info: 2, warning: 3, error: 4, critical: 5 };
/** Beyond 4,096 bytes ntfy makes an attachment of it. */
const TEXT = 3_500;

/** https://docs.ntfy.sh/publish/#publish-as-json. The address is the topic. */
export function createNtfyChannel({ timeoutMs, server, token }: NtfyOptions): Channel {
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    kind: 'ntfy',
    async send(message, address, { signal }) {
      const { notify } = messagesFor(toPeopleLanguage(message.language) ?? 'en');
      const { text } = await callOnce({
        url: server,
        headers,
        body: JSON.stringify({
          topic: address,
          title: message.subject,
          message: message.text.slice(0, TEXT),
          priority: PRIORITIES[message.severity],
          ...(message.url === null ? {} : { click: message.url }),
          ...(message.acknowledgeUrl === null
            ? {}
            : {
                actions: [
                  {
                    action: 'view',
                    label: notify.acknowledge,
                    url: message.acknowledgeUrl,
                  },
                ],
              }),
        }),
        timeoutMs,
        signal,
        name: 'ntfy',
      });
      return { outcome: 'sent', detail: 'accepted', providerId: /"id"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? null };
    },
    async check() {
      const { signal } = new AbortController();
      await callOnce({ method: 'GET', url: `${server}/v1/health`, headers, timeoutMs, signal, name: 'ntfy' });
    },
    close: () => {},
  };
}
