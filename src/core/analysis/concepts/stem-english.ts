/** Longer words are no words: they are kept as they are. */
const LONGEST_WORD = 40;

/** Pairs of ending and replacement, tried in this order; the first that fits decides. */
type Rules = readonly (readonly [ending: string, replacement: string])[];

const STEP_2: Rules = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
];

const STEP_3: Rules = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const STEP_4: Rules = [
  'al',
  'ance',
  'ence',
  'er',
  'ic',
  'able',
  'ible',
  'ant',
  'ement',
  'ment',
  'ent',
  'ion',
  'ou',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
].map((ending) => [ending, ''] as const);

/**
 * The stem of an English word in lower case; words with other letters than a to z, shorter than three or longer than 40, are
 * given back unchanged. Source: M.F. Porter, "An algorithm for suffix stripping", Program 14 (3), 1980
 * (https://tartarus.org/martin/PorterStemmer/def.txt).
 */
export function stemEnglish(word: string): string {
  if (word.length < 3 || word.length > LONGEST_WORD || !/^[a-z]+$/.test(word)) return word;
  let stem = withoutPlural(word);
  stem = withoutPastOrGerund(stem);
  if (stem.endsWith('y') && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = replaceEnding(stem, STEP_2, (left) => measure(left) > 0);
  stem = replaceEnding(stem, STEP_3, (left) => measure(left) > 0);
  stem = replaceEnding(stem, STEP_4, (left, ending) => measure(left) > 1 && (ending !== 'ion' || /[st]$/.test(left)));
  return withoutFinalE(stem);
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function withoutPastOrGerund(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const ending = ['ed', 'ing'].find((candidate) => word.endsWith(candidate));
  if (ending === undefined) return word;
  const left = word.slice(0, -ending.length);
  if (!hasVowel(left)) return word;
  if (/(?:at|bl|iz)$/.test(left)) return `${left}e`;
  if (endsInDouble(left)) return /[lsz]$/.test(left) ? left : left.slice(0, -1);
  return measure(left) === 1 && endsShort(left) ? `${left}e` : left;
}

function withoutFinalE(word: string): string {
  let stem = word;
  if (stem.endsWith('e')) {
    const left = stem.slice(0, -1);
    const size = measure(left);
    if (size > 1 || (size === 1 && !endsShort(left))) stem = left;
  }
  return stem.endsWith('ll') && measure(stem.slice(0, -1)) > 1 ? stem.slice(0, -1) : stem;
}

function replaceEnding(word: string, rules: Rules, mayReplace: (left: string, ending: string) => boolean): string {
  const rule = longestRule(word, rules);
  if (!rule) return word;
  const left = word.slice(0, word.length - rule[0].length);
  return mayReplace(left, rule[0]) ? left + rule[1] : word;
}

function longestRule(word: string, rules: Rules): Rules[number] | null {
  let longest: Rules[number] | null = null;
  for (const rule of rules) {
    if (word.endsWith(rule[0]) && rule[0].length > (longest?.[0].length ?? 0)) longest = rule;
  }
  return longest;
}

function isVowel(word: string, at: number): boolean {
  const letter = word[at]!;
  if ('aeiou'.includes(letter)) return true;
  return letter === 'y' && at > 0 && !isVowelLetter(word, at - 1);
}

/** Whether the letter before a `y` is a vowel; a `y` before it is one when a consonant leads it, and so on to the left. */
function isVowelLetter(word: string, at: number): boolean {
  let runOfY = 0;
  let place = at;
  while (place >= 0 && word[place] === 'y') {
    runOfY++;
    place--;
  }
  const isFirstVowel = place >= 0 && 'aeiou'.includes(word[place]!);
  if (runOfY === 0) return isFirstVowel;
  // At the start of a word the first `y` is a consonant, as it is after a vowel; from there the run alternates.
  const startsAsVowel = place >= 0 && !isFirstVowel;
  return startsAsVowel === (runOfY % 2 === 1);
}

function hasVowel(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (isVowel(word, at)) return true;
  return false;
}

/** How often a run of vowels is followed by a run of consonants. */
function measure(word: string): number {
  let count = 0;
  let wasVowel = false;
  for (let at = 0; at < word.length; at++) {
    const vowel = isVowel(word, at);
    if (wasVowel && !vowel) count++;
    wasVowel = vowel;
  }
  return count;
}

function endsInDouble(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && !isVowel(word, last);
}

/** Consonant, vowel, consonant, the last one neither w, x nor y. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last < 2) return false;
  return !isVowel(word, last - 2) && isVowel(word, last - 1) && !isVowel(word, last) && !/[wxy]$/.test(word);
}
