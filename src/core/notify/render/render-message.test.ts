import { describe, expect, it } from 'vitest';
import type { Notification } from '../notification.ts';
import { type RenderOptions, renderMessage, renderTest } from './render-message.ts';

const AT = Date.UTC(2026, 0, 31, 6, 30);

function notification(over: Partial<Notification> = {}): Notification {
  return {
    id: 'n1',
    occasion: 'job_failed',
    key: 'run-1',
    dedupeKey: 'job full_sync',
    at: AT,
    severity: 'error',
    projectId: null,
    match: { job: 'full_sync', type: null, service: null, labels: {} },
    about: { kind: 'run', id: 'run-1', firing: null },
    facts: {
      title: 'Full sync',
      subject: 'full_sync',
      value: null,
      threshold: null,
      since: AT,
      cause: 'contacts: HTTP 503 contacts is not available',
      advice: null,
      path: '/jobs/full_sync/runs/run-1',
      details: [{ label: 'Held back', text: 'timeline_report' }],
    },
    ...over,
  };
}

const options: RenderOptions = {
  form: 'single',
  timeZone: 'America/Montreal',
  language: 'en',
  tag: 'GAZELLE',
  publicUrl: 'https://guardian.piano.ca/',
  acknowledgeUrl: 'https://guardian.piano.ca/ack/t',
  repeat: 0,
  isUnrouted: false,
  ended: 0,
  at: AT,
};

describe('a message', () => {
  it('says what, where, since when, why, what was held back, and where to look', () => {
    const { subject, text, action } = renderMessage([notification()], options);
    expect(subject).toBe('[GAZELLE] ERROR: Full sync failed');
    expect(text).toBe(`Full sync failed

Where: full_sync
Since: Jan 31, 2026, 01:30 (America/Montreal)
Cause: contacts: HTTP 503 contacts is not available
Held back: timeline_report

See: https://guardian.piano.ca/jobs/full_sync/runs/run-1
Take it on: https://guardian.piano.ca/ack/t
`);
    expect(action).toBe('trigger');
  });

  it('tells instants among the details in the recipient’s words and zone', () => {
    const { facts } = notification();
    const details = [{ label: 'Watched until', text: '2026-01-31T12:30:00.000Z' }];
    const { text } = renderMessage([notification({ facts: { ...facts, details } })], options);
    expect(text).toContain('Watched until: Jan 31, 2026, 07:30 (America/Montreal)');
  });

  it('speaks the recipient’s language', () => {
    const { subject, text } = renderMessage([notification()], { ...options, language: 'fr', isUnrouted: true });
    expect(subject).toBe('[GAZELLE] ERREUR : Full sync a échoué');
    expect(text).toContain('Depuis : 31 janv. 2026');
    expect(text).toContain('Aucune règle ne dit');
  });

  it('F26: shows the real value with its limit, and says unknown where it is not known', () => {
    const facts = { ...notification().facts, value: '28.5 %', threshold: 'below 35 %' };
    expect(renderMessage([notification({ facts })], options).text).toContain('Value: 28.5 % (limit: below 35 %)');
  });

  it('cannot be taken over by what others wrote', () => {
    const facts = {
      ...notification().facts,
      title: 'x\r\nBcc: a@b <script>alert(1)</script>',
      cause: '\u202e<img src=x onerror=y>',
    };
    const { subject, html, text } = renderMessage([notification({ facts })], options);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toMatch(/<script|<img|\u202e/);
    expect(text).not.toMatch(/\nBcc/);
  });

  it('tells several of a few minutes as one, the gravest first in the subject', () => {
    const two = [notification(), notification({ occasion: 'job_late', severity: 'critical' })];
    const { subject, text, severity } = renderMessage(two, { ...options, form: 'group' });
    expect(severity).toBe('critical');
    expect(subject).toBe('[GAZELLE] CRITICAL: 2 messages');
    expect(text).toContain('- [ERROR] Full sync failed');
    expect(text).toContain('- [CRITICAL] Full sync is late');
    expect(text).toContain('See: https://guardian.piano.ca/jobs/full_sync/runs/run-1');
  });

  it('says of what is over that it is, not how grave it was', () => {
    const facts = { ...notification().facts, title: 'DEPLOYMENT_HELD, shop', cause: null };
    const over = notification({ occasion: 'alert_resolved', severity: 'error', facts });
    const { subject, short, html, severity } = renderMessage([over], options);
    expect(subject).toBe('[GAZELLE] Over: DEPLOYMENT_HELD, shop');
    expect(severity).toBe('info');
    expect(`${short} ${html}`).not.toContain('ERROR');
    const both = renderMessage([over, notification({ severity: 'warning' })], { ...options, form: 'group' });
    expect(both.subject).toBe('[GAZELLE] WARNING: 2 messages');
    expect(both.text).toContain('- [INFO] Over: DEPLOYMENT_HELD, shop');
  });

  it('counts by kind what is too much', () => {
    const many = Array.from({ length: 70 }, (_, index) =>
      notification({ match: { ...notification().match, type: index % 7 === 0 ? 'A' : 'B' } }),
    );
    const { text } = renderMessage(many, { ...options, form: 'summary' });
    expect(text).toContain('- [ERROR] B × 60');
    expect(text).toContain('- [ERROR] A × 10');
    const nameless = many.map((one) => ({
      ...one,
      occasion: 'issue_opened' as const,
      match: { ...one.match, type: null, job: null },
    }));
    const french = renderMessage(nameless, { ...options, form: 'summary', language: 'fr' });
    expect(french.text).toContain('[ERREUR] Nouveau problème × 70');
  });

  it('C7: says after quiet hours what still holds and how much has ended', () => {
    const { text, subject } = renderMessage([notification()], { ...options, form: 'digest', ended: 3 });
    expect(subject).toContain('One thing still holds');
    expect(text).toContain('4 messages were held back; 3 ended by themselves.');
    expect(renderMessage([], { ...options, form: 'digest', ended: 2 }).subject).toContain('All is over');
  });

  it('keeps its short form short, with the link whole', () => {
    const facts = { ...notification().facts, cause: 'x'.repeat(2_000) };
    const { short, url } = renderMessage([notification({ facts })], options);
    expect(short.length).toBeLessThanOrEqual(400);
    expect(short.endsWith(url!)).toBe(true);
  });

  it('resolves at the pager what it triggered', () => {
    const { action, dedupeKey } = renderMessage(
      [notification({ occasion: 'job_recovered', severity: 'info' })],
      options,
    );
    expect(action).toBe('resolve');
    expect(dedupeKey).toBe(renderMessage([notification()], options).dedupeKey);
  });

  it('says of a test that it is one', () => {
    expect(renderTest({ language: 'fr', tag: null, at: AT, isDrill: true }).text).toContain('exercice mensuel');
  });
});
