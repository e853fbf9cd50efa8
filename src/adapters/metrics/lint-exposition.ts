import { type ExposedFamily, parseExposition } from './parse-exposition.ts';

/**
 * What `promtool check metrics` finds wrong (client_golang's promlint, https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/testutil/promlint),
 * for where promtool is absent, and what makes a histogram none: a bound that is missing, counts that fall. Empty: nothing.
 */
export function lintExposition(text: string): string[] {
  const { families, problems } = parseExposition(text);
  const shown = families.filter(({ samples }) => samples.length > 0);
  return [
    ...problems,
    ...shown.flatMap((family) => RULES.flatMap((rule) => rule(family).map((told) => `${family.name} ${told}`))),
  ];
}

type Rule = (family: ExposedFamily) => string[];

const BASE_UNITS = ['amperes', 'bytes', 'celsius', 'grams', 'joules', 'kelvin', 'meters', 'metres', 'seconds', 'volts'];
const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(BASE_UNITS.map((unit) => [unit, unit])),
  ...{ minutes: 'seconds', hours: 'seconds', days: 'seconds', weeks: 'seconds' },
  ...{ kelvins: 'kelvin', fahrenheit: 'celsius', rankine: 'celsius' },
  ...{ inches: 'meters', yards: 'meters', miles: 'meters' },
  ...{ bits: 'bytes', calories: 'joules', pounds: 'grams', ounces: 'grams' },
};
const PREFIXES = 'pico nano micro milli centi deci deca hecto kilo kibi mega mibi giga gibi tera tebi peta pebi'.split(
  ' ',
);
const ABBREVIATIONS = 's ms us ns sec b kb mb gb tb pb m h d'.split(' ');
const TYPE_NAMES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

const hasHelp: Rule = ({ help }) => (help === null || help.trim() === '' ? ['has no help text'] : []);

const usesBaseUnits: Rule = ({ name }) => {
  for (const word of name.split('_')) {
    const prefix = PREFIXES.find((one) => word.startsWith(one) && word.slice(one.length) in UNITS);
    const unit = word in UNITS ? word : prefix && word.slice(prefix.length);
    if (unit !== undefined && UNITS[unit] !== word)
      return [`should use the base unit "${UNITS[unit]}" in place of "${word}"`];
  }
  return [];
};

const endsAsItsType: Rule = ({ name, type }) => {
  const told: string[] = [];
  if (type === 'counter' && !name.endsWith('_total')) told.push('is a counter, and does not end in "_total"');
  if (type !== 'counter' && type !== 'untyped' && name.endsWith('_total'))
    told.push('ends in "_total", and is no counter');
  const isDistribution = type === 'histogram' || type === 'summary';
  if (!isDistribution && type !== 'untyped' && /_(?:count|sum)$/.test(name))
    told.push('ends as a part of a histogram does');
  if (type !== 'histogram' && type !== 'untyped' && name.endsWith('_bucket'))
    told.push('ends in "_bucket", and is no histogram');
  return told;
};

const keepsReservedLabels: Rule = ({ type, samples }) => {
  const has = (label: string) => samples.some(({ labels }) => label in labels);
  return [
    ...(type !== 'histogram' && type !== 'untyped' && has('le') ? ['has the label "le", and is no histogram'] : []),
    ...(type !== 'summary' && type !== 'untyped' && has('quantile')
      ? ['has the label "quantile", and is no summary']
      : []),
  ];
};

const namesNoType: Rule = ({ name, type }) =>
  type === 'untyped' || !TYPE_NAMES.some((one) => name.split('_').includes(one)) ? [] : ['has its type in its name'];

const hasNoColon: Rule = ({ name }) => (name.includes(':') ? ['has a colon, which recording rules have'] : []);

const isSnakeCase: Rule = ({ name, samples }) => {
  const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
  return [name, ...labels]
    .filter((one) => /[a-z][A-Z]/.test(one))
    .map((one) => `has a name that is not snake_case: ${one}`);
};

const spellsUnitsOut: Rule = ({ name }) =>
  ABBREVIATIONS.filter((one) => `${name.toLowerCase()}_`.includes(`_${one}_`)).map(
    (one) => `abbreviates a unit: "${one}"`,
  );

/** Of each set of labels: bounds ascend to +Inf, counts never fall, and the last one is the count. */
const isWholeHistogram: Rule = ({ name, type, samples }) => {
  if (type !== 'histogram') return [];
  const sets = new Map<string, { bounds: number[]; counts: number[]; count: number | null; hasSum: boolean }>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).sort());
    const set = sets.get(key) ?? { bounds: [], counts: [], count: null, hasSum: false };
    sets.set(key, set);
    if (sample.name === `${name}_bucket`) {
      set.bounds.push(le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le));
      set.counts.push(sample.value);
    } else if (sample.name === `${name}_count`) set.count = sample.value;
    else if (sample.name === `${name}_sum`) set.hasSum = true;
  }
  return [...sets.values()].flatMap(({ bounds, counts, count, hasSum }) => [
    ...(bounds.at(-1) === Number.POSITIVE_INFINITY ? [] : ['has no bucket up to +Inf']),
    ...(ascends(bounds, (before, after) => after > before) ? [] : ['has bounds that do not ascend']),
    ...(ascends(counts, (before, after) => after >= before) ? [] : ['has bucket counts that fall']),
    ...(hasSum && count === counts.at(-1) ? [] : ['has no sum, or a count that is not its last bucket’s']),
  ]);
};

function ascends(numbers: readonly number[], isOrdered: (before: number, after: number) => boolean): boolean {
  return numbers.every((number, index) => index === 0 || isOrdered(numbers[index - 1]!, number));
}

const RULES: readonly Rule[] = [
  hasHelp,
  usesBaseUnits,
  endsAsItsType,
  keepsReservedLabels,
  namesNoType,
  hasNoColon,
  isSnakeCase,
  spellsUnitsOut,
  isWholeHistogram,
];
