import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import { at, event, requestEntry } from '../event-fixtures.ts';
import { createUnderstanding } from '../understand.ts';

const quiet = (...served: [host: string | null, path: string][]) => ({
  entries: served.length,
  from: null,
  to: null,
  served: served.map(([host, path]) => ({ method: 'GET', host, path })),
});

function understand(events: readonly Event[], ...served: [host: string | null, path: string][]) {
  const accumulator = createUnderstanding();
  accumulator.add(events);
  accumulator.addQuiet(quiet(...served));
  const { noise, warningIncidents, errorIncidents } = accumulator.finish();
  return {
    noise: noise.entries,
    reasons: [...new Set(noise.groups.map(({ reason }) => reason))],
    groups: noise.groups,
    warningIncidents,
    errorIncidents,
  };
}

const refused = (
  paths: readonly string[],
  more: { status?: number; host?: string; client?: string; everyMs?: number } = {},
) =>
  paths.map((path, index) =>
    requestEntry(at(index * (more.everyMs ?? 1_000)), {
      path,
      status: more.status ?? 404,
      host: more.host ?? 'shop.example.com',
      clientAddress: more.client ?? '198.51.100.7',
    }),
  );
const unknown = ['/backup.zip', '/old/', '/admin.php', '/actuator/env', '/api/v1/pods', '/console'];
const served: [string, string] = ['shop.example.com', '/api/threads'];

describe('noise', () => {
  it('is a foreign host: never answered while another one is', () => {
    expect(understand(refused(unknown.slice(0, 2), { host: 'scanned.example.org' }), served)).toMatchObject({
      noise: 2,
      groups: [{ reason: 'foreign-host', entries: 2, paths: 2, example: '/backup.zip' }],
      warningIncidents: 0,
    });
  });

  it('is no foreign host when no host was answered, or when the answer means that something is there', () => {
    expect(understand(refused(unknown.slice(0, 2), { host: 'scanned.example.org' }))).toMatchObject({
      noise: 0,
      warningIncidents: 2,
    });
    expect(understand(refused(unknown.slice(0, 2), { host: 'b.example.org', status: 403 }), served)).toMatchObject({
      noise: 0,
    });
  });

  it('is a scan: 5 unknown paths answered 403, 404 or 405 to one client in 60 s', () => {
    for (const status of [403, 404, 405]) {
      expect(understand(refused(unknown, { status }), served)).toMatchObject({
        noise: 6,
        reasons: ['never-served'],
        warningIncidents: 0,
      });
    }
    expect(understand(refused(unknown.slice(0, 4)), served)).toMatchObject({ noise: 0, warningIncidents: 4 });
    expect(understand(refused(unknown, { everyMs: 20_000 }), served)).toMatchObject({ noise: 0 });
    expect(understand(refused(unknown, { status: 401 }), served)).toMatchObject({ noise: 0, warningIncidents: 6 });
  });

  it('is a burst of unknown paths from many clients', () => {
    const burst = Array.from(
      { length: 20 },
      (_, index) => refused([`/probe-${'abcdefghijklmnopqrst'[index]}`], { client: `198.51.100.${index}` })[0] as Event,
    );
    expect(understand(burst, served)).toMatchObject({ noise: 20, reasons: ['unknown-path-burst'] });
    expect(understand(burst.slice(1), served)).toMatchObject({ noise: 0, warningIncidents: 19 });
  });

  it('is a scan of a program that asked for a listed path, where the log names no client', () => {
    const asked = (paths: readonly string[], userAgent: string) =>
      paths.map((path, index) =>
        requestEntry(at(index * 1_000), {
          path,
          status: 404,
          host: 'shop.example.com',
          clientAddress: null,
          userAgent,
        }),
      );
    expect(understand(asked(['/.env', ...unknown.slice(0, 4)], 'zgrab/0.x'), served)).toMatchObject({
      noise: 5,
      warningIncidents: 0,
    });
    expect(understand(asked(unknown, 'Mozilla/5.0'), served)).toMatchObject({ noise: 0, warningIncidents: 6 });
    expect(understand([...asked(['/.env'], 'zgrab/0.x'), ...asked(unknown, 'Mozilla/5.0')], served)).toMatchObject({
      noise: 1,
      warningIncidents: 6,
    });
  });

  it('is a listed path, compared by whole segments', () => {
    expect(understand(refused(['/.env', '/shop/.git/config', '/WP-Login.php']), served)).toMatchObject({
      noise: 3,
      reasons: ['listed-path'],
    });
    expect(understand(refused(['/.environment', '/wp-login.php5', '/owaspect']), served)).toMatchObject({
      noise: 0,
      warningIncidents: 3,
    });
  });

  it('is never a route that exists: served, also for another id, or failed with 5xx', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `/api/orders/${index + 100}`);
    expect(understand(refused(ids), [null, '/api/orders/7'])).toMatchObject({ noise: 0, warningIncidents: 9 });
    expect(understand(refused(['/.env']), [null, '/.env'])).toMatchObject({ noise: 0, warningIncidents: 1 });
    const failed = requestEntry(at(9), { path: '/old/', status: 500 });
    expect(understand([...refused(unknown), failed], served)).toMatchObject({
      noise: 5,
      warningIncidents: 1,
      errorIncidents: 1,
    });
  });

  it('does not swallow administration, test results and metadata, unless unknown and scanned', () => {
    const paths = ['/api/admin/users', '/api/test-results', '/v2/metadata'];
    expect(understand(refused(paths), served)).toMatchObject({ noise: 0, warningIncidents: 3 });
    expect(
      understand(refused([...unknown, ...paths]), served, ...paths.map((path): [null, string] => [null, path])),
    ).toMatchObject({
      noise: 6,
      warningIncidents: 3,
    });
    expect(understand(refused([...paths, ...unknown]), served)).toMatchObject({ noise: 9 });
  });

  it('is not a service that lost its public access: 403 for all but the health check', () => {
    expect(understand(refused(unknown, { status: 403 }), ['localhost', '/healthz'])).toMatchObject({
      noise: 0,
      warningIncidents: 6,
    });
  });

  it('is never an error, a warning without a request, or redacted clients taken for one', () => {
    expect(understand([...refused(['/.env'], { status: 500 }), event({ severityNumber: 13 })], served)).toMatchObject({
      noise: 0,
      warningIncidents: 1,
      errorIncidents: 1,
    });
    expect(understand(refused(unknown, { client: '[redacted:ip]' }), served)).toMatchObject({
      noise: 0,
      warningIncidents: 6,
    });
  });
});
