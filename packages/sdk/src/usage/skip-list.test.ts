import { expect, test } from 'vitest';
import { createSkipList } from './skip-list.ts';

test('compares whole segments ("skipped /healthz by prefix, yet tracked /api/health and /ready")', () => {
  const isSkipped = createSkipList();
  const machines = ['health', 'healthz', 'livez', 'ready', 'readyz', 'metrics'];
  for (const name of machines) {
    for (const path of [
      `/${name}`,
      `/api/${name}`,
      `/api/v1/${name}`,
      `/${name}/`,
      `/${name}/db`,
      `/${name.toUpperCase()}`,
    ])
      expect([path, isSkipped(path)]).toEqual([path, true]);
    for (const path of [`/${name}care`, `/api/${name}-insurance`, `/users/${name}`, `/v${name}`])
      expect([path, isSkipped(path)]).toEqual([path, false]);
  }
  const files = [
    '/static/site.css',
    '/assets/app.js',
    '/_next/data/x.json',
    '/favicon.ico',
    '/favicon-32x32.png',
    '/robots.txt',
  ];
  for (const path of [...files, '/api-docs', '/swagger-ui/index.html', '/openapi.json', '/docs', '/health?verbose=1'])
    expect([path, isSkipped(path)]).toEqual([path, true]);
  // Pages of an application are named so below /api; files are not served there.
  for (const name of ['static', 'assets', '_next', 'favicon', 'favicon.ico', 'robots.txt'])
    for (const path of [`/api/${name}`, `/api/${name}/:id`, `/api/v1/${name}`, `/v2/${name}`])
      expect([path, isSkipped(path)]).toEqual([path, false]);
  for (const path of ['/api/docs', '/api/v1/openapi.json']) expect([path, isSkipped(path)]).toEqual([path, true]);
  for (const path of ['/', '', '/api', '/statics', '/documents', '/favicons', '/api/threads/:id'])
    expect([path, isSkipped(path)]).toEqual([path, false]);
});

test('an application adds segments, and keeps some', () => {
  const isSkipped = createSkipList({ skip: ['internal'], keep: ['docs', 'metrics'] });
  expect(['/internal/jobs', '/docs/start', '/api/metrics', '/health'].map(isSkipped)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
