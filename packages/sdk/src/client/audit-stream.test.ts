import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChainedEntry, type Checkpoint, createVerifier } from '../audit/index.ts';
import { SYSTEM_TIME } from '../delivery/system-time.ts';
import { type AuditRecord, audit, flush, start, stats, stop } from '../index.ts';
import { type EventServer, memorySink, startEventServer, temporaryFolder } from './client-fixtures.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});

afterEach(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.close();
  folder.remove();
});

const connection = () => ({ url: server.url, key: 'gk_test', service: 'shop', folder: folder.path });
const refund: AuditRecord = { actor: 'ana', action: 'order.refund', object: 'order 7', outcome: 'success' };

type PostedEntry = ChainedEntry & { kind: 'entry'; service: string; epoch: string };
type PostedCheckpoint = { kind: 'checkpoint'; checkpoint: Checkpoint; publicKey: string };

function arrived() {
  const lines = (server.lines['/api/audit-trail'] ?? []).map(
    (line) => JSON.parse(line) as PostedEntry | PostedCheckpoint,
  );
  const entries = lines.filter((line) => line.kind === 'entry');
  const checkpoints = lines.filter((line) => line.kind === 'checkpoint');
  return { entries, checkpoints, kinds: lines.map(({ kind }) => kind) };
}

function verdict() {
  const { entries, checkpoints } = arrived();
  const verifier = createVerifier({
    trail: { name: entries[0]!.service, epoch: entries[0]!.epoch },
    publicKeys: Object.fromEntries(checkpoints.map(({ checkpoint, publicKey }) => [checkpoint.keyId, publicKey])),
    checkpoints: checkpoints.map(({ checkpoint }) => ({ checkpoint, isAnchored: true })),
  });
  for (const entry of entries) verifier.take(entry);
  return verifier.end();
}

describe('audit.record', () => {
  it('chains entries in the order of the calls, and signs the last of them at the end', async () => {
    await start(connection());
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        audit.record({ ...refund, object: `order ${index}`, address: '192.0.2.7' }),
      ),
    );
    expect(await stop()).toBe(true);
    expect(arrived().entries.map(({ object }) => object)).toEqual(
      Array.from({ length: 50 }, (_, index) => `order ${index}`),
    );
    expect(verdict()).toMatchObject({ isIntact: true, entries: 50, checkpoints: 1, notExcluded: [] });
    expect(statSync(join(folder.path, 'shop', 'audit-signing-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('begins another chain at each start, signed by the same key', async () => {
    for (const object of ['one', 'two']) {
      await start(connection());
      await audit.record({ ...refund, object });
      await stop();
    }
    const { entries, checkpoints } = arrived();
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 1]);
    expect(new Set(entries.map(({ epoch }) => epoch)).size).toBe(2);
    expect(new Set(checkpoints.map(({ checkpoint }) => checkpoint.keyId)).size).toBe(1);
  });

  it('signs at 1,000 entries, and 60 seconds after the first that is not signed', async () => {
    const due: (() => void)[] = [];
    const after = (ms: number, work: () => void) => {
      if (ms !== 60_000) return SYSTEM_TIME.after(ms, work);
      due.push(work);
      return () => undefined;
    };
    await start({ ...connection(), time: { ...SYSTEM_TIME, after } });
    await Promise.all(Array.from({ length: 1_001 }, () => audit.record(refund)));
    for (const work of due.splice(0)) work();
    expect(await flush()).toBe(true);
    expect(arrived().checkpoints).toHaveLength(2);
    await stop();
    expect(arrived().checkpoints.map(({ checkpoint }) => checkpoint.count)).toEqual([1_000, 1_001]);
    expect(verdict()).toMatchObject({ isIntact: true, entries: 1_001, checkpoints: 2 });
  });

  it('redacts its fields before anything is hashed, and keeps a newline from looking like an entry', async () => {
    await start(connection());
    const forged = 'order 7\n{"kind":"entry","actor":"nobody"}';
    const fields = { password: 'hunter2', note: 'a\ud800b', missing: undefined, at: new Date(0), big: 10n };
    await audit.record({ ...refund, object: forged, fields });
    await stop();
    const [entry] = arrived().entries;
    expect(entry!.object).toBe(forged);
    expect(JSON.stringify(entry!.fields)).not.toContain('hunter2');
    expect(entry!.fields).toMatchObject({ note: 'a\ufffdb', at: '1970-01-01T00:00:00.000Z', big: '10' });
    expect(verdict()).toMatchObject({ isIntact: true, entries: 1 });
  });

  it('is counted as the delivery of a stream of its own', async () => {
    await start(connection());
    await audit.record(refund);
    await stop();
    expect(stats()!.sinks['guardian-audit']!.sent).toMatchObject({ audit: 2 });
  });

  it.each([
    ['no text', { ...refund, actor: 7 as unknown as string }],
    ['empty', { ...refund, action: '' }],
    ['no outcome', { ...refund, outcome: 'maybe' as 'success' }],
    ['no fields', { ...refund, fields: [] as never }],
  ])('refuses what is %s', async (_what, record) => {
    await start(connection());
    await expect(audit.record(record)).rejects.toThrow(TypeError);
  });

  it('rejects without a client, a server, a folder, and after the end', async () => {
    await expect(audit.record(refund)).rejects.toThrow('call start() first');
    await start({ service: 'shop', sinks: [memorySink()], folder: folder.path });
    await expect(audit.record(refund)).rejects.toThrow('"url" and "key"');
    await stop();
    await start({ ...connection(), folder: null });
    await expect(audit.record(refund)).rejects.toThrow('"folder"');
    await stop();
    const client = await start(connection());
    await client.audit.record(refund);
    await stop();
    await expect(client.audit.record(refund)).rejects.toThrow('was stopped');
  });

  it('rejects while its folder cannot be written, and goes on in the same chain afterwards', async () => {
    writeFileSync(join(folder.path, 'shop'), 'in the way');
    await start(connection());
    await expect(audit.record(refund)).rejects.toThrow();
    expect(arrived().entries).toEqual([]);
  });

  it('rejects what goes beyond the room that it has, and the chain has no hole', async () => {
    await server.close();
    await start({
      ...connection(),
      delivery: { diskBytes: 64 * 1024, segmentBytes: 16 * 1024, queueBytes: 16 * 1024 },
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, () => audit.record({ ...refund, fields: { text: 'x'.repeat(1_000) } })),
    );
    const kept = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeGreaterThan(10);
    expect(kept).toBeLessThan(100);
    await stop({ timeoutMs: 1 });
    server = await startEventServer();
    await start(connection());
    await audit.record({ ...refund, object: 'another trail' });
    await expect.poll(() => arrived().entries.length).toBe(kept + 1);
  });
});
