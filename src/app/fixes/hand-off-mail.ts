import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import type { FixMail } from '../../core/fixes/index.ts';
import { type Clock, messagesFor } from '../../core/shared/index.ts';
import { escapeHtml } from './escape-html.ts';
import { createReplyTokens } from './mail-replies/reply-tokens.ts';

export interface HandOffMailOptions {
  configuration: settings.Configuration;
  store: Pick<Store, 'deliveries' | 'settings'>;
  clock: Clock;
}

/**
 * Hand-offs leave by the outbox of messages like everything else; the document goes along as Markdown and as JSON. Where answers are read, they go to an
 * address that names the fix, signed.
 */
export function handOffMail({ configuration, store, clock }: HandOffMailOptions): FixMail {
  const { language, fixes } = configuration;
  const { address } = fixes.replies;
  const tokens = createReplyTokens(store.settings);
  return {
    readsAnswers: address !== null,
    async queue({ key, to, subject, text, handOff }) {
      const { sender } = settings.mailOptionsOf(configuration, messagesFor(language));
      await store.deliveries.queue({
        id: `delivery-${key}`,
        occasion: key,
        channel: 'email',
        recipient: to,
        message: {
          subject,
          text,
          html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head><body><pre style="white-space:pre-wrap;overflow-wrap:anywhere;font-family:monospace">${escapeHtml(text)}</pre></body></html>`,
          attachments: [
            { filename: 'hand-off.md', contentType: 'text/markdown; charset=utf-8', content: handOff.markdown },
            {
              filename: 'hand-off.json',
              contentType: 'application/json',
              content: JSON.stringify(handOff.json, null, 2),
            },
          ],
          date: clock.now(),
          language,
          ...(address === null
            ? {}
            : await tokens.headersOf(key.slice('fix:'.length), { address, sender: sender.address })),
        },
        about: { projectId: null, service: '', status: 'OK', issues: [] },
        createdAt: clock.now(),
      });
    },
  };
}
