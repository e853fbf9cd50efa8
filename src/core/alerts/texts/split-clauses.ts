/** One statement of a text, as it was written. */
export interface Clause {
  text: string;
  /** Clauses of one sentence have the same number. */
  sentence: number;
}

/** Between digits they belong to a number. */
const SENTENCE_END = /[.!?…。！？]+(?=\s|$|["'”’»)\]])|[\r\n]+/u;
const CLAUSE_END =
  /[;()[\]{}•·|]|(?<!\d),|,(?!\d)|\s[-–—]\s|—|\s(?:but|and|however|although|though|yet|whereas|then|except|mais|et|cependant|toutefois|pourtant|puis|sauf|alors que|par contre|tandis que)(?=\s)/iu;

/**
 * A text as its statements: what stands in one says nothing of another ("the tank is empty, the pads are fine"). Cuts at ends of sentences and lines, at
 * commas that are not part of a number, brackets, dashes, and words that join (but, and, mais, et …). Linear in the length of the text.
 */
export function splitClauses(text: string): Clause[] {
  const clauses: Clause[] = [];
  text.split(new RegExp(SENTENCE_END, 'gu')).forEach((sentence, index) => {
    for (const part of sentence.split(new RegExp(CLAUSE_END, 'giu'))) {
      const written = part.trim();
      if (written !== '') clauses.push({ text: written, sentence: index });
    }
  });
  return clauses;
}
