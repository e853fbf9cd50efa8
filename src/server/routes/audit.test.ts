import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEntry, auditCheckpoints, auditPage, auditTrails, auditVerdict } from '../../contracts/api/audit.ts';
import {
  type ChainedEntry,
  chainEntry,
  genesisOf,
  knownTrails,
  makeSigningKey,
  readCheckpoints,
  signingKeyOf,
  trailNameOf,
} from '../../core/audit/index.ts';
import { makePeople, type People } from '../jobs/run-fixtures.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let people: People;

beforeAll(async () => {
  server = await openTestServer();
  people = await makePeople(server);
});
afterAll(() => server.close());

const trail = { name: 'shop', epoch: 'c'.repeat(32) };
const signer = signingKeyOf(makeSigningKey().privateKey);

function entriesOf(count: number, actor = 'ana'): ChainedEntry[] {
  let previous = genesisOf(trail);
  return Array.from({ length: count }, (_, index) => {
    const at = `2026-01-31T08:00:00.00${index}Z`;
    const done = { action: 'order.refund', object: `order ${index}`, outcome: 'success' as const, address: null };
    const entry = chainEntry(previous, { sequence: index + 1, at, actor, ...done, fields: { amount: index } });
    previous = entry.hash;
    return entry;
  });
}

const lineOf = (entry: object) => JSON.stringify({ kind: 'entry', service: trail.name, epoch: trail.epoch, ...entry });

async function send(lines: readonly string[], { authorization } = people.ingest) {
  const reply = await ask(server, '/api/audit-trail', {
    method: 'POST',
    headers: { authorization: authorization!, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const read = async (path: string, headers = people.admin) => (await ask(server, path, { headers })).json();

describe('POST /api/audit-trail', () => {
  it('keeps entries and checkpoints once, however often they come', async () => {
    const entries = entriesOf(5);
    const state = { count: 5, head: entries[4]!.hash, at: '2026-01-31T08:00:01.000Z' };
    const checkpoint = { kind: 'checkpoint', checkpoint: signer.sign(trail, state), publicKey: signer.publicKey };
    const lines = [...entries.map(lineOf), JSON.stringify(checkpoint)];
    expect(await send(lines)).toEqual({ status: 200, body: { accepted: 6, duplicate: 0, rejected: [] } });
    expect(await send(lines)).toEqual({ status: 200, body: { accepted: 0, duplicate: 6, rejected: [] } });
  });

  it('says in the reader’s language why nothing of it can be used', async () => {
    const french = { 'accept-language': 'fr' };
    const { authorization } = people.ingest;
    const headers = { authorization: authorization!, 'content-type': 'application/x-ndjson', ...french };
    const post = async (path: string, body: string, more: Record<string, string> = {}) => {
      const reply = await ask(server, path, { method: 'POST', headers: { ...headers, ...more }, body });
      return ((await reply.json()) as { detail: string }).detail;
    };
    expect(await post('/api/audit-trail', '')).toContain('il ne s’y trouve aucun enregistrement');
    expect(await post('/api/audit-trail', 'x', { 'content-encoding': 'gzip' })).toContain('n’est pas du gzip');
    expect(await post('/api/keys', '')).toContain('il ne s’y trouve aucune clé');
    const reply = await ask(server, '/api/audit?from=yesterday', { headers: { ...people.admin, ...french } });
    expect(((await reply.json()) as { detail: string }).detail).toContain('n’est pas un instant RFC 3339');
  });

  it('refuses what is not whole, and says which line and why', async () => {
    const [entry] = entriesOf(1, 'somebody else');
    const state = { count: 9, head: 'a'.repeat(64), at: '2026-01-31T08:00:01.000Z' };
    const forged = { ...signer.sign(trail, state), count: 8 };
    const { status, body } = await send([
      lineOf({ ...entry, actor: 'nobody' }),
      'no JSON',
      lineOf(entry!),
      JSON.stringify({ kind: 'checkpoint', checkpoint: forged, publicKey: signer.publicKey }),
      lineOf({ ...entry, actor: 'a\0b' }),
      lineOf({ ...entry, sequence: 0 }),
    ]);
    expect(status).toBe(400);
    expect((body.rejected as { line: number; code: string }[]).map(({ line, code }) => [line, code])).toEqual([
      [1, 'invalid_entry'],
      [2, 'invalid_json'],
      [3, 'different_entry'],
      [4, 'invalid_checkpoint'],
      [5, 'invalid_entry'],
      [6, 'invalid_entry'],
    ]);
  });

  it('needs an ingest key, and something in it', async () => {
    expect((await send([lineOf(entriesOf(1)[0]!)], { authorization: 'Bearer nothing' })).status).toBe(401);
    expect((await send([''])).status).toBe(400);
  });
});

describe('GET /api/audit', () => {
  it('names who acted, and finds them by that name', async () => {
    const made = await ask(server, '/api/projects', { method: 'POST', json: { name: 'Desk' }, headers: people.admin });
    expect(made.status).toBe(201);
    const { items } = auditPage.parse(await read('/api/audit?object=desk'));
    expect(items).toHaveLength(1);
    const { actor, sequence } = items[0] as AuditEntry;
    const found = auditPage.parse(await read(`/api/audit?actor=${encodeURIComponent(actor)}`));
    expect(found.items.map((one) => one.sequence)).toContain(sequence);
    expect(auditPage.parse(await read('/api/audit?actor=nobody')).items).toEqual([]);
    expect(auditPage.parse(await read('/api/audit?to=2020-01-01T00:00:00Z')).items).toEqual([]);
    expect((await ask(server, '/api/audit?from=yesterday', { headers: people.admin })).status).toBe(400);
  });

  it('is for administrators', async () => {
    for (const path of ['/api/audit', '/api/audit/trails'])
      expect((await ask(server, path, { headers: people.member })).status).toBe(403);
    const asked = { method: 'POST', json: {}, headers: people.member };
    expect((await ask(server, '/api/audit/verify', asked)).status).toBe(403);
  });
});

describe('GET /api/audit/checkpoints', () => {
  it('gives them as a file of them is read, also those that another Guardian keeps here', async () => {
    const other = { name: 'guardian', epoch: 'd'.repeat(32) };
    const state = { count: 7, head: 'e'.repeat(64), at: '2026-01-31T08:00:01.000Z' };
    const signed = { checkpoint: signer.sign(other, state), publicKey: signer.publicKey };
    expect((await send([JSON.stringify({ kind: 'checkpoint', ...signed })])).body).toMatchObject({ accepted: 1 });
    const name = trailNameOf(other);
    const { items } = auditCheckpoints.parse(await read(`/api/audit/checkpoints?trail=${name}`));
    expect(readCheckpoints(items.map((item) => JSON.stringify(item)).join('\n'))).toEqual({
      checkpoints: [signed],
      invalidLine: null,
    });
    // Their entries are there: here they are not missed.
    expect(await knownTrails(server.store.audit, [], 100)).not.toContain(name);
  });
});

describe('POST /api/audit/verify', () => {
  const verify = async (name: string) =>
    auditVerdict.parse(
      await (
        await ask(server, '/api/audit/verify', { method: 'POST', json: { trail: name }, headers: people.admin })
      ).json(),
    );

  it('recomputes each trail that is listed', async () => {
    const { items } = auditTrails.parse(await read('/api/audit/trails'));
    expect(items.map(({ name }) => name)).toEqual(['guardian', `guardian/${'d'.repeat(32)}`, `shop/${trail.epoch}`]);
    for (const { name, entries } of items.filter((one) => one.entries > 0))
      expect(await verify(name)).toMatchObject({ isIntact: true, entries });
  });

  it('names the first bad entry', async () => {
    await server.store.kysely
      .updateTable('audit_entry')
      .set({ object: 'order 9' })
      .where('sequence', '=', 3)
      .where('actor', '=', 'ana')
      .execute();
    expect(await verify(`shop/${trail.epoch}`)).toMatchObject({
      isIntact: false,
      finding: 'edited',
      firstBadSequence: 3,
    });
  });
});
