import { describe, expect, it } from 'vitest';
import { matchIngestPath } from './match-path.ts';

const post = (path: string) => matchIngestPath('POST', path);

describe('matchIngestPath', () => {
  it.each([
    ['/api/4711/envelope/', 'sentry-envelope', '4711', '/envelope/'],
    ['/api/4711/envelope', 'sentry-envelope', '4711', '/envelope/'],
    ['/sentry/behind/a/proxy/api/4711/store/', 'sentry-store', '4711', '/store/'],
    ['/api/store/', 'sentry-store', null, '/store/'],
    ['/api/4711/security/', 'sentry-security', '4711', '/security/'],
    ['/api/4711/csp-report/', 'sentry-security', '4711', '/csp-report/'],
    ['/api/4711/integration/otlp/v1/logs/', 'otlp-logs', '4711', '/v1/logs'],
    ['/api/4711/otlp/v1/traces', 'otlp-traces', '4711', '/v1/traces'],
  ])('knows the Sentry path %s', (path, format, project, rest) => {
    expect(post(path)).toMatchObject({ protocol: 'sentry', format, project, path: rest });
  });

  it('knows cron check-ins by POST and GET, with the key in the path', () => {
    expect(matchIngestPath('GET', '/api/4711/cron/nightly-export/0123456789abcdef0123456789abcdef/')).toMatchObject({
      path: '/cron/nightly-export/',
      pathKey: '0123456789abcdef0123456789abcdef',
      methods: ['POST', 'GET'],
    });
    expect(post('/api/4711/cron/nightly-export/')).toMatchObject({ pathKey: null });
  });

  it('knows cron check-ins of a monitor called api, and stays quick on a path of nothing else', () => {
    expect(post('/behind/api/4711/cron/api/')).toMatchObject({ project: '4711', path: '/cron/api/', pathKey: null });
    expect(post('/api/4711/cron/api/0123456789abcdef0123456789abcdef')).toMatchObject({
      path: '/cron/api/',
      pathKey: '0123456789abcdef0123456789abcdef',
    });
    expect(post('/api'.repeat(4_000))).toBeNull();
  });

  it.each([
    ['/v1/logs', 'otlp', 'otlp-logs', '/v1/logs'],
    ['/v1/traces/', 'otlp', 'otlp-traces', '/v1/traces'],
    ['/v1/metrics', 'otlp', 'otlp-logs', '/v1/metrics'],
    ['/elastic/_bulk', 'elastic', 'elastic-bulk', '/_bulk'],
    ['/elastic/my-index/_bulk', 'elastic', 'elastic-bulk', '/my-index/_bulk'],
    ['/elastic', 'elastic', 'elastic-bulk', '/'],
    ['/api/events', 'native', 'native', '/'],
    ['/api/pubsub/shop', 'push', 'cloud-logging-push', '/'],
  ])('knows %s', (path, protocol, format, rest) => {
    expect(post(path)).toMatchObject({ protocol, format, path: rest });
  });

  it.each([
    '/',
    '/api/issues',
    '/api/issues/store',
    '/api/projects/1/keys',
    '/api/1/minidump/',
    '/v2/logs',
    '/api/1/envelope/x',
    '/api/toString/envelope/',
    '/api/1/toString',
  ])('leaves %s to others', (path) => {
    expect(post(path)).toBeNull();
  });

  it('leaves the reading of events to the API', () => {
    expect(matchIngestPath('GET', '/api/events')).toBeNull();
  });
});
