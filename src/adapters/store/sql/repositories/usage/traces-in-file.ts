import { open } from 'node:fs/promises';
import { sql } from 'kysely';
import { wordsOf } from '../../../../search/tokens.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { NameText } from './name-text.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Searches the bytes of the database and of its log, once everything stands in the database: what was deleted earlier may still lie on pages
 * that are free. If something is found the database is written anew without them, and searched again. Gives files in which a name is left.
 */
export async function tracesInFile({ kysely }: StoreDialect, names: readonly NameText[]): Promise<string[]> {
  const wanted = names.filter(({ isTelling }) => isTelling).map(({ name }) => name);
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ name: string; file: string }>`PRAGMA database_list`.execute(kysely);
  const file = rows.find(({ name }) => name === 'main')?.file;
  if (!file) return [];
  const others = await longerNames({ kysely }, wanted);
  const search = async () => {
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(kysely);
    const found: string[] = [];
    for (const path of [file, `${file}-wal`]) if (await isInFile(path, wanted, others)) found.push(path);
    return found;
  };
  const first = await search();
  if (first.length === 0) return [];
  await emptyIndex({ kysely }, wanted);
  await sql`VACUUM`.execute(kysely);
  return search();
}

/** What the search of events knew of a name that is one word: it holds words of events that are gone until its parts are joined. */
async function emptyIndex({ kysely }: Pick<StoreDialect, 'kysely'>, names: readonly string[]): Promise<void> {
  const words = names.map((name) => wordsOf(name, 2)).filter(({ length }) => length === 1);
  if (words.length === 0) return;
  await sql`DELETE FROM event_word WHERE word IN (${sql.join(words.flat())})`.execute(kysely);
  await sql`INSERT INTO event_text (event_text) VALUES ('optimize')`.execute(kysely);
}

/** Names of others that hold one of these: where they stand, nobody is left behind. */
async function longerNames({ kysely }: Pick<StoreDialect, 'kysely'>, names: readonly string[]): Promise<string[]> {
  const any = sql.join(
    names.map((name) => sql`instr(user_email, ${name}) > 0`),
    sql` OR `,
  );
  const { rows } = await sql<{ user_email: string }>`
    SELECT DISTINCT user_email FROM usage_user WHERE ${any} LIMIT 1000`.execute(kysely);
  return rows.map(({ user_email }) => user_email).filter((name) => !names.includes(name));
}

/** Read in pieces that overlap, so that a name between two of them is seen. */
async function isInFile(path: string, names: readonly string[], others: readonly string[]): Promise<boolean> {
  const file = await open(path, 'r').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (file === null) return false;
  const overlap = 2 * Math.max(...[...names, ...others].map((name) => Buffer.byteLength(name)));
  const buffer = Buffer.alloc(CHUNK_BYTES + overlap);
  try {
    let kept = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, kept, CHUNK_BYTES, null);
      if (bytesRead === 0) return false;
      const piece = buffer.subarray(0, kept + bytesRead);
      if (names.some((name) => isInPiece(piece, name, others))) return true;
      kept = Math.min(overlap, piece.length);
      piece.copy(buffer, 0, piece.length - kept);
    }
  } finally {
    await file.close();
  }
}

function isInPiece(piece: Buffer, name: string, others: readonly string[]): boolean {
  const holders = others
    .filter((other) => other.includes(name))
    .map((other) => ({
      bytes: Buffer.from(other),
      offset: Buffer.byteLength(other.slice(0, other.indexOf(name))),
    }));
  for (let at = piece.indexOf(name); at >= 0; at = piece.indexOf(name, at + 1)) {
    const isAnothers = holders.some(({ bytes, offset }) => {
      const start = at - offset;
      return start >= 0 && piece.subarray(start, start + bytes.length).equals(bytes);
    });
    if (!isAnothers) return true;
  }
  return false;
}
