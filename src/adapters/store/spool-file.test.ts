import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appended } from '../../../test/contract/stored-events.ts';
import { rawEvent } from '../../../test/fixtures/raw-event.ts';
import type { AppendBatch, EventAppender } from '../../core/ingest/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { openSpoolFile } from './spool-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (maxBytes = 1e7) => openSpoolFile({ folder, maxBytes });
const batch = (...ids: string[]) =>
  appended(
    1,
    ids.map((id) => rawEvent({ id, body: `line ${id} é` })),
    { at: 5 },
  );
const files = () => readdirSync(folder).sort();

function store(fails: (batch: AppendBatch) => GuardianError | null = () => null) {
  const made: EventAppender & { taken: AppendBatch[] } = {
    taken: [],
    async append(given) {
      const error = fails(given);
      if (error) throw error;
      made.taken.push(given);
      return given.events.map(() => 'stored');
    },
  };
  return made;
}
const idsOf = ({ taken }: { taken: AppendBatch[] }) => taken.map(({ events }) => events.map(({ event }) => event.id));

describe('the spool', () => {
  it('gives batches back whole and in order, over restarts, and leaves nothing behind', async () => {
    await open().add(batch('a', 'b'));
    await open().add(batch('c'));
    const spool = open();
    await spool.add(batch('d'));
    expect(spool.waitingEvents).toBe(4);
    const taker = store();
    expect(await spool.drain(taker)).toBe(4);
    expect(taker.taken).toEqual([batch('a', 'b'), batch('c'), batch('d')]);
    expect([spool.waitingEvents, files()]).toEqual([0, []]);
  });

  it('keeps the order when its numbers grow longer', async () => {
    for (const [name, id] of [
      ['99999999.json', 'first'],
      ['100000000.json', 'second'],
    ] as const)
      writeFileSync(join(folder, name), JSON.stringify(batch(id)));
    const spool = open();
    await spool.add(batch('third'));
    const taker = store();
    await spool.drain(taker);
    expect(idsOf(taker)).toEqual([['first'], ['second'], ['third']]);
  });

  it('keeps what the store does not take, from the first that failed on', async () => {
    const spool = open();
    for (const id of ['a', 'b', 'c']) await spool.add(batch(id));
    const away = store(({ events }) => (events[0]!.event.id === 'b' ? new GuardianError('store_unavailable') : null));
    await expect(spool.drain(away)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([idsOf(away), spool.waitingEvents, files()]).toEqual([[['a']], 2, ['00000002.json', '00000003.json']]);
    const back = store();
    expect(await spool.drain(back)).toBe(2);
    expect(idsOf(back)).toEqual([['b'], ['c']]);
  });

  it('takes what is added while it drains', async () => {
    const spool = open();
    await spool.add(batch('a'));
    const taker = store();
    await spool.drain({
      async append(given) {
        if (taker.taken.length === 0) await spool.add(batch('b'));
        return taker.append(given);
      },
    });
    expect([idsOf(taker), spool.waitingEvents]).toEqual([[['a'], ['b']], 0]);
  });

  it('sets a batch aside that the store refuses for good, so that those behind it go', async () => {
    const spool = open();
    for (const id of ['a', 'poison', 'c']) await spool.add(batch(id));
    const taker = store(({ events }) =>
      events[0]!.event.id === 'poison' ? new GuardianError('payload_invalid') : null,
    );
    await expect(spool.drain(taker)).rejects.toMatchObject({ code: 'payload_invalid' });
    expect(await spool.drain(taker)).toBe(1);
    expect([idsOf(taker), files(), spool.waitingEvents]).toEqual([[['a'], ['c']], ['00000002.json.refused'], 0]);
    const next = open();
    await next.add(batch('d'));
    expect(files()).toEqual(['00000002.json.refused', '00000003.json']);
  });
});

describe('what a crash left', () => {
  it('half written is taken away: nobody was answered for it', async () => {
    writeFileSync(join(folder, '00000007.json.part'), '{"events":[');
    await open().add(batch('a'));
    expect(files()).toEqual(['00000001.json']);
  });

  it('cut by the disk is passed over, whatever it says, and holds nothing up', async () => {
    const before = open();
    for (const id of ['a', 'b', 'c']) await before.add(batch(id));
    truncateSync(join(folder, '00000001.json'), 40);
    writeFileSync(join(folder, '00000002.json'), 'null');
    const spool = open();
    expect(spool.waitingEvents).toBe(1);
    const taker = store();
    expect(await spool.drain(taker)).toBe(1);
    expect([idsOf(taker), files()]).toEqual([[['c']], []]);
  });

  it('between the store and the removal is given again, and repeats', async () => {
    const spool = open();
    await spool.add(batch('a'));
    const text = readFileSync(join(folder, '00000001.json'), 'utf8');
    await spool.drain(store());
    writeFileSync(join(folder, '00000001.json'), text);
    const taker = store();
    await open().drain(taker);
    expect(taker.taken).toEqual([batch('a')]);
  });

  it('and what others put there is no batch', () => {
    writeFileSync(join(folder, 'notes.json'), '{}');
    writeFileSync(join(folder, '1.json'), '{}');
    expect(open().waitingEvents).toBe(0);
    expect(files()).toEqual(['1.json', 'notes.json']);
  });
});

describe('the bound', () => {
  it('holds over restarts, is said as store_full, and is free again once drained', async () => {
    const size = Buffer.byteLength(JSON.stringify(batch('a')));
    await open(2 * size).add(batch('a'));
    const spool = open(2 * size);
    await spool.add(batch('b'));
    await expect(spool.add(batch('c'))).rejects.toMatchObject({ code: 'store_full' });
    expect([spool.waitingEvents, files()]).toEqual([2, ['00000001.json', '00000002.json']]);
    await spool.drain(store());
    await spool.add(batch('c'));
    expect(files()).toEqual(['00000003.json']);
  });

  it('counts what was set aside', async () => {
    const size = Buffer.byteLength(JSON.stringify(batch('a')));
    const spool = open(size);
    await spool.add(batch('a'));
    await spool.drain(store(() => new GuardianError('payload_invalid'))).catch(() => {});
    await expect(spool.add(batch('b'))).rejects.toMatchObject({ code: 'store_full' });
    await expect(open(size).add(batch('b'))).rejects.toMatchObject({ code: 'store_full' });
  });

  it('is of files that only their owner reads', async () => {
    await open().add(batch('a'));
    expect(statSync(join(folder, '00000001.json')).mode & 0o777).toBe(0o600);
  });
});
