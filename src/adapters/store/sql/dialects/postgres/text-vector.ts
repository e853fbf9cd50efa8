import type { ByteWriter } from './byte-writer.ts';

/** PostgreSQL's own bounds: positions of a tsvector, and of one word in it. https://www.postgresql.org/docs/current/textsearch-limitations.html */
const POSITIONS = 16_383;
const POSITIONS_OF_A_WORD = 255;

/**
 * A tsvector in its binary form: how many lexemes, then each with a NUL behind it, how many positions it has, and these. Words have the positions
 * where they stand; fields have none. PostgreSQL puts the lexemes in order itself; that none comes twice is for the sender to see to.
 */
export function writeTextVector(writer: ByteWriter, words: readonly string[], fields: readonly string[]): void {
  const positions = positionsOf(words);
  writer.int32(positions.size + fields.length);
  for (const [word, at] of positions) {
    writer.text(word);
    writer.int8(0);
    if (typeof at === 'number') {
      writer.int16(1);
      writer.int16(at);
    } else {
      writer.int16(at.length);
      for (const position of at) writer.int16(position);
    }
  }
  for (const field of fields) {
    writer.text(field);
    writer.int8(0);
    writer.int16(0);
  }
}

/** Most words stand in a text once. */
function positionsOf(words: readonly string[]): Map<string, number | number[]> {
  const positions = new Map<string, number | number[]>();
  const end = Math.min(words.length, POSITIONS);
  for (let index = 0; index < end; index++) {
    const word = words[index]!;
    const known = positions.get(word);
    if (known === undefined) positions.set(word, index + 1);
    else if (typeof known === 'number') positions.set(word, [known, index + 1]);
    else if (known.length < POSITIONS_OF_A_WORD) known.push(index + 1);
  }
  return positions;
}
