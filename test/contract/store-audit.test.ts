import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AuditAction,
  type ChainedEntry,
  chainEntry,
  createAuditKeeper,
  genesisOf,
  makeSigningKey,
  OWN_TRAIL,
  type PostedRecord,
  type SignedCheckpoint,
  signingKeyOf,
  type Trail,
  trailNameOf,
  verifyTrail,
} from '../../src/core/audit/index.ts';
import type { Clock } from '../../src/core/shared/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2031, 0, 1);
const clock = { now: () => NOW };
const pair = makeSigningKey();
const key = signingKeyOf(pair.privateKey);

function action(object: string, over: Partial<AuditAction> = {}): AuditAction {
  const who = { actor: 'user:1', action: 'key revoked', address: '192.0.2.1' };
  return { ...who, at: NOW, object, outcome: 'success', fields: { note: 'wörds\0 \ud800', count: 1e21 }, ...over };
}

describe.each(DATABASES)('audit trails in $name', ({ open }) => {
  let stores: OpenedStores;
  let anchored: SignedCheckpoint[];
  beforeAll(async () => {
    stores = await open({ clock });
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    const { kysely } = stores.main;
    await kysely.deleteFrom('audit_entry').execute();
    await kysely.deleteFrom('audit_checkpoint').execute();
    anchored = [];
  });

  const verdict = async (name = OWN_TRAIL) => (await verifyTrail(name, { store: stores.main.audit, anchored, clock }))!;
  const keeper = (tellEveryMs: number | null = null, at: Clock = clock, signer = key) =>
    createAuditKeeper({
      store: stores.main.audit,
      signingKey: () => signer,
      anchors: [{ name: 'memory', keep: async (signed) => void anchored.push(signed) }],
      tellEveryMs,
      clock: at,
      onFailure: (what, error) => {
        throw new Error(`${what}: ${error.message}`);
      },
    });

  it('give each entry one place, however many write at once, and chain them', async () => {
    const writers = [stores.main.audit, stores.ingest.audit];
    const written = await Promise.all(
      Array.from({ length: 40 }, (_, index) => writers[index % 2]!.append(action(`key-${index}`))),
    );
    expect(written.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    expect(await verdict()).toMatchObject({ isIntact: true, entries: 40, notExcluded: [{ kind: 'rewritten-whole' }] });
  });

  it('are given newest first, in pages, by what is asked for', async () => {
    const { audit } = stores.main;
    for (const object of ['a', 'b', 'c']) await audit.append(action(object, { fields: null, at: NOW + 1 }));
    await audit.append(action('a', { actor: 'guardian', at: NOW + 2, outcome: 'denied' }));
    const first = await audit.search({ trail: OWN_TRAIL, cursor: null, limit: 3 });
    const second = await audit.search({ trail: OWN_TRAIL, cursor: first.nextCursor, limit: 3 });
    expect([first, second].map(({ items }) => items.map(({ sequence }) => sequence))).toEqual([[4, 3, 2], [1]]);
    expect(second.nextCursor).toBeNull();
    const found = async (search: object) =>
      (await audit.search({ trail: OWN_TRAIL, cursor: null, limit: 9, ...search })).items.map((one) => one.sequence);
    expect(await found({ object: 'a' })).toEqual([4, 1]);
    expect(await found({ actors: ['guardian', 'nobody'] })).toEqual([4]);
    expect(await found({ from: NOW + 2 })).toEqual([4]);
    expect(await found({ to: NOW + 1, action: 'key revoked' })).toEqual([3, 2, 1]);
    expect(await found({ trail: 'another' })).toEqual([]);
  });

  it('are told to people by an outbox row of the newest checkpoint, once in the span, and at once when the key is another', async () => {
    const { kysely } = stores.main;
    const told = async () =>
      (
        await kysely.selectFrom('outbox').select(['at', 'payload']).where('kind', '=', 'audit-checkpoint').execute()
      ).map(({ at, payload }) => ({ at, count: (JSON.parse(payload!) as { count: number }).count }));
    let now = NOW;
    const moving = { now: () => now };
    const [one, other] = [keeper(60_000, moving), keeper(60_000, moving)];
    await one.checkpoint();
    await keeper(null, moving).record(action('first'));
    await Promise.all([one.checkpoint(), other.checkpoint()]);
    expect(await told()).toEqual([{ at: NOW, count: 1 }]);
    now += 59_999;
    await one.record(action('second'));
    await one.checkpoint();
    expect(await told()).toHaveLength(1);
    now += 1;
    await other.checkpoint();
    now += 600_000;
    await one.checkpoint();
    expect(await told()).toEqual([
      { at: NOW, count: 1 },
      { at: NOW + 60_000, count: 2 },
    ]);
    await one.record(action('third'));
    await one.checkpoint();
    await one.record(action('fourth'));
    await keeper(60_000, moving, signingKeyOf(makeSigningKey().privateKey)).checkpoint();
    expect((await told()).slice(2)).toEqual([
      { at: now, count: 3 },
      { at: now, count: 4 },
    ]);
    await keeper(null, moving).record(action('fifth'));
    await keeper(null, moving).checkpoint();
    expect(await told()).toHaveLength(4);
  });

  it('are signed at every 1,000 entries, at the close, and only when something came', async () => {
    const { audit, kysely } = stores.main;
    const own = keeper();
    await own.checkpoint();
    expect(anchored).toEqual([]);
    await own.record(action('first'));
    expect(anchored).toEqual([]);
    await own.checkpoint();
    await own.checkpoint();
    expect(anchored.map(({ checkpoint }) => checkpoint.count)).toEqual([1]);
    // Up to the 999th by the shortest way there is.
    let previous = (await audit.head(OWN_TRAIL))!;
    const { id } = await kysely
      .selectFrom('audit_trail')
      .select('id')
      .where('name', '=', OWN_TRAIL)
      .executeTakeFirstOrThrow();
    for (let from = 2; from < 1_000; from += 499) {
      const rows = Array.from({ length: Math.min(499, 1_000 - from) }, (_, index) => {
        const { previous: before, ...entry } = { ...bare(from + index), previous: previous.head };
        const chained = chainEntry(before, entry);
        previous = { ...previous, head: chained.hash };
        return { ...chained, trail_id: id, at: NOW, fields: null };
      });
      await kysely.insertInto('audit_entry').values(rows).execute();
    }
    await own.record(action('the thousandth'));
    expect(anchored.map(({ checkpoint }) => checkpoint.count)).toEqual([1, 1_000]);
    expect(await verdict()).toMatchObject({ isIntact: true, entries: 1_000, checkpoints: 4, notExcluded: [] });
    expect((await audit.trails(10))[0]).toMatchObject({
      ...{ name: OWN_TRAIL, entries: 1_000, lastAt: NOW, lastCheckpoint: { count: 1_000, at: NOW, isAnchored: true } },
    });
  });

  it('tell each of the six tamperings in the database itself, at the entry where it begins', async () => {
    const { kysely, audit } = stores.main;
    const own = keeper();
    const write = async () => {
      await kysely.deleteFrom('audit_entry').execute();
      await kysely.deleteFrom('audit_checkpoint').execute();
      anchored = [];
      for (let index = 0; index < 9; index++) await own.record(action(`key-${index}`));
      await own.checkpoint();
      expect(await verdict()).toMatchObject({ isIntact: true, entries: 9 });
    };
    const at = (sequence: number) => kysely.updateTable('audit_entry').where('sequence', '=', sequence);
    const remove = (sequence: number) => kysely.deleteFrom('audit_entry').where('sequence', '=', sequence).execute();

    await write();
    await at(4).set({ actor: 'user:2' }).execute();
    expect(await verdict()).toMatchObject({ finding: 'edited', firstBadSequence: 4 });

    await write();
    await remove(5);
    expect(await verdict()).toMatchObject({ finding: 'deleted', firstBadSequence: 5 });

    await write();
    for (let sequence = 9; sequence >= 6; sequence--)
      await at(sequence)
        .set({ sequence: sequence + 1 })
        .execute();
    await kysely
      .insertInto('audit_entry')
      .values({ ...(await rowOf(5)), sequence: 6, actor: 'forged' })
      .execute();
    expect(await verdict()).toMatchObject({ finding: 'inserted', firstBadSequence: 6 });

    await write();
    for (const [from, to] of [
      [3, 100],
      [4, 3],
      [100, 4],
    ] as const)
      await at(from).set({ sequence: to }).execute();
    expect(await verdict()).toMatchObject({ finding: 'reordered', firstBadSequence: 3 });

    await write();
    await remove(9);
    await kysely.deleteFrom('audit_checkpoint').execute();
    expect(await verdict()).toMatchObject({ finding: 'truncated', firstBadSequence: 9 });

    await write();
    const entries = await audit.entries(OWN_TRAIL, 0, 100);
    const { trail } = (await audit.find(OWN_TRAIL))!;
    let previous = genesisOf(trail);
    for (const { hash: _hash, previous: _previous, ...entry } of entries) {
      const anew = chainEntry(previous, entry.sequence === 2 ? { ...entry, actor: 'nobody' } : entry);
      previous = anew.hash;
      await at(entry.sequence).set({ actor: anew.actor, previous: anew.previous, hash: anew.hash }).execute();
    }
    expect(await verdict()).toMatchObject({ finding: 'rechained', firstBadSequence: 1 });
    // Whoever may do that may write checkpoints too: only one that was kept elsewhere tells.
    await kysely.deleteFrom('audit_checkpoint').execute();
    await own.checkpoint();
    const [first] = anchored;
    anchored = [];
    expect(await verdict()).toMatchObject({ isIntact: true, notExcluded: [{ kind: 'rewritten-whole' }] });
    anchored = [first!];
    expect(await verdict()).toMatchObject({ finding: 'rechained', firstBadSequence: 1 });
  });

  it('of applications are kept as they were sent, once, and belong to one project', async () => {
    const { audit } = stores.main;
    const [shop, desk] = stores.projectIds;
    const trail: Trail = { name: 'shop', epoch: 'a'.repeat(32) };
    const records = sent(trail, 700);
    expect(new Set(await audit.receive(shop, records))).toEqual(new Set(['new']));
    expect(new Set(await audit.receive(shop, records))).toEqual(new Set(['known']));
    expect(await audit.receive(desk, records.slice(0, 1))).toEqual(['foreign']);
    const [first] = sent(trail, 1, 'somebody else');
    expect(await audit.receive(shop, [first!])).toEqual(['different']);
    expect(await audit.receive(shop, [records[0]!, records[0]!])).toEqual(['known', 'known']);
    expect(await verdict(trailNameOf(trail))).toMatchObject({ isIntact: true, entries: 700, checkpoints: 1 });
    expect((await audit.trails(10)).map(({ name }) => name)).toEqual([OWN_TRAIL, trailNameOf(trail)]);
  });

  it('that were deleted whole are missed by whoever has a checkpoint', async () => {
    const trail: Trail = { name: 'gone', epoch: 'b'.repeat(32) };
    anchored = sent(trail, 3).flatMap((one) => (one.kind === 'checkpoint' ? [one] : []));
    expect(await verdict(trailNameOf(trail))).toMatchObject({ finding: 'truncated', firstBadSequence: 1, entries: 0 });
    expect(await verifyTrail('never/was', { store: stores.main.audit, anchored, clock })).toBeNull();
  });

  const rowOf = (sequence: number) =>
    stores.main.kysely.selectFrom('audit_entry').selectAll().where('sequence', '=', sequence).executeTakeFirstOrThrow();
});

function bare(sequence: number) {
  const done = { action: 'a', object: 'o', outcome: 'success' as const, address: null, fields: null };
  return { sequence, at: new Date(NOW).toISOString(), actor: 'x', ...done };
}

/** As the SDK sends them: entries, then their checkpoint. */
function sent(trail: Trail, count: number, actor = 'x'): PostedRecord[] {
  let head = genesisOf(trail);
  const entries: ChainedEntry[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const entry = chainEntry(head, { ...bare(sequence), actor });
    head = entry.hash;
    entries.push(entry);
  }
  const checkpoint = key.sign(trail, { count, head, at: new Date(NOW).toISOString() });
  return [
    ...entries.map((entry) => ({ kind: 'entry' as const, trail, entry })),
    { kind: 'checkpoint' as const, checkpoint, publicKey: key.publicKey },
  ];
}
