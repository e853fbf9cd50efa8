import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { event, exception, pythonFrames, request } from './event-fixtures.ts';

const standing = (fields: Parameters<typeof event>[0]) => classify(event(fields), { latencyMs: 3_000 }).standing;

describe('what an event is to an incident', () => {
  it('is an error by severity, by a stack at any severity, or by a status field of 500 to 599', () => {
    expect(standing({ severityNumber: 17 })).toBe('error');
    expect(standing({ severityNumber: 0, exceptions: [exception('E', 'm', pythonFrames('a'))] })).toBe('error');
    expect(standing({ severityNumber: 9, request: request({ status: 502 }) })).toBe('error');
    expect(standing({ severityNumber: 9, request: request({ status: 510 }) })).toBe('error');
    expect(standing({ severityNumber: 9, request: request({ status: 599 }) })).toBe('error');
    expect(standing({ attributes: { status_code: 503 } })).toBe('error');
    expect(standing({ attributes: { 'http.response.status_code': '500' } })).toBe('error');
  });

  it.each(['job took 500 ms', 'wrote 505 rows', 'HTTP 500 is what we never want', 'error: none', 'port 5003 open'])(
    'is never an error by the words and numbers of its text: %s',
    (body) => {
      expect(standing({ body })).toBe('context');
    },
  );

  it('does not take a bare "status" for an answer unless it stands beside a method and a path', () => {
    expect(standing({ attributes: { status: 505 } })).toBe('context');
    expect(standing({ attributes: { status: 505, method: 'GET', path: '/x' } })).toBe('error');
    expect(standing({ attributes: { status_code: 1500 } })).toBe('context');
  });

  it('is a warning by severity 13 to 16 or by a status of 400 to 499', () => {
    expect(standing({ severityNumber: 13 })).toBe('warning');
    expect(standing({ severityNumber: 16 })).toBe('warning');
    expect(standing({ request: request({ status: 404 }) })).toBe('warning');
    expect(standing({ request: request({ status: 302 }) })).toBe('context');
  });

  it('is slow by a measured time above the knob, from the request or from a field with a unit', () => {
    expect(standing({ request: request({ durationMs: 3_001 }) })).toBe('latency');
    expect(standing({ request: request({ durationMs: 3_000 }) })).toBe('context');
    expect(standing({ attributes: { duration_ms: 4_200 } })).toBe('latency');
    expect(standing({ attributes: { responseTime: 4_200 } })).toBe('latency');
    expect(standing({ attributes: { elapsed_seconds: '4.2' } })).toBe('latency');
    expect(standing({ attributes: { latency: '4.2s' } })).toBe('latency');
    expect(standing({ attributes: { latency: 4_200_000 } })).toBe('context');
    expect(standing({ body: 'took 9000 ms' })).toBe('context');
    expect(
      classify(event({ severityNumber: 17, attributes: { duration_ms: 9_000 } }), { latencyMs: 3_000 }),
    ).toMatchObject({
      standing: 'error',
      slowMs: 9_000,
    });
  });

  it("knows Guardian's own polls: refused ones are nobody's failure, failed ones are the service's", () => {
    const poll = (status: number, durationMs = 3) =>
      standing({ request: request({ path: '/health', status, durationMs, userAgent: 'guardian/1.0' }) });
    expect(poll(404)).toBe('context');
    expect(poll(200, 9_000)).toBe('context');
    expect(poll(503)).toBe('error');
    expect(standing({ request: request({ status: 404, userAgent: 'TheGuardianReader/2' }) })).toBe('warning');
  });
});
