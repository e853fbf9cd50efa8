import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTailSource, type FilePosition, type TailOptions } from '../../../src/adapters/sources/file/index.ts';
import type { Event, ReadProblem } from '../../../src/core/events/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-tail-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a server stores: events by id, and each file's newest position, in one transaction a batch. */
class Store {
  readonly events = new Map<string, Event>();
  readonly positions = new Map<string, FilePosition>();
  readonly problems: ReadProblem[] = [];
  repeats = 0;

  bodies(): string[] {
    return [...this.events.values()].map(({ body }) => body);
  }
}

/** One life of a server; `crashAfter`: it dies after that many batches with events, before the next one is stored. */
function run(store: Store, options: Partial<TailOptions> & { paths: string[] }) {
  const abort = new AbortController();
  const waiting = { isDone: () => false, resolve: () => {} };
  const source = createTailSource({
    positions: [...store.positions.values()].map((position) => JSON.parse(JSON.stringify(position))),
    ...options,
    limits: { pollMs: 3, rescanMs: 6, quietLooks: 30, ...options.limits },
  });
  const done = (async () => {
    for await (const { events, positions, problems } of source.read(abort.signal)) {
      for (const event of events) {
        if (store.events.has(event.id)) store.repeats++;
        store.events.set(event.id, event);
      }
      for (const position of positions) store.positions.set(position.identity, position);
      store.problems.push(...problems);
      if (waiting.isDone()) waiting.resolve();
    }
  })();
  const until = (isDone: () => boolean) =>
    Promise.race([done, new Promise<void>((resolve) => Object.assign(waiting, { isDone, resolve }))]);
  return {
    until,
    has: (...bodies: string[]) => until(() => bodies.every((body) => store.bodies().includes(body))),
    tells: (kind: string) => until(() => store.problems.some((problem) => problem.kind === kind)),
    async stop() {
      abort.abort();
      await done;
    },
  };
}

const at = (name: string) => join(folder, name);
/** Lines with a time, long enough that a file's beginning is its own. */
const lines = (...names: string[]) =>
  names.map((name) => `2025-10-20T03:18:20.123Z INFO ${name.padEnd(300, '.')}\n`).join('');
const named = (store: Store) => store.bodies().map((body) => body.replace(/\.+$/, ''));

describe('tailing', () => {
  it('gives whole lines, and goes on after a restart where it stood', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\nb\nhal');
    const first = run(store, { paths: [at('app.log')] });
    await first.has('a', 'b');
    await first.stop();
    expect(store.bodies()).toEqual(['a', 'b']);
    appendFileSync(at('app.log'), 'f\nc\n');
    const second = run(store, { paths: [at('app.log')] });
    await second.has('half', 'c');
    await second.stop();
    expect(store.bodies()).toEqual(['a', 'b', 'half', 'c']);
    expect(store.repeats).toBe(0);
    expect([...store.events.values()].map(({ source }) => source.position)).toEqual(['1', '2', '3', '4']);
    const [id] = [...store.events.keys()];
    expect(id).toMatch(/^\d+:\d+:0:/);
  });

  it('gives the same ids when a crash took the positions', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\nb\n');
    const first = run(store, { paths: [at('app.log')] });
    await first.has('b');
    await first.stop();
    store.positions.clear();
    appendFileSync(at('app.log'), 'c\n');
    const second = run(store, { paths: [at('app.log')] });
    await second.has('c');
    await second.stop();
    expect([...store.bodies(), store.repeats]).toEqual(['a', 'b', 'c', 2]);
  });

  it('gives positions only with the last events before them', async () => {
    writeFileSync(at('app.log'), 'x\n'.repeat(2_500));
    const seen: [number, number][] = [];
    const abort = new AbortController();
    for await (const { events, positions } of createTailSource({ paths: [at('app.log')] }).read(abort.signal)) {
      seen.push([events.length, positions[0]?.offset ?? 0]);
      if (positions.length > 0) abort.abort();
    }
    expect(seen).toEqual([
      [1_000, 0],
      [1_000, 0],
      [500, 5_000],
    ]);
  });

  it('does not lose a record that a container runtime cut, and gives none twice', async () => {
    const store = new Store();
    const cri = (stream: string, tag: string, text: string) =>
      `2025-10-20T03:18:20.123456789Z ${stream} ${tag} ${text}\n`;
    writeFileSync(at('0.log'), cri('stdout', 'F', 'a') + cri('stdout', 'P', 'long ') + cri('stderr', 'F', 'b'));
    const first = run(store, { paths: [at('0.log')] });
    await first.has('a', 'b');
    await first.stop();
    appendFileSync(at('0.log'), cri('stdout', 'F', 'record'));
    const second = run(store, { paths: [at('0.log')] });
    await second.has('long record');
    await second.stop();
    expect(store.bodies().sort()).toEqual(['a', 'b', 'long record']);
  });

  it('takes the time of the record before for a line without one, also after a restart', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), '2025-10-20T03:18:20.123Z INFO a\n');
    const first = run(store, { paths: [at('app.log')] });
    await first.has('a');
    await first.stop();
    appendFileSync(at('app.log'), '    at b (c.js:1:2)\n');
    const second = run(store, { paths: [at('app.log')] });
    await second.has('    at b (c.js:1:2)');
    await second.stop();
    expect([...store.events.values()].map(({ time }) => time)).toEqual(
      Array(2).fill(Date.UTC(2025, 9, 20, 3, 18, 20, 123)),
    );
  });

  it('keeps a byte-order mark and UTF-16 apart from the text', async () => {
    const store = new Store();
    writeFileSync(at('bom.log'), '\ufeffa\n');
    writeFileSync(at('wide.log'), Buffer.from('\ufeffw1\n', 'utf16le'));
    const first = run(store, { paths: [folder] });
    await first.has('a', 'w1');
    await first.stop();
    appendFileSync(at('bom.log'), 'b\n');
    appendFileSync(at('wide.log'), Buffer.from('w2\n', 'utf16le'));
    const second = run(store, { paths: [folder] });
    await second.has('b', 'w2');
    await second.stop();
    expect(store.bodies().sort()).toEqual(['a', 'b', 'w1', 'w2']);
  });
});

describe('rotation', () => {
  it('by rename is followed to the end, with a writer that notices late', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\n');
    const tail = run(store, { paths: [at('app.log')] });
    await tail.has('a');
    renameSync(at('app.log'), at('app.log.1'));
    appendFileSync(at('app.log.1'), 'late\n');
    writeFileSync(at('app.log'), 'new\n');
    await tail.has('late', 'new');
    await tail.stop();
    expect(store.bodies().sort()).toEqual(['a', 'late', 'new']);
    expect(store.repeats).toBe(0);
  });

  it('while nobody looked: the rest of the renamed file is read, and the new one', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\n');
    const first = run(store, { paths: [at('app.log')] });
    await first.has('a');
    await first.stop();
    appendFileSync(at('app.log'), 'rest\n');
    renameSync(at('app.log'), at('app.log.1'));
    writeFileSync(at('app.log'), 'new\n');
    const second = run(store, { paths: [at('app.log')] });
    await second.has('rest', 'new');
    await second.stop();
    expect(store.bodies().sort()).toEqual(['a', 'new', 'rest']);
    expect(store.repeats).toBe(0);
  });

  it('in a folder reads each file once, wakes one that grows again, and opens none that is done', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\n');
    const first = run(store, { paths: [folder], limits: { quietLooks: 1 } });
    await first.has('a');
    renameSync(at('app.log'), at('app.log.1'));
    writeFileSync(at('app.log'), 'b\n');
    await first.has('b');
    await first.stop();
    const second = run(store, { paths: [folder], limits: { quietLooks: 1 } });
    appendFileSync(at('app.log.1'), 'much later\n');
    await second.has('much later');
    await second.stop();
    expect(store.bodies()).toEqual(['a', 'b', 'much later']);
    expect(store.repeats).toBe(0);
  });

  it('by copy and truncate gives what stood only in the copy, and nothing twice', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), lines('a', 'b'));
    const tail = run(store, { paths: [folder] });
    await tail.until(() => named(store).includes('b'));
    // Both in one turn: what is written between the last look and the truncation is in the copy only.
    appendFileSync(at('app.log'), lines('gap'));
    copyFileSync(at('app.log'), at('app.log.1'));
    truncateSync(at('app.log'));
    appendFileSync(at('app.log'), lines('c'));
    await tail.until(() => named(store).includes('gap') && named(store).includes('c'));
    await tail.stop();
    expect(named(store).sort()).toEqual(['a', 'b', 'c', 'gap']);
  });

  it('by copy and truncate while nobody looked', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), lines('a', 'b'));
    const first = run(store, { paths: [folder] });
    await first.until(() => named(store).includes('b'));
    await first.stop();
    appendFileSync(at('app.log'), lines('gap'));
    copyFileSync(at('app.log'), at('app.log.1'));
    truncateSync(at('app.log'));
    appendFileSync(at('app.log'), lines('c'));
    const second = run(store, { paths: [folder] });
    await second.until(() => named(store).includes('gap') && named(store).includes('c'));
    await second.stop();
    expect(named(store).sort()).toEqual(['a', 'b', 'c', 'gap']);
  });

  it('leaves a copy alone, and says so', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), lines('a', 'b'));
    const tail = run(store, { paths: [folder] });
    await tail.until(() => named(store).includes('b'));
    copyFileSync(at('app.log'), at('app.log.bak.log'));
    await tail.tells('duplicate');
    appendFileSync(at('app.log'), lines('c'));
    await tail.until(() => named(store).includes('c'));
    await tail.stop();
    expect(named(store)).toEqual(['a', 'b', 'c']);
  });

  it('by truncation gives the same words at the same place as another event', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'started\n');
    const first = run(store, { paths: [at('app.log')] });
    await first.has('started');
    truncateSync(at('app.log'));
    await first.until(() => true);
    await first.stop();
    writeFileSync(at('app.log'), 'other start\n');
    const second = run(store, { paths: [at('app.log')] });
    await second.has('other start');
    await second.stop();
    writeFileSync(at('app.log'), 'started\n');
    const third = run(store, { paths: [at('app.log')] });
    await third.until(() => store.events.size === 3);
    await third.stop();
    expect(store.bodies()).toEqual(['started', 'other start', 'started']);
  });

  it('lets go of a deleted file, and follows the one that is made in its place', async () => {
    const store = new Store();
    writeFileSync(at('app.log'), 'a\n');
    const tail = run(store, { paths: [folder], limits: { quietLooks: 2 } });
    await tail.has('a');
    unlinkSync(at('app.log'));
    let rounds = 0;
    await tail.until(() => ++rounds > 10);
    writeFileSync(at('app.log'), 'a\n');
    await tail.until(() => store.events.size === 2);
    await tail.stop();
    expect(store.bodies()).toEqual(['a', 'a']);
  });
});

describe('what is followed', () => {
  it('is found when it appears: a file, by a glob, in a folder', async () => {
    const store = new Store();
    mkdirSync(at('logs'));
    const tail = run(store, { paths: [at('later.log'), at('web-*.log'), at('logs')] });
    await tail.tells('unreadable');
    writeFileSync(at('later.log'), 'a\n');
    writeFileSync(at('web-1.log'), 'b\n');
    writeFileSync(join(at('logs'), 'c.log'), 'c\n');
    await tail.has('a', 'b', 'c');
    writeFileSync(at('web-2.log'), 'd\n');
    await tail.has('d');
    await tail.stop();
    expect(store.bodies().sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells once of what it cannot read, and reads on', async () => {
    const store = new Store();
    symlinkSync(at('loop.log'), at('loop.log'));
    writeFileSync(at('old.log.gz'), gzipSync('packed\n'));
    writeFileSync(at('binary.log'), Buffer.from(Array.from({ length: 500 }, (_, n) => n % 32)));
    writeFileSync(at('app.log'), 'a\n');
    const tail = run(store, { paths: [folder, at('loop.log')] });
    await tail.has('a');
    let rounds = 0;
    await tail.until(() => ++rounds > 20);
    appendFileSync(at('app.log'), 'b\n');
    await tail.has('b');
    await tail.stop();
    expect(store.bodies()).toEqual(['a', 'b']);
    const told = store.problems.map(({ kind, name }) => `${kind} ${name.replace(folder, '')}`);
    expect(told).toEqual(
      expect.arrayContaining(['skipped-file /old.log.gz', 'binary /binary.log', 'unreadable /loop.log']),
    );
    expect(new Set(told).size).toBe(told.length);
  });

  it('reads an export of Cloud Logging once', async () => {
    const store = new Store();
    const entry = {
      insertId: 'i1',
      logName: 'projects/p/logs/l',
      timestamp: '2025-10-20T03:18:20.123Z',
      severity: 'ERROR',
      textPayload: 'a',
      resource: { type: 'global' },
    };
    writeFileSync(at('export.json'), `[${JSON.stringify(entry)}]`);
    const first = run(store, { paths: [folder] });
    await first.has('a');
    await first.until(() => store.positions.size === 1);
    await first.stop();
    const second = run(store, { paths: [folder] });
    let rounds = 0;
    await second.until(() => ++rounds > 10);
    await second.stop();
    expect([store.bodies(), store.repeats]).toEqual([['a'], 0]);
  });

  it('refuses an unknown zone at once', () => {
    expect(() => createTailSource({ paths: [folder], timeZone: 'Mars/North' })).toThrow(
      expect.objectContaining({ code: 'configuration_invalid' }),
    );
  });
});

describe('whatever happens to a file', () => {
  it('nothing is lost and nothing comes twice', async () => {
    const action = fc.constantFrom('append', 'half', 'rename', 'restart', 'look', 'crash');
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 14 }), async (actions) => {
        const home = mkdtempSync(join(folder, 'run-'));
        const path = join(home, 'app.log');
        const store = new Store();
        const written: string[] = [];
        let open = '';
        let rotations = 0;
        const write = (text: string) => appendFileSync(path, text);
        write('');
        const start = () => run(store, { paths: [home], limits: { pollMs: 1, rescanMs: 2, quietLooks: 3 } });
        let tail = start();
        for (const [n, name] of actions.entries()) {
          if (name === 'append') {
            written.push(`${open}line ${n}`);
            write(`line ${n}\n`);
            open = '';
          } else if (name === 'half') {
            write(`half ${n} `);
            open += `half ${n} `;
          } else if (name === 'rename' && open === '') {
            renameSync(path, `${path}.${++rotations}`);
            write('');
          } else if (name === 'look') {
            await tail.until(() => true);
          } else if (name === 'restart' || name === 'crash') {
            await tail.stop();
            // The last positions did not reach the disk.
            if (name === 'crash')
              for (const identity of [...store.positions.keys()].slice(-1)) store.positions.delete(identity);
            tail = start();
          }
        }
        written.push(`${open}end`);
        write('end\n');
        await tail.until(() => written.every((body) => store.bodies().includes(body)));
        await tail.stop();
        expect(store.bodies().sort()).toEqual([...written].sort());
        const hasCrashed = actions.includes('crash');
        if (!hasCrashed) expect(store.repeats).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
