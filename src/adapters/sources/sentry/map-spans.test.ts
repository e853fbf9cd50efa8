import { describe, expect, it } from 'vitest';
import { mapSpans } from './map-spans.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROOT = '00f067aa0ba902b7';
const START = 1_700_000_000;

const arrival = (over: { drift?: number } = {}) => ({
  request: {
    ...{ format: 'sentry-envelope' as const, method: 'POST', path: '/envelope/', query: {}, headers: {} },
    ...{ body: new Uint8Array(), project: { id: 3, slug: 'shop' }, trust: 'server' as const },
    receivedAt: (START + 60) * 1_000,
  },
  ...{ drift: 0, sentAt: null, sdk: null, ...over },
});

const transaction = (over: Record<string, unknown> = {}) => ({
  type: 'transaction',
  transaction: 'GET /cart',
  contexts: { trace: { trace_id: TRACE, span_id: ROOT, op: 'http.server', status: 'ok' } },
  start_timestamp: START,
  timestamp: START + 0.25,
  spans: [
    {
      ...{ span_id: '00f067aa0ba902b8', parent_span_id: ROOT, op: 'db.query', description: 'SELECT 1' },
      ...{ start_timestamp: START + 0.1, timestamp: START + 0.15, status: 'internal_error', data: { rows: 2 } },
    },
  ],
  ...over,
});

describe('spans of a Sentry transaction', () => {
  it('are its root and those within, in ms', () => {
    expect(mapSpans(transaction(), arrival())).toMatchObject({
      spans: [
        {
          ...{
            projectId: 3,
            traceId: TRACE,
            id: ROOT,
            parent: null,
            name: 'GET /cart',
            kind: 'server',
            service: 'shop',
          },
          ...{ start: START * 1_000, durationMs: 250, status: 'ok' },
        },
        {
          ...{ id: '00f067aa0ba902b8', parent: ROOT, name: 'SELECT 1', kind: 'client', start: START * 1_000 + 100 },
          ...{ durationMs: 50, status: 'error', attributes: { rows: 2, op: 'db.query', status: 'internal_error' } },
        },
      ],
      left: 0,
    });
  });

  it('follow the corrected clock of their sender', () => {
    expect(mapSpans(transaction(), arrival({ drift: -7_000 })).spans[0]?.start).toBe(START * 1_000 - 7_000);
  });

  it('are left out, and counted, where they say no id, no time, or one that is far ahead', () => {
    const spans = [null, 'text', { span_id: 'x' }, { span_id: ROOT, start_timestamp: START + 100_000 }];
    expect(mapSpans(transaction({ spans }), arrival())).toMatchObject({ spans: [{ id: ROOT }], left: 4 });
    expect(mapSpans({ spans: [{}] }, arrival())).toEqual({ spans: [], left: 1 });
  });
});
