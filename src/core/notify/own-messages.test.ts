import { describe, expect, it } from 'vitest';
import { GuardianError, messagesFor } from '../shared/index.ts';
import { failedLookMessage, plainMessage, testMessage } from './own-messages.ts';

const options = (language: 'en' | 'fr' = 'en') => ({
  messages: messagesFor(language),
  language,
  subject: { tag: 'CODEX GPT', name: 'Shop', timeZone: 'Europe/Paris' },
  date: Date.UTC(2025, 9, 19, 12, 30),
});
const error = new GuardianError('source_unavailable', { path: 'Cloud Logging', reason: 'quota <exceeded>' });

describe('a mail of a few sentences', () => {
  it('says the same in both parts, its text never taken for markup', () => {
    const mail = plainMessage('TEST', 'a <b>bold</b> & "quoted"\n\nsecond line\n', options());
    expect(mail.text).toContain('a <b>bold</b> & "quoted"');
    expect(mail.html).toBe('<p>a &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;</p>\n<p>second line</p>');
    expect(mail).toMatchObject({
      subject: '📊 [CODEX GPT] Production TEST - Shop (19/10 14:30)',
      attachments: [],
      language: 'en',
    });
  });

  it('of a failed look names what was looked at, why it failed and what to do', () => {
    const { message, remedy } = error.explain(messagesFor('en'));
    const mail = failedLookMessage('cart', error, options());
    for (const part of ['cart', message, remedy]) expect(mail.text).toContain(part);
    expect(mail.html).not.toContain('<exceeded>');
  });

  it('is French for French readers', () => {
    const french = [failedLookMessage('cart', error, options('fr')), testMessage(options('fr'))];
    const english = [failedLookMessage('cart', error, options()), testMessage(options())];
    expect(french.map(({ language }) => language)).toEqual(['fr', 'fr']);
    for (const [index, { text }] of french.entries()) expect(text).not.toBe(english[index]!.text);
  });
});
