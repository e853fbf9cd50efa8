import { describe, expect, it } from 'vitest';
import type { RequestFact } from '../../../core/usage/index.ts';
import { createOtlpTraces, type SpanUsageOptions } from './index.ts';
import { anyValue, NOON } from './otlp-fixtures.ts';

const DAY = 86_400_000;
const BOUNDS = { inflatedBytes: 1e6, itemBytes: 1e6, attachmentBytes: 0, items: 100 };
const DEFAULTS: SpanUsageOptions = {
  identify: (user) => ({ user, before: null }),
  oldestMs: 90 * DAY,
  services: null,
  trusted: ['shop'],
};
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const GET_ORDER = {
  'http.request.method': 'POST',
  'http.route': '/api/orders/:id/pay',
  'url.path': '/api/orders/8812/pay',
  'http.response.status_code': 200,
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'user.id': 'user-7',
  'session.id': 'a session of the application',
};

interface Given {
  attributes?: Record<string, unknown>;
  span?: Record<string, unknown>;
  options?: Partial<SpanUsageOptions>;
  trust?: 'server' | 'public';
}

function usesOf({ attributes = {}, span = {}, options = {}, trust = 'server' }: Given = {}): RequestFact[] {
  const values = Object.entries({ ...GET_ORDER, ...attributes }).filter(([, value]) => value !== undefined);
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: anyValue('shop') }] },
        scopeSpans: [
          {
            spans: [
              {
                ...{ traceId: TRACE, spanId: '00f067aa0ba902b7', name: 'POST', kind: 2 },
                ...{ startTimeUnixNano: `${NOON}000000`, endTimeUnixNano: `${NOON + 84}400000` },
                attributes: values.map(([key, value]) => ({ key, value: anyValue(value) })),
                ...span,
              },
            ],
          },
        ],
      },
    ],
  };
  const { records } = createOtlpTraces({ ...DEFAULTS, ...options }).decode(
    {
      ...{ format: 'otlp-traces', method: 'POST', path: '/v1/traces', query: {} },
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      project: { id: 1, slug: 'shop' },
      trust,
      receivedAt: NOON + 5_000,
    },
    BOUNDS,
  );
  return records.map(({ kind, payload }) => {
    expect(kind).toBe('usage');
    return payload as unknown as RequestFact;
  });
}

describe('use that spans tell of', () => {
  it('is of a SERVER span, by its route, method and status, and never its path', () => {
    const [use] = usesOf();
    expect(use).toMatchObject({
      ...{ kind: 'request', at: NOON, durationMs: 84, service: 'shop', method: 'POST', status: 200, error: null },
      ...{ endpoint: '/api/orders/:id/pay', feature: 'order_pay', group: 'orders', requestId: TRACE, isSampled: false },
      who: { user: 'user-7', userAgent: 'Firefox', client: expect.stringMatching(/^s:[\w-]{22}$/), ip: null },
    });
    expect(JSON.stringify(use)).not.toContain('8812');
    expect(usesOf({ attributes: { 'http.route': undefined } })[0]).toMatchObject({
      ...{ endpoint: '(unmatched)', feature: '(unmatched)', group: '(unmatched)' },
    });
    expect(usesOf({ span: { kind: 3 } })).toEqual([]);
    expect(usesOf({ attributes: { 'http.response.status_code': undefined } })).toEqual([]);
  });

  it('is the same record when the span comes twice, and another for another span', () => {
    const [one] = usesOf();
    expect(one!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(usesOf()[0]!.id).toBe(one!.id);
    expect(usesOf({ span: { spanId: '00f067aa0ba902b8' } })[0]!.id).not.toBe(one!.id);
  });

  it('says who it was only where the service is trusted and its key is a server’s', () => {
    expect(usesOf({ options: { trusted: ['other'] } })[0]!.who).toBeNull();
    expect(usesOf({ trust: 'public' })).toEqual([]);
    expect(usesOf({ options: { identify: () => null } })).toEqual([]);
    const identify = (user: string) => ({ user: `pseudonym of ${user}`, before: 'before' });
    expect(usesOf({ options: { identify } })[0]!.who).toMatchObject({
      user: 'pseudonym of user-7',
      userBefore: 'before',
    });
    expect(usesOf({ attributes: { 'user.email': 'ana@example.com' } })[0]!.who!.user).toBe('ana@example.com');
  });

  it('that failed is of its class or the name of its status, never of a sentence', () => {
    const failed = (attributes: Record<string, unknown>) =>
      usesOf({ attributes: { 'http.response.status_code': 500, ...attributes } })[0]!.error;
    expect(failed({ 'error.type': 'java.net.SocketTimeoutException' })).toEqual({
      ...{ type: 'java.net.SocketTimeoutException', message: 'InternalServerError 500', stack: null },
    });
    for (const type of ['500', '_OTHER', 'no such user: ana@example.com', undefined])
      expect(failed({ 'error.type': type })).toMatchObject({ type: 'InternalServerError' });
    expect(usesOf({ attributes: { 'http.response.status_code': 499 } })[0]!.error).toBeNull();
  });

  it('is marked where the sampler says that it left out others', () => {
    const isSampled = (given: Given) => usesOf(given)[0]!.isSampled;
    expect(isSampled({ span: { traceState: 'vendor=1,ot=th:c;rv:0123456789abcd' } })).toBe(true);
    expect(isSampled({ span: { traceState: 'ot=th:0' } })).toBe(false);
    expect(isSampled({ span: { traceState: 'ot=p:3' } })).toBe(true);
    expect(isSampled({ attributes: { 'sampler.type': 'probabilistic', 'sampler.param': 0.1 } })).toBe(true);
    expect(isSampled({ attributes: { 'sampler.type': 'const', 'sampler.param': 1 } })).toBe(false);
  });

  it('leaves out probes, other services, and what is older than the rows', () => {
    expect(usesOf({ attributes: { 'http.route': '/healthz' } })).toEqual([]);
    expect(usesOf({ attributes: { 'http.route': '/healthcare' } })).toHaveLength(1);
    expect(usesOf({ attributes: { 'http.route': undefined, 'url.path': '/metrics' } })).toEqual([]);
    expect(usesOf({ options: { services: ['other'] } })).toEqual([]);
    expect(usesOf({ options: { services: ['shop'] } })).toHaveLength(1);
    expect(usesOf({ options: { sendsUsage: (service) => service === 'shop' } })).toEqual([]);
    expect(usesOf({ options: { oldestMs: 1_000 } })).toEqual([]);
  });
});
