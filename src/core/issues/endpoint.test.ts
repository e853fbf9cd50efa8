import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointKey, endpointOf, routeOf } from './endpoint.ts';
import { event, request } from './event-fixtures.ts';

describe('the route of a path', () => {
  it.each([
    ['/api/orders/4711', '/api/orders/:id'],
    ['/api/orders/6f1c1d9e-1f6a-4c8e-9f4e-1f6a4c8e9f4e/items', '/api/orders/:id/items'],
    ['/commits/3f2a9c1b', '/commits/:id'],
    ['/users/jo%40example.com', '/users/:id'],
    ['/users/jo@example.com', '/users/:id'],
    ['/s/eyJhbGciOiJIUzI1NiJ9abc', '/s/:id'],
    ['/api/gmail/read-reports?max_results=3', '/api/gmail/read-reports'],
    ['/a//b/', '/a/b'],
    ['/', '/'],
    ['', '/'],
    ['/x;jsessionid=1#top', '/x'],
  ])('%s → %s', (path, route) => {
    expect(routeOf(path)).toBe(route);
  });

  it.each([
    '/api/v1/facade',
    '/deadbeef',
    '/api/test-results',
    '/assets/application.wadl',
    '/internationalization-settings',
    '/.env',
  ])('leaves %s, which names no single thing', (path) => {
    expect(routeOf(path)).toBe(path);
  });

  it('is a fixed point, bounded, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (path) => {
        const route = routeOf(path);
        expect(route.length).toBeLessThanOrEqual(1_600);
        expect(routeOf(route)).toBe(route);
      }),
    );
  });
});

describe('the endpoint of an event', () => {
  it('is method and route, without host and query', () => {
    expect(
      endpointOf(event({ request: request({ method: 'POST', path: '/api/orders/12', host: 'a.example.com' }) })),
    ).toBe('POST /api/orders/:id');
    expect(endpointKey('get', '/x')).toBe('GET /x');
    expect(endpointKey(null, '/x')).toBe('/x');
  });

  it('prefers the route that the source names', () => {
    expect(endpointOf(event({ request: request({ path: '/blue-shoes', route: '/:slug' }) }))).toBe('GET /:slug');
  });

  it('comes from flat attributes too, their address without host', () => {
    expect(
      endpointOf(event({ attributes: { method: 'put', url: 'https://a.example.com/x/9?q=1', status_code: 500 } })),
    ).toBe('PUT /x/:id');
  });

  it('is none for what is no request', () => {
    expect(endpointOf(event())).toBeNull();
    expect(endpointOf(event({ attributes: { path: '/tmp/file' } }))).toBeNull();
  });
});
