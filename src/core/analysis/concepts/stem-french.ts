const LONGEST_WORD = 40;
/** A stem of fewer letters says nothing any more. */
const SHORTEST_STEM = 3;

/**
 * Endings of nouns and adjectives, longest first, and what stands for them: a family of words (migrer, migration, migrations) is to
 * share a stem, so agent and action endings go as verb endings do.
 */
const ENDINGS: readonly (readonly [ending: string, replacement: string])[] = [
  ['ifications', 'ifi'],
  ['ification', 'ifi'],
  ['ibilites', ''],
  ['ibilite', ''],
  ['abilites', ''],
  ['abilite', ''],
  ['issements', 'i'],
  ['issement', 'i'],
  ['ications', 'iqu'],
  ['ication', 'iqu'],
  ['icatrice', 'iqu'],
  ['icateur', 'iqu'],
  ['atrices', ''],
  ['atrice', ''],
  ['ateurs', ''],
  ['ateur', ''],
  ['ations', ''],
  ['ation', ''],
  ['logies', 'log'],
  ['logie', 'log'],
  ['logiques', 'log'],
  ['logique', 'log'],
  ['ences', 'ent'],
  ['ence', 'ent'],
  ['ances', ''],
  ['ance', ''],
  ['ilites', 'il'],
  ['ilite', 'il'],
  ['ivites', 'iv'],
  ['ivite', 'iv'],
  ['ites', ''],
  ['ite', ''],
  ['istes', ''],
  ['iste', ''],
  ['ismes', ''],
  ['isme', ''],
  ['ables', ''],
  ['able', ''],
  ['ibles', ''],
  ['ible', ''],
  ['iques', 'iqu'],
  ['ique', 'iqu'],
  ['euses', 'eu'],
  ['euse', 'eu'],
  ['eurs', 'eu'],
  ['eur', 'eu'],
  ['eux', 'eu'],
  ['ives', 'iv'],
  ['ive', 'iv'],
  ['ifs', 'iv'],
  ['if', 'iv'],
  ['elles', 'el'],
  ['elle', 'el'],
  ['els', 'el'],
  ['ales', 'al'],
  ['ale', 'al'],
  ['eaux', 'eau'],
  ['aux', 'al'],
  ['ements', ''],
  ['ement', ''],
  ['ments', ''],
  ['ment', ''],
  ['issantes', 'i'],
  ['issante', 'i'],
  ['issants', 'i'],
  ['issant', 'i'],
  ['issent', 'i'],
  ['issait', 'i'],
  ['irons', 'i'],
  ['antes', ''],
  ['ante', ''],
  ['ants', ''],
  ['ant', ''],
  ['erions', ''],
  ['eront', ''],
  ['erait', ''],
  ['aient', ''],
  ['ions', ''],
  ['ees', ''],
  ['ee', ''],
  ['es', ''],
  ['er', ''],
  ['ez', ''],
  ['ait', ''],
  ['era', ''],
  ['ies', 'i'],
  ['ie', 'i'],
  ['is', 'i'],
  ['ir', 'i'],
  ['e', ''],
  ['s', ''],
  ['x', ''],
];

const DOUBLED = /(?:ll|nn|tt|rr|ss|mm)$/;

/**
 * The stem of a French word in lower case, without accents: one ending is taken off, the longest that leaves three letters. Our own,
 * after the families of endings of the Snowball French stemmer (https://snowballstem.org/algorithms/french/stemmer.html), without its
 * regions: it joins a word's inflections and derivations, and is not meant to be shown.
 */
export function stemFrench(word: string): string {
  const plain = withoutAccents(word);
  if (plain.length <= SHORTEST_STEM || plain.length > LONGEST_WORD || !/^[a-z]+$/.test(plain)) return plain;
  for (const [ending, replacement] of ENDINGS) {
    if (!plain.endsWith(ending)) continue;
    const left = plain.slice(0, plain.length - ending.length);
    if (left.length >= SHORTEST_STEM) return settle(left + replacement);
  }
  return settle(plain);
}

/** One form for stems that differ by a doubled consonant or by how an ending in `qu`, `c` or `y` is spelt. */
function settle(stem: string): string {
  const single = DOUBLED.test(stem) ? stem.slice(0, -1) : stem;
  return single.replace(/y$/, 'i').replace(/gu$/, 'g');
}

/** The word without accents, cedillas and ligatures. */
export function withoutAccents(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae');
}
