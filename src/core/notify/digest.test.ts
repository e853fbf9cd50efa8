import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../shared/index.ts';
import { type DigestEntry, digestDueAt, digestMessage } from './digest.ts';

const HOUR = 3_600_000;
const at = (instant: string) => Date.parse(instant);
const due = (now: string, time: string, zone: string) => new Date(digestDueAt(at(now), time, zone)).toISOString();

describe('the instant a digest is due', () => {
  it.each([
    ['the minute itself', '2025-06-10T06:00:00Z', '08:00', 'Europe/Paris', '2025-06-10T06:00:00.000Z'],
    ['a moment before', '2025-06-10T05:59:59.999Z', '08:00', 'Europe/Paris', '2025-06-09T06:00:00.000Z'],
    ['in winter', '2025-12-10T12:00:00Z', '08:00', 'Europe/Paris', '2025-12-10T07:00:00.000Z'],
    ['a day ahead of UTC', '2025-06-10T18:00:00Z', '08:00', 'Pacific/Kiritimati', '2025-06-10T18:00:00.000Z'],
    ['a day behind UTC', '2025-06-10T08:00:00Z', '20:00', 'Pacific/Pago_Pago', '2025-06-10T07:00:00.000Z'],
    ['with quarters of an hour', '2025-06-10T12:00:00Z', '08:00', 'Asia/Kathmandu', '2025-06-10T02:15:00.000Z'],
    ['an hour that is skipped (Paris)', '2025-03-30T12:00:00Z', '02:30', 'Europe/Paris', '2025-03-30T01:30:00.000Z'],
    [
      'an hour that is skipped (New York)',
      '2025-03-09T12:00:00Z',
      '02:30',
      'America/New_York',
      '2025-03-09T07:30:00.000Z',
    ],
    ['an hour that comes twice (Paris)', '2025-10-26T12:00:00Z', '02:30', 'Europe/Paris', '2025-10-26T00:30:00.000Z'],
    [
      'an hour that comes twice (New York)',
      '2025-11-02T12:00:00Z',
      '01:30',
      'America/New_York',
      '2025-11-02T05:30:00.000Z',
    ],
    ['after a day of 23 hours', '2025-03-30T22:30:00Z', '00:45', 'Europe/Paris', '2025-03-29T23:45:00.000Z'],
    ['after a day of 25 hours', '2025-10-26T22:30:00Z', '23:45', 'Europe/Paris', '2025-10-25T21:45:00.000Z'],
    ['a midnight that is skipped', '2025-09-07T12:00:00Z', '00:15', 'America/Santiago', '2025-09-07T04:15:00.000Z'],
    ['a day that is skipped', '2011-12-30T12:00:00Z', '08:00', 'Pacific/Apia', '2011-12-29T18:00:00.000Z'],
  ])('%s', (_, now, time, zone, expected) => {
    expect(due(now, time, zone)).toBe(expected);
  });

  it('is never ahead, never runs back, and comes once a day', () => {
    const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Tehran'];
    const instants = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
    const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(instants, times, fc.constantFrom(...zones), (now, [hour, minute], zone) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const newest = digestDueAt(now, time, zone);
        const before = digestDueAt(newest - 1, time, zone);
        expect(newest).toBeLessThanOrEqual(now);
        expect(now - newest).toBeLessThan(26 * HOUR);
        expect(digestDueAt(newest, time, zone)).toBe(newest);
        expect(newest - before).toBeGreaterThanOrEqual(22 * HOUR);
        expect(newest - before).toBeLessThanOrEqual(26 * HOUR);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the mail', () => {
  const entry = (fields: Partial<DigestEntry> = {}): DigestEntry => ({
    project: null,
    service: 'shop',
    status: 'CRITICAL',
    madeAt: at('2025-06-10T13:05:00Z'),
    errors: 12,
    ...fields,
  });
  const compose = (
    entries: DigestEntry[],
    language: 'en' | 'fr' = 'en',
    url: string | null = null,
    minimumStatus: 'DEGRADED' | 'CRITICAL' = 'DEGRADED',
  ) =>
    digestMessage({
      entries,
      minimumStatus,
      messages: messagesFor(language),
      language,
      subject: { tag: 'CODEX GPT', name: 'Shop', timeZone: 'Europe/Paris' },
      date: at('2025-06-11T06:00:00Z'),
      url,
    });

  it('is none when every report was OK, or none was made', () => {
    expect(compose([])).toBeNull();
    expect(compose([entry({ status: 'OK', errors: 0 })])).toBeNull();
  });

  it('tells each report that was not, on the clock of its readers, and how many there were', () => {
    const mail = compose([
      entry(),
      entry({ status: 'OK' }),
      entry({ service: 'pay', status: 'could not look', errors: 0 }),
    ])!;
    expect(mail.subject).toContain('DIGEST');
    expect(mail.text).toContain('2 of 3 reports');
    expect(mail.text).toContain('10 Jun, 15:05');
    expect(mail.text).toContain('Time zone: Europe/Paris');
    expect(mail.text).toContain('shop: CRITICAL, 12');
    expect(mail.text).toContain('pay: could not look\n');
    expect(mail).toMatchObject({ date: at('2025-06-11T06:00:00Z'), language: 'en', attachments: [] });
  });

  it('names the project of each where they are of several, for two may have a service of one name', () => {
    const named = compose([entry({ project: 'Web shop' }), entry({ project: 'Back office' }), entry()])!;
    for (const name of ['Web shop / shop: CRITICAL', 'Back office / shop: CRITICAL', '  shop: CRITICAL'])
      expect(named.text).toContain(name);
    expect(compose([entry({ project: 'Web shop' }), entry({ project: 'Web shop' })])!.text).not.toContain('Web shop');
  });

  it('is French for French readers', () => {
    const mail = compose([entry()], 'fr', 'https://guardian.example/reports')!;
    expect(mail.language).toBe('fr');
    expect(mail.text).toContain('10/06 15:05');
    expect(mail.text).toContain('https://guardian.example/reports');
    expect(mail.text).not.toMatch(/reports were|error incidents|The last day/);
  });

  it.each([
    ['en', 'all services: could not look\n', 'pay: CRITICAL, 1 error incident\n', '2 of 3 reports were not OK.'],
    [
      'fr',
      'tous les services : lecture impossible\n',
      'pay : CRITICAL, 1 incident d’erreur\n',
      '2 rapports sur 3 n’étaient',
    ],
  ] as const)(
    'names every service, counts nothing where it could not look, and counts one as one (%s)',
    (language, ...parts) => {
      const mail = compose(
        [
          entry({ service: '', status: 'could not look', errors: 0 }),
          entry({ service: 'pay', errors: 1 }),
          entry({ status: 'OK' }),
        ],
        language,
      )!;
      const text = mail.text.replaceAll('\u00a0', ' ');
      for (const part of parts) expect(text).toContain(part);
    },
  );

  it.each([
    ['en', '2 of 4 reports were CRITICAL or could not look.', '1 of 1 report was CRITICAL or could not look.'],
    ['fr', '2 rapports sur 4 : CRITICAL ou lecture impossible.', '1 rapport sur 1 : CRITICAL ou lecture impossible.'],
  ] as const)('leaves out what is less than CRITICAL for who asked for that alone (%s)', (language, four, one) => {
    const degraded = entry({ service: 'pay', status: 'DEGRADED' });
    const failed = entry({ service: 'cart', status: 'could not look', errors: 0 });
    const entries = [entry(), degraded, failed, entry({ status: 'OK' })];
    const { text, html } = compose(entries, language, null, 'CRITICAL')!;
    expect(text).toContain(four);
    expect([text.includes('cart'), html.includes('cart')]).toEqual([true, true]);
    expect([text.includes('pay'), html.includes('pay')]).toEqual([false, false]);
    expect(compose([entry()], language, null, 'CRITICAL')!.text).toContain(one);
    expect(compose([degraded], language, null, 'CRITICAL')).toBeNull();
  });

  it('counts a single report as one', () => {
    expect(compose([entry()])!.text).toContain('The only report was not OK.');
    expect(compose([entry(), entry({ status: 'OK' })])!.text).toContain('1 of 2 reports was not OK.');
    expect(compose([entry()], 'fr')!.text).toContain('Le seul rapport n’était pas OK.');
  });

  it('is a page with its own styles, each status marked, nothing from outside and nothing that runs', () => {
    const mail = compose([entry(), entry({ status: 'DEGRADED' })], 'en', 'https://guardian.example/reports?a=1&b="2"')!;
    expect(mail.html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(mail.html).toMatch(/background:#ff4444[^>]*>CRITICAL</);
    expect(mail.html).toMatch(/background:#ffaa00[^>]*>DEGRADED</);
    expect(mail.html).toContain('<a href="https://guardian.example/reports?a=1&amp;b=&quot;2&quot;">');
    expect(mail.html).not.toMatch(/<script|<img|<link|@import|url\(/);
    expect(mail.html.replace(/<style>.*?<\/style>/, '')).toContain('12 error incidents');
  });

  it('shows a hostile name as text', () => {
    const mail = compose([entry({ service: '<img src=x onerror=alert(1)>\r\nBcc: all@example.org' })])!;
    expect(mail.html).not.toContain('<img');
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it('stays bounded', () => {
    const mail = compose(Array.from({ length: 5_000 }, () => entry()))!;
    expect(mail.text).toContain('5000 of 5000');
    expect(mail.text.length).toBeLessThan(20_000);
    expect(mail.html.length).toBeLessThan(100_000);
    for (const part of [mail.text, mail.html])
      expect(part).toContain('The newest 100 of them are shown; 4900 are left out.');
  });
});
