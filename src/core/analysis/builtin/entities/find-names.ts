import type { FoundEntity } from './entity.ts';
import { AMBIGUOUS_NAMES, GIVEN_NAMES, ORGANISATIONS, PLACES } from './names.ts';

const CAPITALS = String.raw`\p{Lu}[\p{L}\p{M}'’-]{0,30}`;
const HONORIFIC = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Doctor|Sir|Captain|Inspector|M|Mme|Mlle|Monsieur|Madame|Docteur|Professeur|Maître)\.? ${CAPITALS}(?: ${CAPITALS}){0,2}`,
  'gu',
);
const INTRODUCED = new RegExp(
  `(?:[Mm]y name is|[Jj]e m['’]appelle|[Mm]on nom est|[Cc]alled|[Nn]ommée?) (?<value>${CAPITALS}(?: ${CAPITALS}){0,2})`,
  'gu',
);
const CAPITAL_RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}_@#/.-])${CAPITALS}(?: (?:of |de |d['’]|du |des |da |la |le |and (?=\p{Lu}\p{Ll}+ (?:Company|Co|Sons)))?${CAPITALS}){0,5}`,
  'gu',
);
const FORM_OF_COMPANY =
  /(?<![\p{L}])(?:Inc|Ltd|LLC|GmbH|Corp|Corporation|Company|Group|Bank|University|Institute|College|Foundation|Association|Agency|Ministry|Department|Laboratory|Labs|Airlines|SARL|SAS|Université|Institut|Banque|Ministère|Fondation|Agence|Groupe|Laboratoire|École|Mairie|Préfecture)(?![\p{L}])/u;
const KIND_OF_PLACE =
  /(?<![\p{L}])(?:Street|Avenue|Road|Square|River|Lake|Mount|Mountain|Mountains|Museum|Airport|Station|Bridge|Park|Island|Islands|Ocean|Sea|Beach|Valley|Hotel|Hospital|Tower|Castle|Cathedral|Theatre|Theater|Restaurant|Rue|Boulevard|Musée|Aéroport|Gare|Lac|Pont|Île|Hôtel|Hôpital|Château|Cathédrale|Théâtre|Palais)(?![\p{L}])/u;
const SMALL_KIND_OF_PLACE = new RegExp(
  String.raw`(?<![\p{L}])(?:rue|avenue|boulevard|place|lac|musée|gare|aéroport|pont|île|mont|quai|bassin|vallée|ville|région) (?:de la |de l['’]|de |du |des |d['’])?${CAPITALS}(?:[ -]${CAPITALS}){0,2}`,
  'gu',
);
const QUOTED =
  /(?<before>[\p{L}]{2,20}[,:]? {0,2})?["“«][ \u00a0\u202f]?(?<value>[\p{Lu}\p{N}][^"“”«»\n]{1,90}?)[ \u00a0\u202f]?["”»]/gu;
const SPEAKING =
  /^(?:said|says|say|saying|asked|asks|told|tells|replied|answered|shouted|logs?|error|message|dit|disait|demande|répond|répondu|crie|erreur)[,:]? {0,2}$/i;

/**
 * Persons, organisations, places and titles: by forms of address, lists of frequent names, and the words that names of companies and
 * places have. `people` are further names known from elsewhere (the authors of a conversation).
 */
export function* findNames(text: string, people: readonly string[]): Iterable<FoundEntity> {
  for (const match of text.matchAll(QUOTED)) {
    const found = titleOf(match);
    if (found) yield found;
  }
  for (const match of text.matchAll(HONORIFIC)) yield { text: match[0], type: 'person', at: match.index };
  for (const match of text.matchAll(INTRODUCED)) {
    const value = match.groups!.value!;
    yield { text: value, type: 'person', at: match.index + match[0].lastIndexOf(value) };
  }
  for (const match of text.matchAll(SMALL_KIND_OF_PLACE)) yield { text: match[0], type: 'place', at: match.index };
  const known = new Set(people.map((name) => name.toLowerCase()));
  for (const match of text.matchAll(CAPITAL_RUN)) yield* namesInRun(text, match[0], match.index, known);
}

function titleOf(match: RegExpMatchArray): FoundEntity | null {
  const { before = '', value = '' } = match.groups!;
  const words = value.split(/\s+/).length;
  const isSpeech = SPEAKING.test(before) || /[.,;:!]$|[{}<>=;]|[.!?] /.test(value);
  if (isSpeech || words > 10 || !/\p{L}{2}/u.test(value)) return null;
  return { text: value, type: 'title', at: match.index! + match[0].indexOf(value, before.length) };
}

/** What a run of capitalised words is: one whole name where its words say so, else the known names in it. */
function* namesInRun(text: string, run: string, at: number, known: ReadonlySet<string>): Iterable<FoundEntity> {
  const words = run.split(' ');
  const lower = withoutPossessive(run).toLowerCase();
  const whole = (type: FoundEntity['type']): FoundEntity => ({ text: withoutPossessive(run), type, at });
  if (ORGANISATIONS.has(lower)) yield whole('organisation');
  else if (PLACES.has(lower) && !GIVEN_NAMES.has(lower)) yield whole('place');
  else if (words.length > 1 && FORM_OF_COMPANY.test(run)) yield whole('organisation');
  else if (words.length > 1 && KIND_OF_PLACE.test(run)) yield whole('place');
  else yield* namesInWords(text, words, at, known);
}

function* namesInWords(
  text: string,
  words: readonly string[],
  start: number,
  known: ReadonlySet<string>,
): Iterable<FoundEntity> {
  let at = start;
  for (let place = 0; place < words.length; ) {
    const found = nameAt(text, words, place, at, known);
    if (found) yield { text: found.text, type: found.type, at };
    const taken = found?.words ?? 1;
    for (const word of words.slice(place, place + taken)) at += word.length + 1;
    place += taken;
  }
}

interface NameInRun {
  text: string;
  type: FoundEntity['type'];
  words: number;
}

function nameAt(
  text: string,
  words: readonly string[],
  place: number,
  at: number,
  known: ReadonlySet<string>,
): NameInRun | null {
  for (let size = Math.min(3, words.length - place); size > 0; size--) {
    const piece = withoutPossessive(words.slice(place, place + size).join(' '));
    const lower = piece.toLowerCase();
    if (ORGANISATIONS.has(lower)) return { text: piece, type: 'organisation', words: size };
    if (known.has(lower)) return { text: piece, type: 'person', words: size };
    if (PLACES.has(lower) && !GIVEN_NAMES.has(lower)) return { text: piece, type: 'place', words: size };
  }
  return personAt(text, words, place, at);
}

function personAt(text: string, words: readonly string[], place: number, at: number): NameInRun | null {
  const first = withoutPossessive(words[place]!);
  const lower = first.toLowerCase();
  if (!GIVEN_NAMES.has(lower) || first === first.toUpperCase()) return null;
  const isSurname = (word: string | undefined) => word !== undefined && /^\p{Lu}\p{Ll}/u.test(word);
  const size = isSurname(words[place + 1]) ? (isSurname(words[place + 2]) ? 3 : 2) : 1;
  if (size === 1 && AMBIGUOUS_NAMES.has(lower) && !isSurelyName(text, first, at)) return null;
  return { text: withoutPossessive(words.slice(place, place + size).join(' ')), type: 'person', words: size };
}

/** "Mark the line" is an order; "Mark, your report", "Mark's report" and "ask Mark" are a name. */
function isSurelyName(text: string, name: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 2), at);
  const isStart = at === 0 || /[.!?\n:"“«]\s?$/.test(before);
  const after = text.slice(at + name.length, at + name.length + 2);
  return (!isStart && /[\p{Ll},] $/u.test(before)) || /^(?:,|['’]s| :|:)/.test(after);
}

function withoutPossessive(name: string): string {
  return name.replace(/['’]s?$/, '');
}
