import { expect, it } from 'vitest';
import { startReceiver } from '../../../../test/fixtures/receiver.ts';
import type { Message } from '../../../core/notify/index.ts';
import { createSendGridChannel } from './sendgrid.ts';

const message: Message = {
  subject: 'Panne à l’étage',
  text: 'texte',
  html: '<p>texte</p>',
  short: 'Panne',
  attachments: [{ filename: 'report.json', contentType: 'application/json; charset=utf-8', content: '{"é":1}' }],
  date: Date.UTC(2026, 0, 31),
  language: 'fr',
  severity: 'error',
  action: 'none',
  dedupeKey: '',
  url: null,
  acknowledgeUrl: null,
  notifications: [],
};

it('gives SendGrid the whole mail: sender, text, HTML and attachment, untracked, under its key', async () => {
  const receiver = await startReceiver({ kind: 'answer', status: 202, headers: { 'x-message-id': 'sg-1' } });
  try {
    const channel = createSendGridChannel({
      timeoutMs: 5_000,
      apiKey: 'SG.key',
      endpoint: receiver.url,
      sender: { address: 'guardian@piano.ca', name: 'Guardian' },
    });
    const attempt = { id: 'delivery-1', number: 1, signal: new AbortController().signal };
    expect(await channel.send(message, 'nicolas@piano.ca', attempt)).toMatchObject({
      outcome: 'sent',
      providerId: 'sg-1',
    });
    const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: '' }] = receiver.received;
    expect([method, path, headers.authorization]).toEqual(['POST', '/v3/mail/send', 'Bearer SG.key']);
    expect(JSON.parse(body)).toMatchObject({
      personalizations: [{ to: [{ email: 'nicolas@piano.ca' }] }],
      from: { email: 'guardian@piano.ca', name: 'Guardian' },
      subject: 'Panne à l’étage',
      content: [
        { type: 'text/plain', value: 'texte' },
        { type: 'text/html', value: '<p>texte</p>' },
      ],
      attachments: [
        { filename: 'report.json', type: 'application/json', content: Buffer.from('{"é":1}').toString('base64') },
      ],
      tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
    });
  } finally {
    await receiver.stop();
  }
});
