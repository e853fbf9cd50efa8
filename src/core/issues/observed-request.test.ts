import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event, request } from './event-fixtures.ts';
import { measuredMs, observedRequest, requestId } from './observed-request.ts';

describe('the request an event speaks of', () => {
  it('is its request, with what is missing there from flat attributes', () => {
    const one = event({
      request: request({ method: 'post', path: '/x?q=1', status: null, host: 'A.example.com' }),
      attributes: { status_code: '503' },
    });
    expect(observedRequest(one)).toMatchObject({ method: 'POST', path: '/x', status: 503, host: 'a.example.com' });
  });

  it('is none where nothing says so', () => {
    expect(observedRequest(event())).toBeNull();
    expect(observedRequest(event({ attributes: { method: 'average', duration_ms: 3 } }))).toBeNull();
  });

  it('has an id only if it can tell requests apart', () => {
    expect(requestId(event({ attributes: { request_id: '-' } }))).toBeNull();
    expect(requestId(event({ attributes: { requestId: 'req-000001' } }))).toBe('req-000001');
  });

  it('has a time only from a field with a unit', () => {
    expect(measuredMs(event({ attributes: { duration: '1.5 s' } }))).toBe(1_500);
    expect(measuredMs(event({ attributes: { duration: 1_500 } }))).toBeNull();
    expect(measuredMs(event({ request: request({ durationMs: Number.NaN }) }))).toBeNull();
  });

  it('is read from any attributes without throwing', () => {
    const names = fc.constantFrom(
      'method',
      'path',
      'status',
      'status_code',
      'url',
      'duration_ms',
      'latency',
      'request_id',
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.anything()), (attributes) => void observedRequest(event({ attributes }))),
    );
  });
});
