import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssueDetail, IssueSummary } from '../../contracts/api/issues.ts';
import { issueDetail, issueIncident, issueSummary } from '../../contracts/api/issues.ts';
import { overview, sourceActivity } from '../../contracts/api/overview.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import type { FollowedState } from '../../core/reports/index.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let key: string;
let followed: FollowedState[];
beforeEach(async () => {
  followed = [];
  server = await openTestServer({ options: { followed: async () => followed } });
  ({ key } = await makeShop(server));
});
afterEach(() => server.close());

function failure(id: string, type: string, file: string, time = '2026-01-31T08:15:00.000Z') {
  const stack = `${type}: cart ${id} is empty\n    at checkout (/app/src/${file}:12:5)\n    at handle (/app/src/server.js:7:3)`;
  return {
    id,
    time,
    severity: 'error',
    message: 'checkout failed',
    exception: stack,
    service: 'cart',
    revision: 'cart-00042',
    traceId: id.padStart(32, '0'),
    request: { method: 'POST', path: '/checkout', status: 500 },
    user: { id: `user-${id}` },
  };
}

async function send(...events: object[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const response = await ask(server, '/api/events', {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${key}` },
  });
  expect(await response.json()).toMatchObject({ accepted: events.length, rejected: [] });
  await server.fold();
}

async function list(query = ''): Promise<IssueSummary[]> {
  const response = await ask(server, `/api/issues${query}`);
  return pageOf(issueSummary).parse(await response.json()).items;
}

async function act(ids: string[], action: object) {
  const response = await ask(server, '/api/issues/actions', { method: 'POST', json: { ids, action } });
  return (await response.json()) as { results: { id: string; isDone: boolean; reason: string | null }[] };
}

const detail = async (id: string): Promise<IssueDetail> =>
  issueDetail.parse(await (await ask(server, `/api/issues/${id}`)).json());

describe('issues', () => {
  it('show what failed, how often, whom it touched and when', async () => {
    await send(
      failure('a1', 'EmptyCart', 'cart.js'),
      failure('a2', 'EmptyCart', 'cart.js', '2026-01-31T08:15:20.000Z'),
    );
    const [issue, ...others] = await list();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      shortId: 'SHOP-1',
      project: 'shop',
      service: 'cart',
      errorType: 'EmptyCart',
      state: 'open',
      severity: 'error',
      isNew: true,
      incidents: 2,
      users: 2,
      firstRevision: 'cart-00042',
      firstSeen: '2026-01-31T08:15:00.000Z',
      lastSeen: '2026-01-31T08:15:20.000Z',
    });
    expect(issue!.lastDay.at(-1)).toBe(2);
  });

  it('are new until somebody has answered them', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const [issue] = await list();
    expect(issue!.isNew).toBe(true);
    await act([issue!.id], { type: 'resolve' });
    expect((await detail(issue!.id)).isNew).toBe(false);
    await act([issue!.id], { type: 'reopen' });
    expect((await detail(issue!.id)).isNew).toBe(true);
  });

  it('are found by id, by short name in any case, and not at all with a problem', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const { id } = await detail('shop-1');
    expect((await detail(id)).shortId).toBe('SHOP-1');
    const missing = await ask(server, '/api/issues/SHOP-99');
    expect([missing.status, ((await missing.json()) as { detail: string }).detail]).toEqual([
      404,
      'There is no issue SHOP-99.',
    ]);
  });

  it('are listed by words, state, project and severity', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'), failure('b1', 'PaymentRefused', 'pay.js'));
    expect((await list('?query=emptycart')).map(({ errorType }) => errorType)).toEqual(['EmptyCart']);
    expect(await list('?state=resolved,ignored')).toEqual([]);
    expect(await list('?project=shop&severity=fatal')).toEqual([]);
    expect(await list('?project=shop&state=all')).toHaveLength(2);
    expect((await ask(server, '/api/issues?project=nothing')).status).toBe(404);
  });

  it('give their page by page', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'), failure('b1', 'PaymentRefused', 'pay.js'));
    const first = pageOf(issueSummary).parse(await (await ask(server, '/api/issues?limit=1')).json());
    const second = pageOf(issueSummary).parse(
      await (await ask(server, `/api/issues?limit=1&cursor=${encodeURIComponent(first.nextCursor!)}`)).json(),
    );
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(2);
    expect(second.nextCursor).toBeNull();
  });

  it('are resolved, assigned and noted by many at once, each with its own outcome, and remember who did it', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const told: string[] = [];
    server.options.changes.subscribe((change) => told.push(change.kind));
    const { results } = await act(['SHOP-1', 'SHOP-7'], { type: 'resolve', in: 'next' });
    expect(results).toMatchObject([
      { isDone: true, reason: null },
      { id: 'SHOP-7', isDone: false, reason: 'there is no such issue' },
    ]);
    expect(told).toEqual(['issue']);
    expect(await detail('SHOP-1')).toMatchObject({ state: 'resolved', stateDetail: { isNextRevision: true } });
    await act(['SHOP-1'], { type: 'note', text: 'seen by Ada' });
    await act(['SHOP-1'], { type: 'assign', assignee: 'ada@example.com' });
    expect((await act(['SHOP-1'], { type: 'assign', assignee: 'ada@example.com' })).results).toMatchObject([
      { isDone: false, reason: 'it is so already' },
    ]);
    const history = (await (await ask(server, '/api/issues/SHOP-1/history?limit=2')).json()) as {
      items: { actor: string; action: string }[];
      nextCursor: string;
    };
    expect(history.items.map(({ actor, action }) => [actor, action])).toEqual([
      ['somebody at this machine', 'assigned'],
      ['somebody at this machine', 'note'],
    ]);
    const rest = await ask(server, `/api/issues/SHOP-1/history?cursor=${history.nextCursor}`);
    expect(((await rest.json()) as typeof history).items.map(({ actor, action }) => [actor, action])).toEqual([
      ['somebody at this machine', 'resolved'],
      ['Guardian', 'opened'],
    ]);
  });

  it('are ignored until a time that is still to come', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const ignore = (time: string) => act(['SHOP-1'], { type: 'ignore', until: { time } });
    expect((await ignore('2026-01-30T00:00:00.000Z')).results).toMatchObject([
      { isDone: false, reason: 'must lie in the future' },
    ]);
    expect((await ignore('2026-03-01T00:00:00.000Z')).results).toMatchObject([{ isDone: true }]);
    expect(await detail('SHOP-1')).toMatchObject({
      state: 'ignored',
      stateDetail: { until: 'until', untilTime: '2026-03-01T00:00:00.000Z' },
    });
  });

  it('are merged and taken apart again', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'), failure('b1', 'PaymentRefused', 'pay.js'));
    expect((await act(['SHOP-1'], { type: 'merge', into: 'SHOP-1' })).results).toMatchObject([{ isDone: false }]);
    expect((await act(['SHOP-1'], { type: 'merge', into: 'SHOP-2' })).results).toMatchObject([{ isDone: true }]);
    const into = await detail('SHOP-2');
    expect(into.merged).toMatchObject([{ shortId: 'SHOP-1' }]);
    expect(into.incidents).toBe(2);
    expect(await list()).toHaveLength(1);
    expect((await act(['SHOP-1'], { type: 'reopen' })).results).toMatchObject([{ isDone: false }]);
    expect((await act(['SHOP-1'], { type: 'unmerge' })).results).toMatchObject([{ isDone: true }]);
    expect(await list()).toHaveLength(2);
  });

  it('give their incidents, counts and hand-off', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const incidents = pageOf(issueIncident).parse(await (await ask(server, '/api/issues/SHOP-1/incidents')).json());
    expect(incidents.items).toMatchObject([{ revision: 'cart-00042', members: [{ foldedBy: 'representative' }] }]);
    const event = await ask(server, `/api/events/${incidents.items[0]!.eventId}`);
    expect(await event.json()).toMatchObject({ service: 'cart', exceptions: [{ type: 'EmptyCart' }] });
    const counts = (await (await ask(server, '/api/issues/SHOP-1/counts?step=day')).json()) as {
      points: { count: number }[];
    };
    expect([counts.points.length, counts.points.at(-1)!.count]).toEqual([30, 1]);
    const handOff = await ask(server, '/api/issues/SHOP-1/hand-off?format=json');
    expect(handOff.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('the overview', () => {
  it('says what is wrong where, by the last hour', async () => {
    const many = Array.from({ length: 6 }, (_, index) => failure(`a${index}`, 'EmptyCart', 'cart.js'));
    await send(...many);
    const whole = overview.parse(await (await ask(server, '/api/overview')).json());
    expect(whole).toMatchObject({
      status: 'CRITICAL',
      reasons: ['cart: 6 errors in the last hour'],
      isEmpty: false,
      services: [{ project: 'shop', service: 'cart', errorsLastHour: 6, openIssues: 1, revision: 'cart-00042' }],
      newIssues: [{ shortId: 'SHOP-1' }],
    });
    server.clock.pass(2 * 60 * 60 * 1000);
    const later = overview.parse(await (await ask(server, '/api/overview')).json());
    expect(later).toMatchObject({ status: 'unknown', reasons: ['cart: silent for more than an hour'] });
  });

  it('tells sources that receive', async () => {
    await send(failure('a1', 'EmptyCart', 'cart.js'));
    const { items } = (await (await ask(server, '/api/sources')).json()) as { items: unknown[] };
    expect(items.map((item) => sourceActivity.parse(item))).toMatchObject([
      { project: 'shop', kind: 'native', state: 'receiving', eventsLastDay: 1, problem: null },
    ]);
  });

  it('tells sources that Guardian goes to and cannot read, there and first of all', async () => {
    const about = { source: 'file:/shop.log', name: '/shop.log', projectId: 1, service: null, everyMs: null };
    const problem = 'Cannot read /shop.log: you may not read it.';
    followed = [{ ...about, kind: 'file', seenUntil: null, problem, failingSince: server.clock.now() }];
    const { items } = (await (await ask(server, '/api/sources')).json()) as { items: unknown[] };
    expect(items.map((item) => sourceActivity.parse(item))).toMatchObject([
      { project: 'shop', kind: 'file', state: 'failing', lastEventAt: null, problem },
    ]);
    const { ownProblems } = overview.parse(await (await ask(server, '/api/overview')).json());
    expect(ownProblems).toMatchObject([{ code: 'source_unreadable', message: problem }]);
  });
});
