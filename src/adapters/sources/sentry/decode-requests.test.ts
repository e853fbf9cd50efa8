import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { WireRequest } from '../../../core/ingest/ports.ts';
import { sentrySecurity, sentryStore } from './index.ts';
import { ARRIVAL, BOUNDS, decode, refusalOf, sentryRequest } from './sentry-fixtures.ts';

const ID = '9ec79c33ec9942ab8353589fcb2e04dc';

describe('the store address', () => {
  const event = { event_id: ID, message: 'hello', level: 'fatal', platform: 'ruby' };
  const store = (body: Uint8Array | string, given: Partial<WireRequest> = {}) =>
    sentryStore.decode(sentryRequest(body, { format: 'sentry-store', ...given }), BOUNDS);

  it('takes one event, plain, packed by the header, as zlib, and as base64 of zlib', () => {
    const json = JSON.stringify(event);
    const zlib = deflateSync(json);
    const ways: [Uint8Array | string, Record<string, string>][] = [
      [json, {}],
      [`\ufeff${json}`, {}],
      [gzipSync(json), { 'content-encoding': 'gzip' }],
      [zlib, { 'content-encoding': 'deflate' }],
      [zlib, {}],
      [zlib.toString('base64'), {}],
      [`${zlib.toString('base64')}\n`, {}],
    ];
    for (const [body, headers] of ways) {
      const batch = store(body, { headers });
      expect(batch.events).toMatchObject([{ id: ID, body: 'hello', severityNumber: 21 }]);
      expect(batch.reply(['stored'])).toMatchObject({ status: 200, body: `{"id":"${ID}"}` });
    }
  });

  it('refuses what is no event, or too large', () => {
    for (const body of ['', '[]', 'hello', '{"message":', '"text"', 'null', 'AAAA']) {
      expect(refusalOf(() => store(body)).status).toBe(400);
    }
    const large = JSON.stringify({ message: 'x'.repeat(BOUNDS.itemBytes) });
    expect(refusalOf(() => store(large)).status).toBe(413);
    expect(refusalOf(() => store(deflateSync(large).toString('base64'))).status).toBe(413);
  });

  it('takes transactions of old SDKs', () => {
    expect(store(JSON.stringify({ event_id: ID, type: 'transaction', transaction: 'GET /' }))).toMatchObject({
      events: [],
      records: [{ kind: 'transaction', id: ID }],
    });
  });
});

describe('the address of a monitor', () => {
  it('takes a check-in by its query', () => {
    const query = { status: 'in_progress', check_in_id: ID, environment: 'production', sentry_key: 'x' };
    for (const path of ['/cron/nightly-import/', '/cron/nightly-import', '/cron/nightly-import/0123abcd/']) {
      const batch = decode('', { method: 'GET', path, query });
      expect(batch.records).toMatchObject([
        {
          kind: 'check-in',
          time: ARRIVAL,
          payload: { monitor: 'nightly-import', status: 'in_progress', checkInId: ID, environment: 'production' },
        },
      ]);
      expect(batch.reply([])).toMatchObject({ status: 200, body: `{"id":"${ID}"}` });
    }
  });

  it('takes one as JSON, whose address names the monitor', () => {
    const body = JSON.stringify({ status: 'error', duration: 3, monitor_slug: 'other' });
    const { records } = decode(body, { path: '/cron/nightly%20import/' });
    expect(records).toMatchObject([{ payload: { monitor: 'nightly-import', status: 'error', durationMs: 3_000 } }]);
    expect(decode('', { path: '/cron/nightly/', query: { status: 'ok' } }).records).toHaveLength(1);
  });

  it('tells beats of one monitor apart, and an id’s begin from its end', () => {
    const beat = (receivedAt: number) =>
      decode('', { method: 'GET', path: '/cron/beat/', query: { status: 'ok' }, receivedAt }).records[0]?.id;
    expect(beat(ARRIVAL)).not.toBe(beat(ARRIVAL + 60_000));
  });

  it('refuses what says nothing', () => {
    const refused: Partial<WireRequest>[] = [
      { path: '/cron/nightly/', method: 'GET' },
      { path: '/cron/nightly/', query: { status: 'fine' } },
      { path: '/cron/', query: { status: 'ok' } },
      { path: '/cron/%E0%A4%A/', query: { status: 'missed' } },
      { path: '/cron/a/b/c/', query: { status: 'ok' } },
    ];
    for (const given of refused) expect(refusalOf(() => decode('', given)).status).toBe(400);
    expect(refusalOf(() => decode('{', { path: '/cron/nightly/' })).status).toBe(400);
    expect(refusalOf(() => decode('x'.repeat(200_000), { path: '/cron/nightly/' })).status).toBe(413);
  });
});

describe('security reports', () => {
  const security = (body: unknown, given: Partial<WireRequest> = {}) =>
    sentrySecurity.decode(
      sentryRequest(typeof body === 'string' ? body : JSON.stringify(body), { format: 'sentry-security', ...given }),
      BOUNDS,
    );
  const old = {
    'csp-report': {
      'document-uri': 'https://shop.example/cart?token=x',
      referrer: '',
      'violated-directive': 'script-src-elem',
      'effective-directive': 'script-src-elem',
      'original-policy': "default-src 'self'",
      disposition: 'enforce',
      'blocked-uri': 'https://evil.example/x.js',
      'line-number': 12,
      'source-file': 'https://shop.example/cart',
      'status-code': 200,
    },
  };

  it('are events of anybody, known by directive and host', () => {
    const { events, reply } = security(old, {
      headers: { 'user-agent': 'Mozilla/5.0' },
      query: { sentry_environment: 'production', sentry_release: 'front@2' },
    });
    expect(events).toMatchObject([
      {
        body: 'Content security policy: script-src-elem blocked evil.example',
        severityNumber: 13,
        trust: 'public',
        environment: 'production',
        revision: 'front@2',
        request: { host: 'shop.example', path: '/cart', userAgent: 'Mozilla/5.0' },
        attributes: { 'sentry.fingerprint': ['csp', 'script-src-elem', 'evil.example'], 'csp.disposition': 'enforce' },
      },
    ]);
    expect(reply(['stored']).body).toBe(`{"id":"${events[0]?.id}"}`);
  });

  it('come from the Reporting API as a list', () => {
    const report = (type: string, body: object) => ({
      type,
      age: 2_000,
      url: 'https://shop.example/',
      user_agent: 'UA',
      body,
    });
    const { events, dropped } = security([
      report('csp-violation', {
        documentURL: 'https://shop.example/',
        effectiveDirective: 'img-src',
        blockedURL: 'data',
        disposition: 'report',
      }),
      report('deprecation', { id: 'x' }),
      7,
    ]);
    expect(events).toMatchObject([
      {
        time: ARRIVAL - 2_000,
        attributes: { 'sentry.fingerprint': ['csp', 'img-src', 'data'] },
        request: { userAgent: 'UA' },
      },
    ]);
    expect(dropped).toEqual([
      { reason: 'unsupported', category: 'security', quantity: 1 },
      { reason: 'invalid', category: 'security', quantity: 1 },
    ]);
  });

  it('of the page’s own host, or without one, are its own', () => {
    const hostOf = (blocked: string) =>
      security({ 'csp-report': { ...old['csp-report'], 'blocked-uri': blocked } }).events[0]?.attributes[
        'sentry.fingerprint'
      ];
    expect(hostOf('https://shop.example/y.js')).toEqual(['csp', 'script-src-elem', 'self']);
    expect(hostOf('')).toEqual(['csp', 'script-src-elem', 'self']);
    expect(hostOf('inline')).toEqual(['csp', 'script-src-elem', 'inline']);
    expect(hostOf('chrome-extension')).toEqual(['csp', 'script-src-elem', 'chrome-extension']);
  });

  it('that are none, or too large, are refused', () => {
    for (const body of ['', 'hello', '7', 'null']) expect(refusalOf(() => security(body)).status).toBe(400);
    const large = { 'csp-report': { ...old['csp-report'], 'script-sample': 'x'.repeat(70_000) } };
    expect(refusalOf(() => security(large)).status).toBe(413);
    expect(security({ 'expect-ct-report': {} }).dropped).toEqual([
      { reason: 'unsupported', category: 'security', quantity: 1 },
    ]);
  });
});
