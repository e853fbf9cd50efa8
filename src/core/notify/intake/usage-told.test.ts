import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../shared/index.ts';
import { renderMessage } from '../render/index.ts';
import { inWords } from '../worker/in-words.ts';
import { usageTold } from './usage-told.ts';

const AT = Date.parse('2026-01-31T16:00:12.000Z');
const payload = {
  period: '2026-01-31 14:00 - 16:00',
  ...{ activeUsers: 2, requests: 40, errors: 3, anonymousRequests: 5, missingRecords: 4, isEstimated: false },
  features: [{ name: 'chat_message', count: 30 }],
  users: [{ user: 'ana<b>@example.com', minutes: 42, requests: 30, errors: 3 }],
  codes: [
    { name: '404', count: 1 },
    { name: '500', count: 2 },
  ],
};

function mailOf(given: Record<string, unknown>, language: 'en' | 'fr') {
  const row = { id: 1, at: AT, kind: 'usage-reported', projectId: null, subjectId: '1-2', payload: given };
  const { notification } = usageTold(row);
  return renderMessage([inWords(notification, language)], {
    ...{ form: 'single', timeZone: 'UTC', language, tag: null, publicUrl: 'https://guardian.example.com' },
    ...{ acknowledgeUrl: null, repeat: 0, isUnrouted: false, ended: 0, at: AT },
  });
}

describe('a digest of usage', () => {
  it('says counters, most used features, users and errors by code, as text and as a page', () => {
    const { subject, text, html, url } = mailOf(payload, 'en');
    expect(subject).toBe('INFO: Usage: 2026-01-31 14:00 - 16:00');
    expect(url).toBe('https://guardian.example.com/usage');
    for (const said of [
      '2 active users · 40 requests · 3 errors',
      'Most used: chat_message: 30',
      'ana<b>@example.com: 42 min · 30 requests · 3 errors',
      '404: 1\n  500: 2',
      '4 records that senders numbered never came',
    ])
      expect(text).toContain(said);
    expect(html).toContain('404: 1<br>500: 2');
    expect(html).not.toContain('<b>@example');
  });

  it('is in the language of who reads it', () => {
    const { text, subject } = mailOf(payload, 'fr');
    expect(subject).toContain(messagesFor('fr').notify.headlines.usage_digest('2026-01-31 14:00 - 16:00'));
    expect(text).toContain('2 utilisateurs actifs · 40 requêtes · 3 erreurs');
    expect(text).toContain('Erreurs par code : 404 : 1');
  });

  it('says that nothing came, and since when, instead of zeros', () => {
    const nothing = {
      period: payload.period,
      activeUsers: 0,
      requests: 0,
      errors: 0,
      lastRecordAt: '2026-01-30T09:00:00.000Z',
    };
    const { text } = mailOf(nothing, 'en');
    expect(text).toContain('No record of usage came in this time; the last one is of 2026-01-30T09:00:00.000Z.');
    expect(text).not.toContain('0 requests');
  });

  it('stands up to a row that is not whole', () => {
    expect(mailOf({}, 'en').text).toContain('No record of usage has ever come.');
    expect(mailOf({ requests: 1, users: [{}, null], codes: 'x' }, 'fr').text).toContain('1 requête');
  });
});
