const SIBILANT = /(?:s|x|z|ch|sh)$/;
const CONSONANT_Y = /[^aeiou]y$/;
/** One vowel between consonants at the end of a short word doubles its last letter: run, running; plan, planned. */
const DOUBLING = /^[^aeiou]*[aeiou][^aeiouwxy]$/;
const DOUBLING_LONG = new Set([
  'occur',
  'transfer',
  'transmit',
  'prefer',
  'begin',
  'forget',
  'control',
  'embed',
  'commit',
  'refer',
]);

/** Every regular form of the verbs, and the irregular forms as they are. */
export function inflectEnglish(bases: ReadonlySet<string>, irregular: ReadonlySet<string>): ReadonlySet<string> {
  const forms = new Set(irregular);
  for (const base of bases) for (const form of formsOf(base)) forms.add(form);
  return forms;
}

function formsOf(base: string): string[] {
  if (base.endsWith('ee')) return [base, `${base}s`, `${base}d`, `${base}ing`];
  if (base.endsWith('ie')) return [base, `${base}s`, `${base}d`, `${base.slice(0, -2)}ying`];
  if (base.endsWith('e')) return [base, `${base}s`, `${base}d`, `${base.slice(0, -1)}ing`];
  if (CONSONANT_Y.test(base)) return [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`];
  const plural = SIBILANT.test(base) ? `${base}es` : `${base}s`;
  const stem = DOUBLING.test(base) || DOUBLING_LONG.has(base) ? base + base.at(-1) : base;
  return [base, plural, `${stem}ed`, `${stem}ing`];
}
