import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asArray, asLines, chunksOf, entryOf, readAll, requestEntry } from './entry-fixtures.ts';
import type { JsonObject } from './json-values.ts';

const textEntry = (text: string, members: JsonObject = {}) =>
  entryOf({ textPayload: text, severity: 'ERROR', ...members });
const bodies = async (input: string) => (await readAll(input)).events.map(({ body }) => body);
const kinds = ({ problems }: { problems: { kind: string; count: number }[] }) =>
  problems.map(({ kind, count }) => `${kind} ${count}`);

describe('readCloudLoggingExport', () => {
  const three = ['first', 'second', 'third'].map((text) => textEntry(text));

  it.each([
    ['an indented array', asArray(three)],
    ['an array indented by tabs', JSON.stringify(three, null, '\t')],
    ['a compact array', JSON.stringify(three)],
    ['lines', asLines(three)],
    ['lines ended by CRLF', asLines(three).replaceAll('\n', '\r\n')],
    ['objects of several lines', three.map((entry) => JSON.stringify(entry, null, 2)).join('\n')],
    ['an answer of the API', JSON.stringify({ entries: three, nextPageToken: 'x' }, null, 2)],
    [
      'two answers of the API',
      `${JSON.stringify({ entries: three.slice(0, 2), nextPageToken: 'x' })}\n${JSON.stringify({ entries: three.slice(2) })}`,
    ],
    ['two arrays', `${asArray(three.slice(0, 1))}\n${asArray(three.slice(1))}`],
    ['a byte-order mark', `\ufeff${asArray(three)}`],
  ])('reads %s', async (_, input) => {
    const result = await readAll(input);
    expect(result.events.map(({ body }) => body).sort()).toEqual(['first', 'second', 'third']);
    expect(result.problems).toEqual([]);
  });

  it('skips and counts foreign lines before, between and after the entries', async () => {
    const input = `WARNING: Python 3.8 is going away.\n[notice] update available\n${asArray(three)}\nTo take a quick survey, run:\n`;
    const result = await readAll(input);
    expect(result.events).toHaveLength(3);
    expect(result.problems).toEqual([
      {
        kind: 'foreign-line',
        name: 'cloud-logging',
        position: 'byte 0',
        count: 3,
        detail: 'WARNING: Python 3.8 is going away.',
      },
    ]);
    expect(kinds(await readAll(three.map((entry) => JSON.stringify(entry)).join('\nnoise\n')))).toEqual([
      'foreign-line 2',
    ]);
  });

  it.each([
    ['a broken value', (text: string) => text.replace('"severity"', '"severity" oops')],
    ['a raw line end inside a text', (text: string) => text.replace('"second"', '"sec\nond"')],
    ['a missing quote', (text: string) => text.replace('"second"', '"second')],
    ['a missing closing brace', (text: string) => text.replace(/\}(\s*)$/, '$1')],
  ])('reads on behind an entry with %s, in every layout', async (_, spoil) => {
    const [first, second, third] = three;
    const layouts = [
      `[\n  ${JSON.stringify(first, null, 2).replaceAll('\n', '\n  ')},\n  ${spoil(JSON.stringify(second, null, 2).replaceAll('\n', '\n  '))},\n  ${JSON.stringify(third, null, 2).replaceAll('\n', '\n  ')}\n]\n`,
      `${JSON.stringify(first)}\n${spoil(JSON.stringify(second))}\n${JSON.stringify(third)}\n`,
      `[${JSON.stringify(first)},${spoil(JSON.stringify(second))},${JSON.stringify(third)}]`,
    ];
    for (const input of layouts) {
      const result = await readAll(input);
      expect(result.events.map(({ body }) => body).sort()).toEqual(['first', 'third']);
      expect(kinds(result)).toEqual(['broken-entry 1']);
      expect(result.problems[0]?.position).toMatch(/^byte \d+$/);
      expect(result.problems[0]?.detail.length).toBeLessThanOrEqual(80);
      expect(result.problems[0]?.detail).toContain('"insertId"');
    }
  });

  it('says where an input ends inside an entry, and that an array was not closed', async () => {
    const whole = asArray(three);
    const cut = await readAll(whole.slice(0, whole.lastIndexOf('"logName"')));
    expect(cut.events).toHaveLength(2);
    expect(kinds(cut)).toEqual(['truncated-input 1']);
    const open = await readAll(whole.slice(0, whole.lastIndexOf(']')));
    expect(open.events).toHaveLength(3);
    expect(kinds(open)).toEqual(['truncated-input 1']);
    expect(kinds(await readAll(`${JSON.stringify(three[0])}\n{"insertId": "x`))).toEqual(['truncated-input 1']);
  });

  it('skips an entry over the bound without keeping it, in every layout', async () => {
    const large = textEntry('y '.repeat(200_000));
    const entries = [textEntry('first'), large, textEntry('third')];
    for (const input of [asArray(entries), asLines(entries), JSON.stringify(entries)]) {
      for (const limits of [{ maxEntryBytes: 10_000 }, { maxEntryBytes: 100_000 }]) {
        const result = await readAll(chunksOf(input, [5_000, 50_000, 150_000, 399_000]), { limits });
        expect(result.events.map(({ body }) => body).sort()).toEqual(['first', 'third']);
        expect(kinds(result)).toEqual(['oversized-line 1']);
      }
      expect((await readAll(input)).events).toHaveLength(3);
    }
  });

  it('tells an empty input, an unreadable one and one without entries apart', async () => {
    expect(kinds(await readAll(''))).toEqual(['empty-input 1']);
    expect(kinds(await readAll('no JSON here\nnor here'))).toEqual(['foreign-line 2', 'unreadable 1']);
    expect(await readAll('[]')).toMatchObject({ events: [], problems: [] });
    expect(kinds(await readAll('WARNING: slow\n[]\n'))).toEqual(['foreign-line 1']);
  });

  it('drops repeats by log, timestamp and insertId, quiet ones included', async () => {
    const entries = [textEntry('a'), requestEntry(), textEntry('b')];
    const result = await readAll(asLines([...entries, ...entries]));
    expect(result.events.length + result.quiet.entries).toBe(3);
    expect(kinds(result)).toEqual(['duplicate 3']);
    const other = await readAll(asLines([entries[0], { ...entries[0], logName: 'projects/p1/logs/other' }]));
    expect(other.events).toHaveLength(2);
  });

  it('joins the parts of a split entry by index, whatever their order', async () => {
    const part = (index: number, text: string) => textEntry(text, { split: { uid: 'u', index, totalSplits: 3 } });
    const result = await readAll(asLines([part(2, 'c'), textEntry('else'), part(0, 'a'), part(1, 'b')]));
    expect(result.events.map(({ body, entries, truncated }) => [body, entries, truncated])).toEqual([
      ['else', 1, false],
      ['abc', 3, false],
    ]);
    const incomplete = await readAll(asLines([part(0, 'a'), part(2, 'c')]));
    expect(incomplete.events).toMatchObject([{ body: 'ac', entries: 2, truncated: true }]);
    const [joined] = result.events.slice(1);
    expect(joined?.source.position.split(',')).toHaveLength(3);
  });

  it('keeps to the window of time', async () => {
    const at = (timestamp: string) => textEntry(timestamp, { timestamp });
    const input = asLines(['2026-02-10T11:59:59Z', '2026-02-10T12:00:00Z', '2026-02-10T13:00:00.5Z'].map(at));
    const { events } = await readAll(input, { since: Date.UTC(2026, 1, 10, 12), until: Date.UTC(2026, 1, 10, 13) });
    expect(events.map(({ body }) => body)).toEqual(['2026-02-10T12:00:00Z']);
  });

  it('gives entries of one instant in their order, so that a stable sort by time suffices', async () => {
    const at = (seconds: number, text: string, insertId: string | undefined) =>
      textEntry(text, { insertId, timestamp: `2026-02-10T12:00:0${seconds}Z` });
    const newestFirst = [at(9, 'last', 'z'), at(5, 'b', 'b'), at(5, 'a', 'a'), at(1, 'early', 'y')];
    expect((await readAll(asArray(newestFirst))).events.map(({ body }) => body)).toEqual(['last', 'a', 'b', 'early']);
    const nameless = [at(9, 'last', 'z'), at(5, 'line 2', undefined), at(5, 'line 1', undefined), at(1, 'early', 'y')];
    expect((await readAll(asArray(nameless))).events.map(({ body }) => body)).toEqual([
      'last',
      'line 1',
      'line 2',
      'early',
    ]);
  });

  it('counts bytes that are not UTF-8 and reads the entry', async () => {
    const bytes = Buffer.from(asLines([textEntry('caf_ broke')]));
    bytes[bytes.indexOf('caf_') + 3] = 0xe9;
    const result = await readAll(bytes);
    expect(result.events[0]?.body).toBe('caf\ufffd broke');
    expect(kinds(result)).toEqual(['mis-encoded 1']);
  });

  it('tells progress to the last byte', async () => {
    const input = asArray(three);
    const { batches } = await readAll(chunksOf(input, [10, 300]), {
      totalBytes: input.length,
      limits: { batchEvents: 1 },
    });
    expect(batches.at(-1)?.progress).toEqual({ readBytes: input.length, totalBytes: input.length });
    expect(batches.length).toBeGreaterThan(1);
  });

  it('never throws on arbitrary bytes', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          '{"insertId":"',
          '[',
          ']',
          '},{',
          '{',
          '}',
          '"',
          '\\',
          '\n',
          '\n{',
          '"severity":"ERROR"',
          '{"entries":[',
          ',',
          '\ufeff',
          '{"a":1}',
          'null',
          '\0',
        )
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        await readAll(Buffer.concat(pieces), { limits: { maxEntryBytes: 60 } });
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same result wherever the bytes are cut', async () => {
    const spoilt = JSON.stringify(textEntry('é broken ✓')).replace('"severity"', '"severity" ✗');
    const entries = [
      requestEntry(),
      textEntry('émoji 🎉 and ✓'),
      textEntry('q'.repeat(700)),
      requestEntry({}, { status: 500 }),
    ];
    const layouts = [
      `WARNING: ✗ slow\n${asArray(entries)}\nbye`,
      `\ufeff${asLines(entries.slice(0, 2))}${spoilt}\n${asLines(entries.slice(2))}`,
      `[${JSON.stringify(entries[0])},${spoilt},${entries
        .slice(1)
        .map((entry) => JSON.stringify(entry))
        .join(',')}]`,
      `${asArray(entries)}`.slice(0, -120),
      JSON.stringify({ entries, nextPageToken: 'é' }),
      `${JSON.stringify(entries)}{"x":1}{"y"`,
    ].map((text) => Buffer.from(text));
    const limits = { maxEntryBytes: 1_000, batchEvents: 100 };
    const whole = await Promise.all(layouts.map((bytes) => readAll(bytes, { limits })));
    await fc.assert(
      fc.asyncProperty(fc.nat(layouts.length - 1), fc.array(fc.nat(3_500), { maxLength: 60 }), async (index, cuts) => {
        const { events, quiet, problems } = await readAll(chunksOf(layouts[index]!, cuts), { limits });
        expect({ events, quiet, problems }).toEqual({
          events: whole[index]!.events,
          quiet: whole[index]!.quiet,
          problems: whole[index]!.problems,
        });
      }),
      { numRuns: 300 },
    );
    const everyByte = Array.from({ length: 4_000 }, (_, index) => index);
    for (const [index, bytes] of layouts.entries()) {
      const { events, problems } = await readAll(chunksOf(bytes, everyByte), { limits });
      expect({ events, problems }).toEqual({ events: whole[index]!.events, problems: whole[index]!.problems });
    }
  });

  it('reads the bodies of lines in the order they came', async () => {
    expect(
      await bodies(
        asLines(['a', 'b'].map((text, index) => textEntry(text, { timestamp: `2026-02-10T12:00:0${index}Z` }))),
      ),
    ).toEqual(['a', 'b']);
  });
});
