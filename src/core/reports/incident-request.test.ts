import { describe, expect, it } from 'vitest';
import { EMPTY_REQUEST, rawEvent } from '../../../test/fixtures/raw-event.ts';
import { requestEvent } from './incident-request.ts';

const member = (event: ReturnType<typeof rawEvent>) => ({ event, foldedBy: 'trace' });

describe('the request of an incident', () => {
  it('is told by all its layers together: the exception knows the path, the access line the status', () => {
    const failed = rawEvent({
      body: 'request failed',
      id: 'a',
      request: { ...EMPTY_REQUEST, method: 'POST', path: '/api/orders', id: 'request-1' },
    });
    const completed = rawEvent({
      body: 'request completed',
      id: 'b',
      request: { ...EMPTY_REQUEST, method: 'POST', path: '/api/orders', status: 500, durationMs: 12, id: 'request-1' },
    });
    const { id, request } = requestEvent({ representative: failed, members: [failed, completed].map(member) });
    expect(id).toBe('a');
    expect(request).toMatchObject({
      method: 'POST',
      path: '/api/orders',
      status: 500,
      durationMs: 12,
      id: 'request-1',
    });
  });

  it('is none where no layer names one', () => {
    const event = rawEvent({ body: 'out of memory', id: 'a' });
    expect(requestEvent({ representative: event, members: [member(event)] })).toBe(event);
  });
});
