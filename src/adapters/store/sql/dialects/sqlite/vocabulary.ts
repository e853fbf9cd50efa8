import { type Kysely, sql, type Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';
import type { TextTerm } from '../dialect.ts';

/*
 * Beginnings. FTS5 answers `conn*` by gathering every event of every word that begins so before it gives the first one: 0.4 to 0.9 s when
 * one of them is frequent among ten million events. An index of beginnings (`prefix=`) makes each word cost as much again, and gathers all the
 * same. So the words are kept in a table, and a beginning is written out as the words it stands for, which FTS5 walks from the newest. Words
 * with digits would fill it without end: each of them carries its leading letters as a token of its own instead, and is found by these.
 */

/** Words kept; with more of them beginnings are left to FTS5. Lines of logs have some ten thousand. */
const MOST_WORDS = 200_000;
/** Words that a beginning is written out as; beyond them FTS5 is no slower. */
const MOST_EXPANDED = 100;
/** Words known to be in the table, so that they are not written again; about 5 MB when full. */
const REMEMBERED = 50_000;
const LEAD_MARK = '\uE002';
const DIGIT = /\p{N}/u;
const LEAD = /^\p{L}{2,}/u;
const BEGINNING = /^\p{L}{2,}$/u;

const NO_LEADS: readonly string[] = [];

/** Numbers, which most words with digits are, have none. */
function leadOf(word: string): string | null {
  const first = word.charCodeAt(0);
  return first <= 57 ? null : (LEAD.exec(word)?.[0] ?? null);
}

/** Adds the words without digits that are not known to `fresh`; gives the leading letters of the others as tokens, null when there are none. */
function sortOut(words: readonly string[], known: ReadonlySet<string>, fresh: Set<string>): Set<string> | null {
  let leads: Set<string> | null = null;
  for (const word of words) {
    if (known.has(word)) continue;
    if (!DIGIT.test(word)) {
      fresh.add(word);
      continue;
    }
    const lead = leadOf(word);
    if (lead !== null) leads = (leads ?? new Set()).add(LEAD_MARK + lead);
  }
  return leads;
}

export function createVocabulary() {
  const known = new Set<string>();
  let isFull = false;
  return {
    /** The leading letters of words with digits, as tokens; every other word, and these, are to be kept. */
    leadsOf(words: readonly string[], fresh: Set<string>): readonly string[] {
      const leads = sortOut(words, known, fresh);
      if (leads === null) return NO_LEADS;
      for (const lead of leads) if (!known.has(lead)) fresh.add(lead);
      return [...leads];
    },

    async keep(trx: Transaction<Schema>, fresh: ReadonlySet<string>): Promise<void> {
      if (isFull || fresh.size === 0) return;
      if (known.size + fresh.size > REMEMBERED) known.clear();
      for (const words of chunksOf([...fresh])) {
        await sql`INSERT INTO event_word (word) SELECT value FROM json_each(${JSON.stringify(words)}) WHERE true
          ON CONFLICT DO NOTHING`.execute(trx);
      }
      for (const word of fresh) known.add(word);
      isFull = (await countWords(trx)) > MOST_WORDS;
    },

    /** What was kept in a transaction that came to nothing is not there. */
    forget(): void {
      known.clear();
    },
  };
}

export type Vocabulary = ReturnType<typeof createVocabulary>;

/** A beginning as the words it stands for; itself when they are too many, or not all known. */
export async function expandBeginning(db: Kysely<Schema>, term: TextTerm): Promise<readonly TextTerm[]> {
  const beginning = term.tokens.at(-1) ?? '';
  if (!term.isPrefix || !BEGINNING.test(beginning) || (await countWords(db)) > MOST_WORDS) return [term];
  const words = await wordsFrom(db, beginning);
  const leads = await wordsFrom(db, LEAD_MARK + beginning);
  // Leading letters have no place in a phrase.
  if (words.length + leads.length > MOST_EXPANDED || (term.tokens.length > 1 && leads.length > 0)) return [term];
  if (words.length + leads.length === 0) return [{ tokens: term.tokens, isPrefix: false }];
  return [
    ...words.map((word) => ({ tokens: [...term.tokens.slice(0, -1), word], isPrefix: false })),
    ...leads.map((lead) => ({ tokens: [lead], isPrefix: false })),
  ];
}

async function wordsFrom(db: Kysely<Schema>, beginning: string): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`
    SELECT word FROM event_word WHERE word >= ${beginning} AND word < ${`${beginning}\u{10FFFF}`}
    LIMIT ${MOST_EXPANDED + 1}`.execute(db);
  return rows.map(({ word }) => word);
}

/** The table's own counter: rows are only added. */
async function countWords(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ words: number }>`SELECT coalesce(max(id), 0) AS words FROM event_word`.execute(db);
  return rows[0]!.words;
}
