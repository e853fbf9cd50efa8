import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, ReadProblem, SourceBatch } from '../../../core/events/index.ts';
import { createFileSource, DEFAULT_FILE_LIMITS, FILE_FORMATS, type FileSourceOptions } from './index.ts';

let folder = '';
const now = Date.UTC(2025, 9, 21);
const clock = { now: () => now };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
function file(content: string | Buffer, name = `input-${written++}.log`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, now / 1000, now / 1000);
  return path;
}

async function read(options: FileSourceOptions, window: { since?: number; until?: number } = {}) {
  const events: Event[] = [];
  const problems: ReadProblem[] = [];
  const batches: SourceBatch[] = [];
  const source = createFileSource({ clock, ...options });
  for await (const batch of source.read({ since: window.since ?? null, until: window.until ?? null })) {
    batches.push(batch);
    events.push(...batch.events);
    problems.push(...batch.problems);
  }
  return { events, problems, batches, bodies: events.map(({ body }) => body) };
}

const readText = (content: string | Buffer, options: Partial<FileSourceOptions> = {}) =>
  read({ paths: [file(content)], ...options });
const LOG =
  '2025-10-20 16:01:18 ERROR failed\nTraceback (most recent call last):\n  File "/app/a.py", line 1, in f\nKeyError: 1\n2025-10-20 16:01:19 INFO done\n';

describe('the source file', () => {
  it('gives one event for each line, those without a time at the time before', async () => {
    const path = file(LOG);
    const { events, problems } = await read({ paths: [path] });
    expect(
      events.map(({ time, severityNumber, source }) => [
        time - Date.UTC(2025, 9, 20, 16, 1, 18),
        severityNumber,
        source.position,
      ]),
    ).toEqual([
      [0, 17, '1'],
      [0, 0, '2'],
      [0, 0, '3'],
      [0, 0, '4'],
      [1000, 9, '5'],
    ]);
    expect(events[2]).toMatchObject({
      body: '  File "/app/a.py", line 1, in f',
      source: { kind: 'file', name: path, stream: path },
      trust: 'server',
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(problems).toEqual([]);
  });

  it('gives the same ids when it reads again, and under another name', async () => {
    const path = file(LOG);
    const other = join(folder, 'renamed.log');
    const before = await read({ paths: [path] });
    linkSync(path, other);
    const after = await read({ paths: [other] });
    expect(after.events.map(({ id }) => id)).toEqual(before.events.map(({ id }) => id));
  });

  it('takes the file’s own time where no record has one', async () => {
    const { events } = await readText('plain text\nanother\n');
    expect(events.map(({ time }) => time)).toEqual([now, now]);
  });

  it('leaves out what is outside the window, with the lines that belong to it', async () => {
    const lines = `2025-10-19 10:00:00 ERROR old\n  its detail\n${LOG}`;
    const { bodies } = await read(
      { paths: [file(lines)] },
      { since: Date.UTC(2025, 9, 20), until: Date.UTC(2025, 9, 20, 16, 1, 18) },
    );
    expect(bodies).toEqual([
      'failed',
      'Traceback (most recent call last):',
      '  File "/app/a.py", line 1, in f',
      'KeyError: 1',
    ]);
  });

  it('believes no clock that is a day ahead or was never set', async () => {
    const { events } = await readText(
      '2025-10-20 16:01:18 INFO a\n2031-01-01 00:00:00 INFO b\n1970-01-01 00:00:12 INFO c\n  d\n',
    );
    expect(events.map(({ timeSuspect }) => timeSuspect)).toEqual([false, true, true, false]);
    expect(events.map((event) => (event.timeSuspect ? event.observedTime : event.time))).toEqual(
      Array(4).fill(Date.UTC(2025, 9, 20, 16, 1, 18)),
    );
  });

  it.each([
    ['gzip', gzipSync(LOG), 'a.log.gz'],
    ['gzip under another name', gzipSync(LOG), 'b.txt'],
    ['zstd', zstdCompressSync(Buffer.from(LOG)), 'c.log.zst'],
    ['a byte-order mark', Buffer.from(`\ufeff${LOG}`), 'd.log'],
    ['UTF-16 LE with mark', Buffer.from(`\ufeff${LOG}`, 'utf16le'), 'e.log'],
    ['UTF-16 LE without', Buffer.from(LOG, 'utf16le'), 'f.log'],
    ['UTF-16 BE with mark', Buffer.from(`\ufeff${LOG}`, 'utf16le').swap16(), 'g.log'],
    ['UTF-16 BE without', Buffer.from(LOG, 'utf16le').swap16(), 'h.log'],
    ['CR LF', Buffer.from(LOG.replaceAll('\n', '\r\n')), 'i.log'],
    ['lone CR', Buffer.from(LOG.replaceAll('\n', '\r')), 'j.log'],
    ['no line end at the end', Buffer.from(LOG.trimEnd()), 'k.log'],
    ['a hole of NUL bytes in front', Buffer.concat([Buffer.alloc(200_000), Buffer.from(LOG)]), 'l.log'],
  ])('reads %s', async (_name, content, name) => {
    const { bodies, problems } = await read({ paths: [file(content, name)] });
    expect(bodies).toEqual([
      'failed',
      'Traceback (most recent call last):',
      '  File "/app/a.py", line 1, in f',
      'KeyError: 1',
      'done',
    ]);
    expect(problems).toEqual([]);
  });

  it('reads Latin-1 and counts its lines', async () => {
    const { bodies, problems } = await readText(
      Buffer.from('2025-10-20 16:01:18 ERROR échec\n2025-10-20 16:01:18 INFO ok\n', 'latin1'),
    );
    expect(bodies).toEqual(['échec', 'ok']);
    expect(problems).toMatchObject([{ kind: 'mis-encoded', count: 1, position: 'line 1' }]);
  });

  it('removes NUL bytes inside a line', async () => {
    const { bodies, problems } = await readText('2025-10-20 16:01:18 ERROR a\0b\n');
    expect(bodies).toEqual(['ab']);
    expect(problems).toMatchObject([{ kind: 'mis-encoded', count: 1 }]);
  });

  it('keeps everything that a truncated gzip still holds', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `2025-10-20 16:01:18 INFO ${(index * 7919) % 10_007} ${index}`,
    );
    const packed = gzipSync(lines.join('\n'));
    const { bodies, problems } = await readText(packed.subarray(0, packed.length - 500));
    expect(bodies.length).toBeGreaterThan(19_000);
    expect(bodies.slice(0, 18_000)).toEqual(lines.slice(0, 18_000).map((line) => line.slice(25)));
    expect(problems).toMatchObject([{ kind: 'truncated-input', count: 1 }]);
  });

  it('counts broken lines, shows the first, and keeps their text', async () => {
    const lines = Array.from(
      { length: 3_000 },
      (_, index) => `{"level":"info","time":"2025-10-20T16:01:18Z","msg":"m${index}"}`,
    );
    lines[1_234] = '{"level":"error","msg":"cut in the mid';
    const { events, problems } = await readText(lines.join('\n'));
    expect(events).toHaveLength(3_000);
    expect(events[1_234]?.body).toBe(lines[1_234]);
    expect(problems).toEqual([
      expect.objectContaining({ kind: 'broken-entry', count: 1, position: 'line 1235', detail: lines[1_234] }),
    ]);
  });

  it('keeps the beginning of a line of 50 MB, skips the rest, and goes on', async () => {
    const path = file(
      Buffer.concat([
        Buffer.from('2025-10-20 16:01:18 ERROR '),
        Buffer.alloc(50 * 1024 * 1024, 'x'),
        Buffer.from(`\n${LOG}`),
      ]),
    );
    const { events, problems } = await read({ paths: [path] });
    expect(events).toHaveLength(6);
    expect(events[0]).toMatchObject({ truncated: true, severityNumber: 17 });
    expect(events[0]?.body.length).toBe(256 * 1024);
    expect(problems).toMatchObject([{ kind: 'oversized-line', count: 1, position: 'line 1' }]);
    expect(problems[0]?.detail.length).toBeLessThanOrEqual(80);
  });

  it('joins the parts of records that Docker and CRI cut, stream by stream', async () => {
    const cri = (stream: string, tag: string, text: string) =>
      `2025-10-20T16:01:18.121212121Z ${stream} ${tag} ${text}`;
    const { events } = await readText(
      [
        cri('stdout', 'P', '2025-10-20 16:01:18 INFO a'),
        cri('stderr', 'P', 'ERROR:shop:b'),
        cri('stdout', 'P', 'b'),
        cri('stdout', 'F', 'c'),
        cri('stderr', 'F', 'd'),
      ].join('\n'),
    );
    expect(events.map(({ body, source }) => [body, source.position, source.stream.split(':').at(-1)])).toEqual([
      ['abc', '1,3,4', 'stdout'],
      ['bd', '2,5', 'stderr'],
    ]);
    const docker = (log: string) => JSON.stringify({ log, stream: 'stdout', time: '2025-10-20T16:01:18.121Z' });
    expect(
      (await readText([docker('{"level":"error",'), docker('"msg":"m"}\n'), docker('left')].join('\n'))).bodies,
    ).toEqual(['m', 'left']);
  });

  it('reads a list with one record a line, blank lines aside', async () => {
    expect((await readText('[\n{"msg":"a"},\n\n{"msg":"b"}\n]\n')).bodies).toEqual(['a', 'b']);
  });

  it('recognises a Cloud Logging export behind the warnings of gcloud, compressed and in UTF-16 too', async () => {
    const entry = (insertId: string, textPayload: string) => ({
      insertId,
      logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
      resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-1' } },
      severity: 'ERROR',
      textPayload,
      timestamp: '2025-10-20T16:01:18.121Z',
    });
    const json = `WARNING: your environment is not set up\n${JSON.stringify([entry('b', 'second'), entry('a', 'first')], null, 2)}\n`;
    for (const content of [Buffer.from(json), gzipSync(json), Buffer.from(`\ufeff${json}`, 'utf16le')]) {
      const { events } = await readText(content);
      expect(events.map(({ body, service, source }) => [body, service, source.kind]).sort()).toEqual([
        ['first', 'shop', 'cloud-logging'],
        ['second', 'shop', 'cloud-logging'],
      ]);
    }
    expect((await readText(json, { format: 'plain' })).events[0]?.source.kind).toBe('file');
  });

  it('gives batches of bounded size, and progress in bytes of the file', async () => {
    const content = gzipSync('2025-10-20 16:01:18 INFO x\n'.repeat(5_500));
    const { batches, events } = await readText(content);
    expect(events).toHaveLength(5_500);
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBe(DEFAULT_FILE_LIMITS.batchEvents);
    expect(batches.at(-1)?.progress).toEqual({ readBytes: content.length, totalBytes: content.length });
  });

  it('reads standard input', async () => {
    async function* standardInput() {
      yield Buffer.from(LOG.slice(0, 30));
      yield Buffer.from(LOG.slice(30));
    }
    const { bodies, batches, events } = await read({ paths: ['-'], standardInput: standardInput() });
    expect(bodies).toHaveLength(5);
    expect(batches.at(-1)?.progress).toEqual({ readBytes: LOG.length, totalBytes: null });
    expect(events[0]?.id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('inputs', () => {
  it('takes the logs of a directory and says what it left out', async () => {
    const directory = join(folder, 'logs');
    mkdirSync(join(directory, 'nginx'), { recursive: true });
    for (const name of [
      'app.log',
      'app.log.1',
      'app.log-20251019',
      'nginx/access_log',
      'syslog',
      'photo.png',
      'README',
    ])
      file(`${name}\n`, `logs/${name}`);
    file(gzipSync('packed\n'), 'logs/app.log.2.gz');
    const { bodies, problems } = await read({ paths: [directory] });
    expect(bodies.sort()).toEqual(['app.log', 'app.log-20251019', 'app.log.1', 'nginx/access_log', 'packed', 'syslog']);
    expect(problems).toMatchObject([{ kind: 'skipped-file', count: 2, name: directory }]);
  });

  it('reads a file once that two names lead to', async () => {
    const path = file(LOG, 'once.log');
    linkSync(path, join(folder, 'twice.log'));
    const { events, problems } = await read({ paths: [path, join(folder, 'twice.log'), path] });
    expect(events).toHaveLength(5);
    expect(problems.map(({ kind }) => kind)).toEqual(['duplicate', 'duplicate']);
  });

  it('says what cannot be read when something else can', async () => {
    const { events, problems } = await read({
      paths: [join(folder, 'absent.log'), file(LOG), file(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3])), file('')],
    });
    expect(events).toHaveLength(5);
    expect(problems.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['unreadable', 'ENOENT'],
      ['binary', 'ELF program'],
      ['empty-input', 'no bytes'],
    ]);
  });

  it.each([
    ['absent', () => join(folder, 'absent.log'), 'source_unreadable'],
    [
      'binary',
      () => file(Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 37) % 256))),
      'source_invalid',
    ],
  ])('refuses when the only input is %s', async (_name, path, code) => {
    await expect(read({ paths: [path()] })).rejects.toMatchObject({ code });
  });

  it('refuses a file that the system does not open, with its reason', async () => {
    const path = join(folder, 'loop.log');
    symlinkSync(path, path);
    await expect(read({ paths: [path] })).rejects.toMatchObject({
      code: 'source_unreadable',
      about: { path, reason: 'ELOOP' },
    });
  });

  it('reads a large Cloud Logging export in a thread of its own, to the same events and the same progress', async () => {
    const entry = (index: number) => ({
      insertId: `id-${index}`,
      timestamp: new Date(now - index * 250).toISOString(),
      severity: index % 3 === 0 ? 'ERROR' : 'INFO',
      logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
      resource: { type: 'cloud_run_revision', labels: { service_name: 'shop' } },
      textPayload: `step ${index} done`,
    });
    const lines = Array.from({ length: 2_000 }, (_, index) => JSON.stringify(entry(index)));
    const paths = [file(LOG), file(`\ufeff${lines.join('\n')}\n`), file('last line\n')];
    const here = await read({ paths }, { since: now - 100_000 });
    const there = await read({ paths, limits: { threadFromBytes: 1_000 } }, { since: now - 100_000 });
    expect(there.events).toEqual(here.events);
    expect(there.problems).toEqual(here.problems);
    expect(there.batches.map(({ quiet }) => quiet)).toEqual(here.batches.map(({ quiet }) => quiet));
    expect(there.batches.at(-1)?.progress).toEqual(here.batches.at(-1)?.progress);
    expect(there.batches.at(-1)?.progress.readBytes).toBe(there.batches.at(-1)?.progress.totalBytes);
  });

  it('stops reading a large export when it is told to', async () => {
    const line = `${JSON.stringify({ insertId: 'a', severity: 'ERROR', logName: 'projects/p/logs/x', timestamp: '2025-10-20T00:00:00Z', textPayload: 'x' })}\n`;
    const path = file(line.repeat(20_000));
    const stop = new AbortController();
    const source = createFileSource({ clock, paths: [path], limits: { threadFromBytes: 1_000 } });
    stop.abort();
    for await (const { events } of source.read({ since: null, until: null, signal: stop.signal })) {
      expect(events).toEqual([]);
    }
  });

  it('refuses a directory without a log', async () => {
    mkdirSync(join(folder, 'none'));
    await expect(read({ paths: [join(folder, 'none')] })).rejects.toMatchObject({ code: 'source_unreadable' });
  });

  it('takes an empty file for a log without entries', async () => {
    const { events, problems } = await readText('');
    expect(events).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'empty-input' }]);
  });

  it.each(FILE_FORMATS)('takes any text as %s without throwing', async (format) => {
    const { events, problems } = await readText(LOG, { format });
    expect(events.length + problems.length).toBeGreaterThan(0);
  });

  it('refuses a format or zone that does not exist at once', () => {
    expect(() => createFileSource({ paths: [], format: 'xml' })).toThrow('configuration_invalid');
    expect(() => createFileSource({ paths: [], timeZone: 'Mars/Olympus' })).toThrow('configuration_invalid');
  });
});

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
    fc
      .constantFrom(
        '\r\n',
        '\n',
        '\r',
        '{"log":"a","stream":"stdout","time":"2025-10-20T16:01:18Z"}',
        '2025-10-20T16:01:18.121212121Z stdout P x',
        'é',
        '2025-10-20 16:01:18 INFO x\n',
      )
      .map((text) => Buffer.from(text)),
  );
  async function readChunks(bytes: Buffer, cuts: readonly number[]) {
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    async function* standardInput() {
      for (let index = 1; index < places.length; index++) yield bytes.subarray(places[index - 1], places[index]);
    }
    return read({ paths: ['-'], standardInput: standardInput(), limits: { lineBytes: 64, headBytes: 16 } });
  }

  it('never throws but to say that it is no log, and gives the same events however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (pieces, cuts) => {
          const bytes = Buffer.concat(pieces);
          const outcome = (chunked: readonly number[]) =>
            readChunks(bytes, chunked).then(
              ({ events, problems }) => ({ events, problems }),
              (error: { code?: string }) => error.code,
            );
          const whole = await outcome([]);
          if (typeof whole === 'string') expect(whole).toBe('source_invalid');
          expect(await outcome(cuts)).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });
});
