import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 1, 12);

describe.each(DATABASES)('reports of usage, and what links errors, in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  const of = (to: number, json: string) => ({ from: to - 2 * HOUR, to, at: NOW, json });

  it('keep one of each window, tell of it once, and forget the old', async () => {
    const { usageReports, kysely } = stores.main;
    expect(await usageReports.newest()).toBeNull();
    expect(await usageReports.save(of(NOW, '{"a":1}'), { activeUsers: 1 })).toBe(true);
    expect(await usageReports.save(of(NOW, '{"a":2}'), { activeUsers: 2 })).toBe(false);
    expect(await usageReports.save(of(NOW - 2 * HOUR, '{"a":0}'), null)).toBe(true);
    expect(await usageReports.newest()).toEqual(of(NOW, '{"a":2}'));
    const told = await kysely.selectFrom('outbox').select(['kind', 'payload']).execute();
    expect(told).toEqual([{ kind: 'usage-reported', payload: '{"activeUsers":1}' }]);
    expect(await usageReports.forget(NOW)).toBe(1);
    expect(await usageReports.forget(NOW)).toBe(0);
  });

  it('link errors of a request to its issue once, within the project and the time', async () => {
    const { usageLinks, kysely } = stores.main;
    const error = (id: string, more: object = {}) => ({
      ...{ id, project_id: 1, user_email: 'ana', endpoint: '/', method: 'GET', error_type: 'E', error_code: 500 },
      ...{ error_message: 'E 500', stack_trace: null, timestamp: NOW, service: 'shop', revision: null },
      ...{ request_id: 'request-1', issue_id: null, is_request: 1, ...more },
    });
    await kysely
      .insertInto('user_errors')
      .values([
        error('a'),
        error('other-project', { project_id: 2 }),
        error('other-request', { request_id: 'request-2' }),
        error('late', { timestamp: NOW - HOUR }),
        error('linked', { issue_id: 'issue-0' }),
      ])
      .execute();
    expect(await usageLinks.hasUnlinked(NOW)).toBe(true);
    const request = { issueId: 'issue-1', projectId: 1, requestIds: ['request-1', 'x'], since: NOW - 1 };
    expect(await usageLinks.link(request)).toBe(1);
    expect(await usageLinks.link(request)).toBe(0);
    const rows = await kysely.selectFrom('user_errors').select(['id', 'issue_id']).orderBy('id').execute();
    expect(rows.filter(({ issue_id }) => issue_id !== null)).toEqual([
      { id: 'a', issue_id: 'issue-1' },
      { id: 'linked', issue_id: 'issue-0' },
    ]);
    expect(await usageLinks.hasUnlinked(NOW + 1)).toBe(false);
    expect(await usageLinks.incidentsSince(NOW - HOUR, 10)).toEqual([]);
  });
});
