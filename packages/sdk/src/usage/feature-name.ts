import { OTHER, UNMATCHED, USAGE_BOUNDS } from './usage-record.ts';

/** What the application calls a use: `{ 'POST /chat': 'chat_message', '/reports/:id': { name: 'report', group: 'reports' } }`. */
export type FeatureTable = Readonly<Record<string, string | { name: string; group?: string }>>;

export interface Feature {
  name: string;
  group: string;
}

/**
 * The name of a use. The application's table decides first (`METHOD template`, then the template alone), else the convention: without
 * `api`, version and parameters, the first noun in the singular and the last literal segment, or the method's verb; `/` is `home`.
 */
export function nameFeature(method: string, template: string, table: FeatureTable = {}): Feature {
  const own = entryOf(table, `${method} ${template}`) ?? entryOf(table, template);
  const named = own ?? byConvention(method, template);
  return { name: named.name.slice(0, USAGE_BOUNDS.feature), group: named.group.slice(0, USAGE_BOUNDS.group) };
}

function entryOf(table: FeatureTable, key: string): Feature | null {
  if (!Object.hasOwn(table, key)) return null;
  const entry = table[key];
  if (typeof entry === 'string') return { name: entry, group: byConvention('GET', key.slice(key.indexOf('/'))).group };
  if (entry === undefined) return null;
  return { name: entry.name, group: entry.group ?? entry.name };
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
  QUERY: 'search',
};

function byConvention(method: string, template: string): Feature {
  if (template === UNMATCHED || template === OTHER) return { name: template, group: template };
  const segments = template
    .split('/')
    .filter((segment) => segment !== '' && segment !== 'api' && !VERSION.test(segment));
  if (segments.length === 0) return { name: 'home', group: 'home' };
  const literals = segments.filter((segment) => !isParameter(segment));
  const [first = 'item'] = literals;
  const noun = singular(snake(first));
  const last = literals.at(-1) ?? first;
  if (literals.length > 1) return { name: `${noun}_${snake(last)}`, group: first };
  const isList = segments.at(-1) === first && noun !== snake(first);
  const verb = VERBS[method] ?? (isList ? 'list' : 'get');
  return { name: `${noun}_${verb}`, group: first };
}

const VERSION = /^v\d+(\.\d+)*$/i;

/** `:id`, `{id}`, `*`, `*rest`, `[id]`, `(\\d+)`, `user-:id`, `:id.json`: anything that stands for a value. */
function isParameter(segment: string): boolean {
  return /[:{}*[\]()<>$]/.test(segment);
}

function snake(segment: string): string {
  const words = segment.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return words.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '') || 'item';
}

/** Words that the endings below would spoil. */
const SINGULARS: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  movies: 'movie',
  cookies: 'cookie',
  series: 'series',
  news: 'news',
  species: 'species',
  analyses: 'analysis',
  indices: 'index',
  data: 'data',
};

function singular(words: string): string {
  const cut = words.lastIndexOf('_') + 1;
  const word = words.slice(cut);
  return words.slice(0, cut) + (Object.hasOwn(SINGULARS, word) ? SINGULARS[word] : withoutEnding(word));
}

function withoutEnding(word: string): string {
  if (word.length < 4 || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(x|ch|sh|ss|zz|us)es$/.test(word) && !/(causes|houses|uses)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
