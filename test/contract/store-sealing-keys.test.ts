import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetKeys, type KeptKey, removeKey } from '../../src/core/sealing/index.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { rawEvent } from '../fixtures/raw-event.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2031, 0, 1);
const clock = { now: () => NOW };

describe.each(DATABASES)('keys of sealed records in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeAll(async () => {
    stores = await open({ clock });
  });
  afterAll(() => stores.close());

  const keyOf = (id: string, ageDays = 0, projectId = stores.projectIds[0]): KeptKey => ({
    id: id.repeat(32),
    projectId,
    wrappedBy: 'local:0123',
    wrapped: 'ab'.repeat(60),
    createdAt: NOW - ageDays * DAY,
    receivedAt: NOW - ageDays * DAY,
  });

  it('are kept once, however often they are sent (row 12)', async () => {
    const { sealingKeys } = stores.main;
    const key = keyOf('a');
    expect(await sealingKeys.add([key, keyOf('b')])).toEqual(['new', 'new']);
    expect(await sealingKeys.add([key, key])).toEqual(['known', 'known']);
    expect(await sealingKeys.find(key.id, key.projectId)).toEqual([key]);
    expect(await sealingKeys.find('0'.repeat(32), null)).toEqual([]);
  });

  it('are never replaced by another of the same id (row 13: uniqueness by constraint)', async () => {
    const { sealingKeys } = stores.main;
    const key = keyOf('a');
    expect(await sealingKeys.add([{ ...key, wrapped: 'cd'.repeat(60) }])).toEqual(['different']);
    expect(await sealingKeys.find(key.id, key.projectId)).toEqual([key]);
  });

  it('of one project say nothing about those of another', async () => {
    const { sealingKeys } = stores.main;
    const foreign = { ...keyOf('a', 0, stores.projectIds[1]), wrapped: 'ef'.repeat(60) };
    expect(await sealingKeys.add([foreign])).toEqual(['new']);
    expect(await sealingKeys.find(foreign.id, stores.projectIds[1])).toEqual([foreign]);
    expect(await sealingKeys.find(foreign.id, null)).toHaveLength(2);
  });

  it('stay until the longest retention and 30 days are over: earlier deletion is refused (row 12)', async () => {
    const { sealingKeys } = stores.main;
    const young = keyOf('c', 400 + 30 + 1);
    const old = keyOf('d', 400 + 30 + 3);
    await sealingKeys.add([young, old]);
    const retention = { now: NOW, longestRetentionDays: 400 };
    const noted: string[] = [];
    const removal = { ...retention, messages: messagesFor('en'), note: async (one: string) => void noted.push(one) };
    await expect(removeKey(sealingKeys, young, removal)).rejects.toMatchObject({ code: 'conflict' });
    expect(await sealingKeys.find(young.id, young.projectId)).toHaveLength(1);
    await removeKey(sealingKeys, old, removal);
    await expect(removeKey(sealingKeys, old, removal)).rejects.toMatchObject({ code: 'not_found' });
    expect(noted).toEqual(['denied', 'success']);
    expect((await sealingKeys.list(2)).map(({ id }) => id[0])).toEqual(['a', 'a']);
    expect(await forgetKeys(sealingKeys, { ...retention, limit: 100 })).toBe(0);
    expect(await forgetKeys(sealingKeys, { ...retention, longestRetentionDays: 390, limit: 100 })).toBe(1);
    expect(await sealingKeys.find(young.id, young.projectId)).toEqual([]);
  });

  it('stay when what is about to happen cannot be noted', async () => {
    const { sealingKeys } = stores.main;
    const key = keyOf('f', 500);
    await sealingKeys.add([key]);
    const note = () => Promise.reject(new Error('the disk is full'));
    const removal = { now: NOW, longestRetentionDays: 400, messages: messagesFor('en'), note };
    await expect(removeKey(sealingKeys, key, removal)).rejects.toThrow('the disk is full');
    expect(await sealingKeys.find(key.id, key.projectId)).toEqual([key]);
  });

  it('stay as long as an event of their time is kept, whatever the retention says', async () => {
    const { sealingKeys } = stores.main;
    const at = NOW - 600 * DAY;
    await stores.ingest.events.append(
      appended(stores.projectIds[0], [rawEvent({ id: 'old', body: 'old', time: at })], { at }),
    );
    expect(await sealingKeys.oldestEventAt()).toBe(at);
    const key = keyOf('e', 610);
    await sealingKeys.add([key]);
    const removal = { now: NOW, longestRetentionDays: 400, messages: messagesFor('en'), note: async () => {} };
    await expect(removeKey(sealingKeys, key, removal)).rejects.toMatchObject({ code: 'conflict' });
  });
});
