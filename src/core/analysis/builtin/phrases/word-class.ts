/** What a word is in its sentence. Only `noun` and `adjective` stand in noun phrases; `joiner` binds two nouns (French "de"). */
export type WordClass =
  | 'noun'
  | 'adjective'
  | 'gerund'
  | 'participle'
  | 'ambiguous'
  | 'verb'
  | 'determiner'
  | 'pronoun'
  | 'auxiliary'
  | 'adverb'
  | 'closed'
  | 'joiner'
  | 'number'
  | 'mark';

/** Whether the word may stand in a noun phrase. */
export function isNominal(kind: WordClass | undefined): boolean {
  return kind === 'noun' || kind === 'adjective';
}
