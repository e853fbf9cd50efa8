import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import type { Channel, Message } from '../../core/notify/index.ts';
import { createTemplateLibrary, type ReadTemplate } from '../../core/templates/index.ts';
import { TEMPLATE_DEFINITIONS } from '../templates/definitions.ts';
import { tellEmergency } from './outward.ts';

const AT = Date.UTC(2026, 0, 31, 12);
const clock = { now: () => AT };
const OWN = `name: message
kind: notification
version: 1.0.0
extends: guardian/message@1.0.0
=== subject
ACME {{subject}}
=== html
{{#block foot}}
<p>On call: +1 514 555 0100</p>
{{/block}}
`;

/** What an outage is told as; `chosen`: the template of messages. */
async function told(chosen: string, kind: 'began' | 'over' = 'began', language: 'en' | 'fr' = 'en'): Promise<Message> {
  const configuration = configurationSchema.parse({
    language,
    templates: { message: chosen },
    notify: { emergency: { over: 'email', to: 'ana@piano.ca' } },
  });
  const library = createTemplateLibrary({ definitions: TEMPLATE_DEFINITIONS, chosen: { message: chosen }, clock });
  library.keep(library.read(OWN, { namespace: 'acme', file: 'acme/message.template' }) as ReadTemplate);
  const sent: Message[] = [];
  const channel: Channel = {
    kind: 'email',
    send: async (message) => {
      sent.push(message);
      return { outcome: 'sent', detail: '250', providerId: null };
    },
    check: async () => {},
    close: () => {},
  };
  const tell = tellEmergency(configuration, { channels: new Map([['email', channel]]), clock, templates: library })!;
  await tell({ kind, since: AT, reason: 'disk <full>' });
  return sent[0]!;
}

describe('what is told while the store is away', () => {
  it('is the plain sentence it has always been where nobody has a template of their own', async () => {
    const { subject, text, html, short, severity, action } = await told('guardian/message');
    const sentence =
      'Since 2026-01-31T12:00:00.000Z Guardian cannot read or write its store, and tells nobody of anything else: disk <full>';
    expect({ subject, text, html, short, severity, action }).toEqual({
      subject: '[CODEX GPT] Guardian cannot reach its store',
      text: `${sentence}\n`,
      html: `<p>${sentence.replace('<full>', '&lt;full&gt;')}</p>`,
      short: sentence,
      severity: 'critical',
      action: 'trigger',
    });
    expect(await told('guardian/message', 'over', 'fr')).toMatchObject({
      text: 'La base, absente depuis 2026-01-31T12:00:00.000Z, est revenue. Ce qui attendait est annoncé maintenant.\n',
      action: 'resolve',
    });
  });

  it('is rendered with one’s own template of messages where there is one, as everything else', async () => {
    const { subject, html, text } = await told('acme/message');
    expect(subject).toBe('ACME [CODEX GPT] Guardian cannot reach its store');
    expect(html).toContain('<p>On call: +1 514 555 0100</p>');
    expect(html).toContain('disk &lt;full&gt;');
    expect(text).toContain('disk <full>');
  });
});
