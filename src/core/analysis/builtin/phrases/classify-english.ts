import type { Token } from '../text/tokenise.ts';
import { ENGLISH } from '../words/english.ts';
import { wordSet } from '../words/word-set.ts';
import { isNominal, type WordClass } from './word-class.ts';

const NOUNS_LIKE_ADJECTIVES =
  wordSet(`signal material proposal approval arrival trial journal terminal capital hospital animal metal
  crystal principal goal deal retrieval removal renewal interval manual individual mineral chemical professional tutorial festival
  rehearsal rental withdrawal portal credential differential integral polynomial channel logic topic traffic music magic metric
  arithmetic statistic heuristic fabric clinic public panic mechanic mechanics graphic archive drive perspective objective
  alternative initiative derivative executive incentive motive additive table cable variable observable vegetable library boundary
  summary dictionary binary vocabulary secretary salary diary glossary itinerary wireless bus virus consensus status census corpus
  apparatus stimulus nucleus focus bonus campus chorus`);
const NOUNS_LIKE_GERUNDS =
  wordSet(`thing string ring king spring morning evening building meeting wedding ceiling feeling wing sling
  training engineering programming computing networking processing learning modeling modelling routing scheduling mining clustering
  pricing marketing manufacturing machining coding encoding imaging sensing sampling filtering parsing indexing rendering mapping
  operating caching logging testing tuning planning banking shopping housing parking painting cooking`);
const NOUNS_LIKE_PARTICIPLES = wordSet(
  `speed need feed seed bed shed thread hundred sacred embed reed weed greed breed`,
);
const NOUNS_LIKE_ADVERBS = wordSet(`assembly family supply reply anomaly monopoly ally italy july poly early`);
const ADJECTIVE_ENDING = /(?:al|ive|ous|ic|able|ible|ful|less|ary|ish|ory)$/;
const ADJECTIVES =
  wordSet(`nightly daily weekly monthly yearly hourly quarterly friendly likely unlikely costly linear nonlinear non-linear nuclear molecular binary discrete finite infinite digital optimal parallel
  local global adaptive fuzzy neural robust sparse dense stable smart mobile remote random stochastic uniform secure safe slow fast hot
  cold warm angular planar polar scalar similar popular regular modular circular cellular vascular solar`);
const PLURALS_THAT_MODIFY =
  wordSet(`systems communications sales operations mathematics physics economics electronics graphics
  sports goods logistics robotics statistics dynamics kinetics optics materials savings services resources news`);
const BEFORE_BASE_FORM = /^(?:to|do|does|did|can|could|may|might|must|shall|should|will|would|cannot|let|please)$|n't$/;
const RELATIVE = /^(?:which|that|who)$/;
/** Verbs made of adjectives and nouns; the few nouns that end so are listed. */
const VERB_ENDING = /[^aeo](?:i[sz]es?|if(?:y|ies)|y[sz]es?)$/;
const NOUNS_LIKE_VERBS =
  wordSet(`size sizes prize prizes exercise exercises noise precise enterprise enterprises expertise promise
  promises premise premises rise franchise merchandise compromise compromises surprise disguise paradise concise demise basis analysis
  crisis thesis hypothesis synthesis analyses crises theses hypotheses axis`);
const BE_OR_HAVE =
  /^(?:be|is|are|was|were|been|being|am|has|have|had|having|get|gets|got)$|^(?:is|are|was|were|has|have|had)n't$/;
const IRREGULAR_PAST =
  wordSet(`found given made taken become seen led held chosen known thought understood sent run built grown shown
  drawn fallen paid spent lost won sold bought learned heard left written broken driven`);

/** The class of each word of an English sentence: by lists and endings first, then by the neighbours. */
export function classifyEnglish(tokens: readonly Token[]): WordClass[] {
  const isShouted = tokens
    .filter((token) => token.kind === 'word')
    .every((token) => token.text === token.text.toUpperCase());
  const classes = tokens.map((token) => firstGuess(token, isShouted));
  for (let at = 0; at < tokens.length; at++) {
    const kind = classes[at];
    if (kind === 'ambiguous') classes[at] = ofAmbiguous(tokens, classes, at);
    else if (kind === 'gerund') classes[at] = ofGerund(tokens, classes, at);
    else if (kind === 'participle') classes[at] = ofParticiple(tokens, classes, at);
  }
  return classes;
}

function firstGuess(token: Token, isShouted: boolean): WordClass {
  if (token.kind !== 'word') return token.kind;
  const { lower, text } = token;
  const isAcronym = !isShouted && text.length > 1 && text === text.toUpperCase() && /\p{L}{2}/u.test(text);
  if (isAcronym) return 'noun';
  return closedClass(lower) ?? verbClass(lower) ?? byEnding(lower);
}

function closedClass(lower: string): WordClass | null {
  if (ENGLISH.determiners.has(lower)) return 'determiner';
  if (ENGLISH.pronouns.has(lower)) return 'pronoun';
  if (ENGLISH.auxiliaries.has(lower)) return 'auxiliary';
  return ENGLISH.closed.has(lower) ? 'closed' : null;
}

function verbClass(lower: string): WordClass | null {
  if (NOUNS_LIKE_GERUNDS.has(lower)) return 'noun';
  const isMadeVerb = lower.length > 5 && VERB_ENDING.test(lower) && !NOUNS_LIKE_VERBS.has(lower);
  const isVerb = ENGLISH.verbs.has(lower) || isMadeVerb;
  if (!isVerb && !ENGLISH.verbsOrNouns.has(lower)) return null;
  if (lower.endsWith('ing')) return 'gerund';
  if (/[^e]ed$/.test(lower) || IRREGULAR_PAST.has(lower)) return 'participle';
  return 'ambiguous';
}

function byEnding(lower: string): WordClass {
  const isAdverb = lower.length > 4 && lower.endsWith('ly') && !NOUNS_LIKE_ADVERBS.has(lower);
  if (isAdverb && !ADJECTIVES.has(lower)) return 'adverb';
  if (lower.length > 5 && lower.endsWith('ing')) return 'gerund';
  if (lower.length > 4 && /[^e]ed$/.test(lower) && !NOUNS_LIKE_PARTICIPLES.has(lower)) return 'participle';
  if (ENGLISH.weakAdjectives.has(lower) || ADJECTIVES.has(lower)) return 'adjective';
  if (lower.length > 4 && ADJECTIVE_ENDING.test(lower) && !NOUNS_LIKE_ADJECTIVES.has(lower)) return 'adjective';
  return 'noun';
}

/** "the design of", "a report" are nouns; "to report", "we design", "results show that" are verbs. */
function ofAmbiguous(tokens: readonly Token[], classes: readonly WordClass[], at: number): WordClass {
  const before = classes[at - 1];
  const { lower } = tokens[at]!;
  const word = tokens[at - 1]?.lower ?? '';
  if (BEFORE_BASE_FORM.test(word)) return isPlace(word, lower, classes[at + 1]) ? 'noun' : 'verb';
  if (before === 'pronoun' || RELATIVE.test(word)) return 'verb';
  if (!ENGLISH.verbsOrNouns.has(lower)) return before === 'determiner' || before === 'adjective' ? 'noun' : 'verb';
  if (before === 'noun' && isFiniteAfter(lower, word, classes[at + 1])) return 'verb';
  return isHead(before) && hasObject(tokens[at + 1]?.lower, classes[at + 1]) ? 'verb' : 'noun';
}

/** "due to use of", "attention to detail in": `to` before a word that is first of all a noun. */
function isPlace(before: string, lower: string, after: WordClass | undefined): boolean {
  return before === 'to' && after === 'closed' && !ENGLISH.verbs.has(lower);
}

/** Where a verb may stand: at the start ("Check the log"), or after its subject. */
function isHead(before: WordClass | undefined): boolean {
  return before === undefined || before === 'mark' || before === 'noun' || before === 'adverb';
}

function hasObject(next: string | undefined, after: WordClass | undefined): boolean {
  return after === 'determiner' || after === 'pronoun' || next === 'how';
}

/** "the packet falls by", "developers need": plural and base form, or a word that is first of all a verb before no noun. */
function isFiniteAfter(lower: string, subject: string, after: WordClass | undefined): boolean {
  const isPlural = /[^s]s$/.test(subject);
  const isThirdPerson = /[^s]s$/.test(lower);
  if (isPlural && !isThirdPerson && (ENGLISH.verbs.has(lower) || !PLURALS_THAT_MODIFY.has(subject))) return true;
  return (
    !isPlural &&
    isThirdPerson &&
    ENGLISH.verbs.has(lower) &&
    after !== 'mark' &&
    after !== undefined &&
    !isNominal(after)
  );
}

/** "signal processing", "the operating system" are nouns; "method using wavelets", "solving the equation" are verbs. */
function ofGerund(tokens: readonly Token[], classes: readonly WordClass[], at: number): WordClass {
  const before = classes[at - 1];
  const after = classes[at + 1];
  if (after === 'determiner' || after === 'pronoun') return 'verb';
  if (before === 'determiner' || before === 'adjective') return 'noun';
  if (before === 'auxiliary') return 'verb';
  const isKnownVerb = ENGLISH.verbs.has(tokens[at]!.lower);
  const phraseFollows = mayFollowInPhrase(after);
  if (isKnownVerb) return before === 'noun' && !phraseFollows && after !== 'closed' ? 'noun' : 'verb';
  return before === 'noun' || phraseFollows || before === 'closed' ? 'noun' : 'verb';
}

function mayFollowInPhrase(after: WordClass | undefined): boolean {
  return isNominal(after) || after === 'ambiguous' || after === 'gerund' || after === 'participle';
}

/** "distributed systems" is an adjective, "was distributed", "method based on" are verbs. */
function ofParticiple(tokens: readonly Token[], classes: readonly WordClass[], at: number): WordClass {
  const before = classes[at - 1] === 'adverb' ? classes[at - 2] : classes[at - 1];
  const after = classes[at + 1];
  const wordBefore = tokens[classes[at - 1] === 'adverb' ? at - 2 : at - 1]?.lower ?? '';
  if (!mayFollowInPhrase(after)) return 'verb';
  if (before === 'pronoun' || BE_OR_HAVE.test(wordBefore)) return 'verb';
  const isKnown = ENGLISH.verbs.has(tokens[at]!.lower) || ENGLISH.verbsOrNouns.has(tokens[at]!.lower);
  return before === 'noun' && isKnown ? 'verb' : 'adjective';
}
