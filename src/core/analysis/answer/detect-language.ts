/** Words that stand in nearly every sentence of a language and seldom in one of another. */
const COMMON_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: 'the and of to is are was were that this with for have has not you they we it be which from will would can there their'.split(
    ' ',
  ),
  fr: 'le la les des et est une un du que qui dans pour pas sur avec nous vous ils elle ce cette sont été au aux par mais plus il'.split(
    ' ',
  ),
  de: 'der die das und ist nicht ein eine mit für auf den dem wir sie ich von zu war sind auch werden wurde'.split(' '),
  es: 'el los las y es una un que en por con para no se del su está como más pero son fue hay'.split(' '),
  it: 'il gli di che è una un per non con del della sono nel alla questo anche come più stato ma'.split(' '),
  pt: 'o os as e é uma um que não com para por do da em no na são foi mais como está'.split(' '),
};

const INDEX: ReadonlyMap<string, readonly string[]> = (() => {
  const index = new Map<string, string[]>();
  for (const [language, words] of Object.entries(COMMON_WORDS)) {
    for (const word of words) index.set(word, [...(index.get(word) ?? []), language]);
  }
  return index;
})();

/** Words looked at: a long conversation has told its language by then. */
const WORDS = 2_000;
/** Hits a language needs, and by how much it must lead: below that nothing is said. */
const LEAST_HITS = 3;
const LEAD = 1.5;

/** ISO 639-1 of English, French, German, Spanish, Italian or Portuguese, by their commonest words; null: too little text, or too mixed. */
export function detectLanguage(text: string): string | null {
  const hits = new Map<string, number>();
  let words = 0;
  for (const [word] of text
    .slice(0, 100_000)
    .toLowerCase()
    .matchAll(/\p{L}+/gu)) {
    if (++words > WORDS) break;
    for (const language of INDEX.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  }
  const ranked = [...hits].sort(([, a], [, b]) => b - a);
  const [first, second] = ranked;
  if (first === undefined || first[1] < LEAST_HITS) return null;
  return second !== undefined && first[1] < second[1] * LEAD ? null : first[0];
}
