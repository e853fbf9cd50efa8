import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IssueDetail, type IssueFeedback, issueDetail, issueFeedback } from '../../contracts/api/issues.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let key: string;
let project: number;
beforeAll(async () => {
  server = await openTestServer();
  ({ key, id: project } = await makeShop(server));
});
afterAll(() => server.close());

type Item = [type: string, payload: object];
const newId = () => randomUUID().replaceAll('-', '');
const seconds = () => server.clock.now() / 1_000;

async function send(items: Item[], header: object = {}): Promise<void> {
  const lines = items.map(([type, payload]) => `${JSON.stringify({ type })}\n${JSON.stringify(payload)}`);
  const body = `${JSON.stringify(header)}\n${lines.join('\n')}\n`;
  const reply = await ask(server, `/api/${project}/envelope/?sentry_key=${key}`, { method: 'POST', body });
  expect(reply.status).toBe(200);
}

/** An event of a release that fails in a way of its own; gives its id. */
async function fail(release: string, type: string): Promise<string> {
  const id = newId();
  const frames = [{ filename: 'src/till.js', function: `open${type}`, lineno: 7, in_app: true }];
  const exception = { values: [{ type, value: 'the drawer is stuck', stacktrace: { frames } }] };
  await send(
    [['event', { event_id: id, timestamp: seconds(), platform: 'node', level: 'error', release, exception }]],
    {
      event_id: id,
    },
  );
  await server.fold();
  return id;
}

async function issueOf(type: string): Promise<IssueDetail> {
  const { items } = (await (await ask(server, `/api/issues?query=${type}`)).json()) as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  return issueDetail.parse(await (await ask(server, `/api/issues/${items[0]!.id}`)).json());
}

async function feedbackOf(issueId: string): Promise<IssueFeedback[]> {
  const { items } = (await (await ask(server, `/api/issues/${issueId}/feedback`)).json()) as { items: unknown[] };
  return items.map((item) => issueFeedback.parse(item));
}

function session(release: string, more: object): Item {
  const times = { started: new Date(server.clock.now()).toISOString(), timestamp: new Date(server.clock.now()) };
  return ['session', { sid: newId(), ...times, attrs: { release, environment: 'production' }, ...more }];
}

describe('what users wrote', () => {
  let about: string;
  beforeEach(async () => {
    about = await fail('till@1.0.0', 'StuckDrawer');
  });

  it('stands with the issue of the event it is about, newest first, without who wrote it', async () => {
    const said = { contact_email: 'ada@example.com', name: 'Ada Lovelace', url: 'https://till.example/pay' };
    await send(
      [
        [
          'feedback',
          {
            timestamp: seconds(),
            release: 'till@1.0.0',
            contexts: {
              feedback: { ...said, message: 'It is stuck, write to ada@example.com', associated_event_id: about },
            },
          },
        ],
      ],
      { event_id: newId() },
    );
    server.clock.pass(60_000);
    await send([
      ['user_report', { event_id: about, name: 'Grace Hopper', email: 'g@example.com', comments: 'Still stuck' }],
    ]);
    const { id } = await issueOf('StuckDrawer');
    const items = await feedbackOf(id);
    expect(items).toMatchObject([
      { text: 'Still stuck', url: null, revision: 'till@1.0.0' },
      { text: expect.stringMatching(/^It is stuck, write to /), url: 'https://till.example/pay' },
    ]);
    const shown = await (await ask(server, `/api/issues/${id}/feedback`)).text();
    for (const who of ['Ada', 'Grace', 'Lovelace', 'Hopper', 'example.com"', '@example.com'])
      expect(shown).not.toContain(who);
    const event = await ask(server, `/api/events/${items[0]!.eventId}`);
    expect(JSON.stringify(await event.json())).toContain('the drawer is stuck');
  });

  it('is not shown with other issues, nor where it names no event or one that never came', async () => {
    await fail('till@1.0.0', 'OtherTrouble');
    for (const associated_event_id of [undefined, newId()])
      await send([['feedback', { contexts: { feedback: { message: 'Nice till', associated_event_id } } }]]);
    expect(await feedbackOf((await issueOf('OtherTrouble')).id)).toEqual([]);
  });

  it('needs the issue to be there', async () => {
    expect((await ask(server, '/api/issues/none/feedback')).status).toBe(404);
  });
});

describe('how a release fares', () => {
  it('is its sessions, each once, and those that crashed', async () => {
    await fail('till@2.0.0', 'LostReceipt');
    expect((await issueOf('LostReceipt')).revisions).toMatchObject([{ revision: 'till@2.0.0', health: null }]);
    const crashing = session('till@2.0.0', { init: true, status: 'ok' });
    const updates: Item[] = [
      crashing,
      ['session', { ...crashing[1], init: false, seq: 2, status: 'crashed', errors: 1 }],
      session('till@2.0.0', { init: true, status: 'exited' }),
      session('till@2.0.0', { init: true, status: 'abnormal' }),
      session('till@3.0.0', { init: true, status: 'crashed' }),
    ];
    await send(updates);
    await send(updates);
    const started = new Date(server.clock.now()).toISOString();
    const aggregates = [{ started, exited: 5, errored: 1, crashed: 1 }];
    await send([['sessions', { aggregates, attrs: { release: 'till@2.0.0', environment: 'staging' } }]]);
    expect((await issueOf('LostReceipt')).revisions).toMatchObject([
      { health: { sessions: 10, crashed: 2, abnormal: 1, crashFree: 0.8 } },
    ]);
  });

  it('is none free of crashes where only crashes came, and unknown without a session', async () => {
    await fail('till@4.0.0', 'NoPaper');
    await send([session('till@4.0.0', { init: false, seq: 3, status: 'crashed' })]);
    expect((await issueOf('NoPaper')).revisions).toMatchObject([{ health: { sessions: 0, crashFree: null } }]);
    await send([session('till@4.0.0', { init: true, status: 'crashed' })]);
    expect((await issueOf('NoPaper')).revisions).toMatchObject([{ health: { sessions: 1, crashed: 2, crashFree: 0 } }]);
  });
});

describe('a transaction', () => {
  it('is its trace, with the spans within it', async () => {
    const trace = newId();
    const spanOf = (name: string) => ({ trace_id: trace, span_id: name.repeat(16) });
    const start_timestamp = seconds() - 2;
    const spans = [
      { ...spanOf('b'), op: 'db', description: 'SELECT price', start_timestamp, timestamp: seconds() - 1 },
    ];
    const contexts = { trace: { ...spanOf('a'), op: 'http.server', status: 'internal_error' } };
    const transaction = { event_id: newId(), transaction: 'POST /pay', start_timestamp, timestamp: seconds() };
    await send([['transaction', { ...transaction, contexts, spans }]]);
    const seen = (await (await ask(server, `/api/traces/${trace}`)).json()) as { spans: object[] };
    expect(seen.spans).toMatchObject([
      { name: 'POST /pay', durationMs: 2_000, status: 'error' },
      { name: 'SELECT price', durationMs: 1_000, parent: 'a'.repeat(16) },
    ]);
  });
});
