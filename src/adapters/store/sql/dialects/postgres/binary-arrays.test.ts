import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresDatabase, type TestDatabase } from '../../../../../../test/fixtures/postgres.ts';
import { type ArrayColumn, binaryArrays } from './binary-arrays.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await freshPostgresDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What the server understood, each value as text. `bytesPerRow: 0`: the room has to grow with every value. */
async function readBack<Row>(column: ArrayColumn<Row>, rows: readonly Row[]): Promise<(string | null)[]> {
  const [array] = binaryArrays([column], rows, { bytesPerRow: 0 });
  const text = `SELECT value::text FROM unnest($1::${column.kind}[]) WITH ORDINALITY AS given (value, place) ORDER BY place`;
  return (await client.query<{ value: string | null }>(text, [array])).rows.map(({ value }) => value);
}

describe('what is handed over in binary arrays', () => {
  it('arrives: whole numbers as large as a number holds exactly, below zero too', async () => {
    const numbers = [0, 1, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null];
    const told = numbers.map((number) => (number === null ? null : String(number)));
    expect(await readBack({ kind: 'bigint', of: (number: number | null) => number }, numbers)).toEqual(told);
  });

  it('arrives: fractions', async () => {
    expect(await readBack({ kind: 'double precision', of: (number: number) => number }, [0.1, -2.5e-300])).toEqual([
      '0.1',
      '-2.5e-300',
    ]);
  });

  it('arrives: short and long texts of every script', async () => {
    const texts = ['', 'paid', 'é ü ß', 'Ωμέγα', '中文', '\u{1f600}', 'x'.repeat(81), '\u{1f600}中é'.repeat(40), null];
    expect(await readBack({ kind: 'text', of: (text: string | null) => text }, texts)).toEqual(texts);
  });

  it('is made storable where it is not: NUL and halves of pairs become the replacement character', async () => {
    const long = 'x'.repeat(100);
    const texts = ['a\0b', 'a\ud800b', '\udc00', 'ends\ud83d', `${long}\0`, `${long}\ud800`];
    const told = ['a\ufffdb', 'a\ufffdb', '\ufffd', 'ends\ufffd', `${long}\ufffd`, `${long}\ufffd`];
    expect(await readBack({ kind: 'text', of: (text: string) => text }, texts)).toEqual(told);
  });

  it('arrives: bytes', async () => {
    expect(await readBack({ kind: 'bytea', of: (bytes: Uint8Array) => bytes }, [Buffer.from([0, 255, 92])])).toEqual([
      '\\x00ff5c',
    ]);
  });

  it('arrives: words at all their places, fields at none, in whatever order', async () => {
    const vectors = [
      { words: ['order', 'paid', 'order', 'été', '支付'], fields: ['\ue000b1', '\ue000a2'] },
      { words: [], fields: [] },
      { words: Array.from({ length: 300 }, () => 'again'), fields: [] },
    ];
    const [first, second, third] = await readBack(
      { kind: 'tsvector', of: (vector: (typeof vectors)[0]) => vector },
      vectors,
    );
    expect(first).toBe("'order':1,3 'paid':2 'été':4 '支付':5 '\ue000a2' '\ue000b1'");
    expect(second).toBe('');
    expect(third?.split(',')).toHaveLength(255);
  });

  it('may be nothing at all', async () => {
    expect(await readBack({ kind: 'text', of: (text: string) => text }, [])).toEqual([]);
  });
});
