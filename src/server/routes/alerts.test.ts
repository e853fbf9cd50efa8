import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alertActionReply,
  alertDetail,
  alertPage,
  alertPostReply,
  measurementReply,
  ruleList,
  ruleOutlook,
  ruleTestReply,
  textReply,
} from '../../contracts/api/alerts.ts';
import { problem } from '../../contracts/api/shared.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let authorization: string;

beforeAll(async () => {
  server = await openTestServer({
    configuration: {
      timeZone: 'America/Montreal',
      alertTypes: ['TOO_DRY', 'UNPLUGGED', 'DISK_FULL'],
      rules: [
        {
          name: 'too-dry',
          type: 'TOO_DRY',
          advice: 'Fill the tank',
          measurement: {
            name: 'humidity',
            unit: '%',
            value: { below: 35, tiers: [{ below: 30, severity: 'critical' }] },
          },
        },
        { name: 'unplugged', type: 'UNPLUGGED', text: { any: ['unplugged', 'débranch*'] } },
      ],
    },
  });
  authorization = `Bearer ${(await makeShop(server)).key}`;
});
afterAll(() => server.close());

const get = async (path: string) => (await ask(server, path)).json();
const list = async (query = '') => alertPage.parse(await get(`/api/alerts${query}`));
const detail = async (id: string) => alertDetail.parse(await get(`/api/alerts/${id}`));
const post = (path: string, json: unknown) => ask(server, path, { method: 'POST', json, headers: { authorization } });
const act = (json: object, headers: Record<string, string> = {}) =>
  ask(server, '/api/alerts/actions', { method: 'POST', json, headers });
const acted = async (json: object) => alertActionReply.parse(await (await act(json)).json());

async function measure(value: number | null, piano = 'p12') {
  server.clock.pass(60_000);
  const subject = { kind: 'piano', id: piano, name: `Piano ${piano}`, labels: { place: 'hall' } };
  const reply = await post('/api/measurements', { name: 'humidity', subject, value, unit: '%' });
  expect(reply.status).toBe(200);
  return measurementReply.parse(await reply.json());
}

const raise = async (id: string, state: 'firing' | 'resolved' = 'firing') => {
  const subject = { kind: 'host', id };
  const reply = await post('/api/alerts', {
    type: 'DISK_FULL',
    state,
    subject,
    description: `${id} is full`,
    value: 99,
  });
  return alertPostReply.parse(await reply.json());
};

describe('measurements', () => {
  it('raise an alert with the value, its limit and its series', async () => {
    const { accepted, repeated, alerts } = await measure(28.5);
    expect([accepted, repeated, alerts]).toEqual([1, 0, [{ id: expect.any(String), number: 1, state: 'firing' }]]);
    const alert = await detail(alerts[0]!.id);
    expect(alert).toMatchObject({
      project: 'shop',
      rule: 'too-dry',
      type: 'TOO_DRY',
      severity: 'critical',
      value: 28.5,
      unit: '%',
      subject: { kind: 'piano', id: 'p12', name: 'Piano p12', labels: { place: 'hall' } },
      advice: 'Fill the tank',
      firing: 1,
      count: 1,
    });
    expect(alert.series.map(({ value }) => value)).toEqual([28.5]);
    expect(alert.changes.map(({ action, from, to }) => [action, from, to])).toEqual([['fired', null, 'firing']]);
    expect(alert.description).toContain('28.5 %');
  });

  it('that are unknown stay unknown, never 0, and resolve nothing', async () => {
    await measure(null);
    const [alert] = (await list('?type=TOO_DRY')).items;
    expect([alert?.state, alert?.value]).toEqual(['firing', null]);
    expect((await detail(alert!.id)).series.map(({ value }) => value)).toEqual([28.5, null]);
  });

  it('posted twice count once; a list is taken whole', async () => {
    const at = new Date(server.clock.now()).toISOString();
    const one = { name: 'humidity', subject: { kind: 'piano', id: 'p1' }, value: 50, unit: '%', at };
    const reply = await post('/api/measurements', { measurements: [one, one, { ...one, subject: { id: 'p2' } }] });
    expect(measurementReply.parse(await reply.json())).toEqual({ accepted: 2, repeated: 1, alerts: [] });
    const again = await post('/api/measurements', one);
    expect(measurementReply.parse(await again.json())).toMatchObject({ accepted: 0, repeated: 1 });
  });

  it('say in which one of a list something is wrong', async () => {
    const right = { name: 'humidity', subject: { id: 'p1' }, value: 50 };
    const reply = await post('/api/measurements', { measurements: [right, { ...right, value: '50' }] });
    expect(reply.status).toBe(400);
    expect(problem.parse(await reply.json()).errors).toEqual([
      { path: 'measurements.1.value', message: 'must be of type number' },
    ]);
  });
});

describe('texts', () => {
  it('raise once for the same id and type', async () => {
    const text = { id: 'note-7', text: 'Humidificateur débranché', subject: { kind: 'piano', id: 'p7' } };
    const first = textReply.parse(await (await post('/api/texts', text)).json());
    expect([first.isNew, first.alerts.map(({ state }) => state)]).toEqual([true, ['firing']]);
    const again = textReply.parse(await (await post('/api/texts', text)).json());
    expect(again).toEqual({ isNew: false, alerts: [] });
  });
});

describe('alerts of other programs', () => {
  it('fire, are counted up, and are ended by the program itself', async () => {
    const first = await raise('host-1');
    expect(first).toMatchObject({ state: 'firing' });
    expect(await raise('host-1')).toEqual(first);
    expect(await raise('host-1', 'resolved')).toEqual({ ...first, state: 'resolved' });
    expect((await detail(first.id!)).count).toBe(2);
  });

  it('that never fired are not there to be ended', async () => {
    expect(await raise('host-0', 'resolved')).toEqual({ id: null, number: null, state: 'resolved' });
    expect((await list('?subject=host-0')).items).toEqual([]);
  });

  it('need a type that is declared, and are told so in their language', async () => {
    const reply = await ask(server, '/api/alerts', {
      method: 'POST',
      json: { type: 'DISC_FULL', subject: { kind: 'host', id: 'x' }, description: 'full' },
      headers: { authorization, 'accept-language': 'fr' },
    });
    expect(reply.status).toBe(400);
    expect(problem.parse(await reply.json())).toMatchObject({
      detail: 'L’envoi n’est pas valable à type : aucune règle ni aucun réglage ne connaît le type DISC_FULL.',
      remedy: 'Ajoutez-le à alertTypes dans la configuration, ou prenez un type qui s’y trouve.',
    });
  });
});

describe('the list', () => {
  beforeAll(async () => {
    for (let index = 0; index < 25; index += 1) {
      server.clock.pass(1_000);
      await raise(`many-${index}`);
    }
    const { items } = await list('?type=DISK_FULL&state=firing&limit=200');
    await act({ ids: items.slice(0, 5).map(({ id }) => id), action: 'acknowledge' });
    await act({ ids: items.slice(5, 10).map(({ id }) => id), action: 'resolve' });
  });

  it('has what fires first, then what is acknowledged, then what is resolved; true totals beside the page', async () => {
    const page = await list('?limit=3');
    expect(page.items.map(({ state }) => state)).toEqual(['firing', 'firing', 'firing']);
    const { items, counts } = await list('?limit=200');
    const states = items.map(({ state }) => state);
    expect(states).toEqual([...states].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    expect(page.counts).toEqual(counts);
    for (const state of ORDER)
      expect([state, counts[state]]).toEqual([state, states.filter((one) => one === state).length]);
    expect((await list('?state=resolved')).counts).toEqual(counts);
  });
  const ORDER = ['firing', 'acknowledged', 'resolved'] as const;

  it('F22: is paged to the end, each alert once', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=4${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual((await list('?limit=200')).items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['state=acknowledged', 5],
    ['severity=critical', 1],
    ['type=TOO_DRY,%20UNPLUGGED', 2],
    ['rule=unplugged', 1],
    ['subject=many-3', 1],
    ['project=shop&type=TOO_DRY', 1],
    ['text=MANY-24', 1],
    ['archived=true', 0],
    ['from=2026-02-01', 0],
    ['to=2026-01-31', 0],
  ])('is filtered: %s', async (query, count) => {
    expect((await list(`?${query}`)).items).toHaveLength(count);
  });

  it('of a project that is not there is 404, not empty', async () => {
    expect((await ask(server, '/api/alerts?project=nobody')).status).toBe(404);
    expect((await ask(server, '/api/alerts/alert-0')).status).toBe(404);
  });

  it('F26: says in plain words, in the reader’s language and zone, when the next message comes', async () => {
    const [alert] = (await list('?type=TOO_DRY')).items;
    const french = await ask(server, `/api/alerts/${alert!.id}`, { headers: { 'accept-language': 'fr' } });
    const { nextSendAt, nextSend } = alertDetail.parse(await french.json());
    if (nextSendAt === null) expect(nextSend).toBeNull();
    else expect(nextSend).not.toBe((await detail(alert!.id)).nextSend);
    expect(nextSend).not.toBeNull();
  });
});

describe('actions', () => {
  it('F6: keep who, when and the notes, and are undone as a whole', async () => {
    const ids = await Promise.all(['undo-1', 'undo-2'].map(async (id) => (await raise(id)).id!));
    const done = await acted({ ids, action: 'resolve', notes: 'emptied the disk' });
    expect([done.changed.toSorted(), done.refused]).toEqual([ids.toSorted(), []]);
    expect(await detail(ids[0]!)).toMatchObject({ state: 'resolved', notes: 'emptied the disk', resolvedBy: 'open' });
    const undone = await ask(server, '/api/alerts/undo', { method: 'POST', json: { undo: done.undo } });
    expect(alertActionReply.parse(await undone.json()).changed.toSorted()).toEqual(ids.toSorted());
    const alert = await detail(ids[0]!);
    expect([alert.state, alert.changes.map(({ action }) => action)]).toEqual([
      'firing',
      ['fired', 'resolved', 'undone'],
    ]);
    expect((await ask(server, '/api/alerts/undo', { method: 'POST', json: { undo: 'forged' } })).status).toBe(400);
  });

  it('F6: archive only what is resolved', async () => {
    const { id } = await raise('archive-1');
    expect(await acted({ ids: [id], action: 'archive' })).toMatchObject({
      changed: [],
      refused: [{ id, reason: 'is-open' }],
    });
    await act({ ids: [id], action: 'resolve' });
    expect((await acted({ ids: [id], action: 'archive' })).changed).toEqual([id]);
    expect((await list('?subject=archive-1')).items).toEqual([]);
    expect((await list('?subject=archive-1&archived=true')).items).toHaveLength(1);
  });

  it('F6: on what is not there are 404; beside what is there it is named', async () => {
    const missing = await act({ ids: ['alert-0'], action: 'resolve' });
    expect(missing.status).toBe(404);
    expect(problem.parse(await missing.json()).detail).toBe('There is no alert alert-0.');
    const { id } = await raise('mixed-1');
    expect(await acted({ ids: [id, 'alert-0'], action: 'acknowledge' })).toMatchObject({
      changed: [id],
      refused: [{ id: 'alert-0', reason: 'not-found' }],
    });
  });

  it('are no other than these', async () => {
    expect((await act({ ids: ['x'], action: 'delete' })).status).toBe(400);
    expect((await act({ ids: [], action: 'resolve' })).status).toBe(400);
    const { id } = await raise('note-1');
    expect(await acted({ ids: [id], action: 'note' })).toMatchObject({ refused: [{ id, reason: 'needs-notes' }] });
  });
});

describe('rules', () => {
  const tried = async (name: string, json: object, headers = {}) =>
    ask(server, `/api/rules/${name}/test`, { method: 'POST', json, headers });
  const found = async (name: string, json: object) => ruleTestReply.parse(await (await tried(name, json)).json());

  it('C4: are tried on a value or a text, and nothing comes of it', async () => {
    const before = await list();
    expect(await found('too-dry', { value: 28.5 })).toMatchObject({ condition: 'bad', severity: 'critical' });
    expect(await found('too-dry', { value: 45 })).toMatchObject({ condition: 'good' });
    expect(await found('unplugged', { text: 'Tuned. Found it unplugged.' })).toMatchObject({
      condition: 'bad',
      matches: [{ clause: expect.stringContaining('unplugged'), pattern: 'unplugged' }],
    });
    expect(await found('unplugged', { text: 'Tuned.' })).toMatchObject({ condition: 'none', matches: [] });
    expect(await list()).toEqual(before);
  });

  it('C4: say what they would raise now, over the rows, and nothing comes of it', async () => {
    await measure(28.5, 'p70');
    await measure(60, 'p71');
    const before = await list();
    const reply = await ask(server, '/api/rules/too-dry/look', { method: 'POST' });
    expect(reply.status).toBe(200);
    const outlook = ruleOutlook.parse(await reply.json());
    expect(outlook.observed).toBeGreaterThan(1);
    expect(outlook.bad.filter(({ subject }) => ['p70', 'p71'].includes(subject.id))).toMatchObject([
      { subject: { id: 'p70' }, severity: 'critical', value: 28.5, isFiring: true },
    ]);
    expect(outlook.badCount).toBe(outlook.bad.length);
    expect(await list()).toEqual(before);
    await measure(60, 'p70');
    expect((await ask(server, '/api/rules/nobody/look', { method: 'POST' })).status).toBe(404);
    expect((await ask(server, '/api/rules/unplugged/look', { method: 'POST' })).status).toBe(400);
  });

  it('say in the reader’s language what they cannot be tried on', async () => {
    const french = { 'accept-language': 'fr' };
    const wrong = await tried('too-dry', { text: 'dry' }, french);
    expect([wrong.status, problem.parse(await wrong.json()).detail]).toEqual([
      400,
      expect.stringContaining('cette règle regarde autre chose'),
    ]);
    expect((await tried('nobody', { value: 1 }, french)).status).toBe(404);
    expect((await tried('too-dry', { value: 1, text: 'x' })).status).toBe(400);
    expect((await tried('too-dry', {})).status).toBe(400);
  });

  it('say what they look at, what fires, and whether they could look', async () => {
    const { items } = ruleList.parse(await get('/api/rules'));
    expect(items.find(({ name }) => name === 'too-dry')).toMatchObject({
      over: 'measurement',
      types: ['TOO_DRY'],
      firing: 1,
      lastLookAt: expect.any(String),
      problem: null,
    });
    expect(items.filter(({ over }) => over === 'guardian').length).toBeGreaterThan(0);
  });
});
