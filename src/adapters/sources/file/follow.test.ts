import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event, ReadProblem } from '../../../core/events/index.ts';
import { createFileSource } from './index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Follows real files; `until` waits, by the batches that come several times a second, for what it is told. */
function follow(paths: readonly string[]) {
  const abort = new AbortController();
  const events: Event[] = [];
  const problems: ReadProblem[] = [];
  const waiting = { isDone: () => false, resolve: () => {} };
  const source = createFileSource({ paths, isFollowing: true, limits: { pollMs: 5, rescanMs: 10 } });
  const done = (async () => {
    for await (const batch of source.read({ since: null, until: null, signal: abort.signal })) {
      events.push(...batch.events);
      problems.push(...batch.problems);
      if (waiting.isDone()) waiting.resolve();
    }
  })();
  const bodies = () => events.map(({ body }) => body);
  return {
    events,
    problems,
    bodies,
    until: (isDone: () => boolean) =>
      Promise.race([done, new Promise<void>((resolve) => Object.assign(waiting, { isDone, resolve }))]),
    has(...expected: string[]) {
      return this.until(() => expected.every((body) => bodies().includes(body)));
    },
    async stop() {
      abort.abort();
      await done;
      return bodies();
    },
  };
}

describe('following', () => {
  it('gives what is there, then what is written, a line when it is whole', async () => {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'a\n');
    const followed = follow([path]);
    await followed.has('a');
    appendFileSync(path, 'b\nhalf');
    await followed.has('b');
    appendFileSync(path, ' and half\n');
    await followed.has('half and half');
    expect(await followed.stop()).toEqual(['a', 'b', 'half and half']);
  });

  it('gives the line without an end when it is stopped', async () => {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'a\nrest');
    const followed = follow([path]);
    await followed.has('a');
    expect(await followed.stop()).toEqual(['a', 'rest']);
  });

  it('survives a rotation by rename, with a writer that notices late', async () => {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'a\n');
    const followed = follow([path]);
    await followed.has('a');
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'late\n');
    await followed.has('late');
    writeFileSync(path, 'new\n');
    appendFileSync(`${path}.1`, 'later\n');
    await followed.has('new', 'later');
    expect((await followed.stop()).sort()).toEqual(['a', 'late', 'later', 'new']);
  });

  it('survives a truncation, also when the file has already grown past the old place', async () => {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'one\ntwo\n');
    const followed = follow([path]);
    await followed.has('two');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'three\n');
    await followed.has('three');
    writeFileSync(path, 'four, longer than all before\nfive\n');
    await followed.has('five');
    expect(await followed.stop()).toEqual(['one', 'two', 'three', 'four, longer than all before', 'five']);
    expect(new Set(followed.events.map(({ id }) => id)).size).toBe(5);
  });

  it('survives deleting and making again', async () => {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'a\n');
    const followed = follow([path]);
    await followed.has('a');
    unlinkSync(path);
    writeFileSync(path, 'b\n');
    await followed.has('b');
    expect(await followed.stop()).toEqual(['a', 'b']);
  });

  it('finds new files of a directory, and reads a rotated one only once', async () => {
    const directory = join(folder, 'logs');
    mkdirSync(directory);
    writeFileSync(join(directory, 'app.log'), 'a\n');
    writeFileSync(join(directory, 'old.log.gz'), gzipSync('packed\n'));
    const followed = follow([directory]);
    await followed.has('a', 'packed');
    renameSync(join(directory, 'app.log'), join(directory, 'app.log.1'));
    writeFileSync(join(directory, 'app.log'), 'b\n');
    writeFileSync(join(directory, 'other.log'), 'c\n');
    await followed.has('b', 'c');
    appendFileSync(join(directory, 'other.log'), 'd\n');
    await followed.has('d');
    expect((await followed.stop()).sort()).toEqual(['a', 'b', 'c', 'd', 'packed']);
  });

  it('refuses when there is nothing to follow', async () => {
    const source = createFileSource({ paths: [join(folder, 'absent.log')], isFollowing: true });
    await expect(source.read({ since: null, until: null })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'source_unreadable',
    });
  });
});
