import type { Token } from '../text/tokenise.ts';
import { FRENCH } from '../words/french.ts';
import { wordSet } from '../words/word-set.ts';
import type { WordClass } from './word-class.ts';

const NOUNS_LIKE_VERBS =
  wordSet(`hiver mer fer cancer enfer docker server master cluster buffer hier amer ver tender manager danger
  panier dossier fichier métier papier courrier quartier désir plaisir avenir souvenir loisir cuir tir soupir pouvoir devoir`);
const ARTICLES = wordSet(`le la les l un une ce cet cette ces son sa ses leur leurs`);
const INFINITIVE = /(?:[^i]er|[^aieo]ir|aître|oire|uire|endre|ondre|erdre|ettre|aindre|oindre|ouvrir|oir)$/;
const NOT_INFINITIVE = /(?:eoir|toir|voir|soir|noir|loire|toire|moire|voire|soire)$/;
const FINITE = /(?:[^f]ait|aient|èrent|erait|eraient|irait|eront|issent|issait)$/;
const ADVERB = /(?:[aeiué]ment|emment|amment)$/;
const NOUNS_IN_MENT =
  wordSet(`moment argument document événement évènement équipement paiement déploiement développement traitement
  changement fonctionnement chargement redémarrement logement appartement département mouvement élément fragment segment
  environnement gouvernement jugement enregistrement renseignement recrutement remboursement bâtiment sentiment aliment médicament
  instrument monument complément règlement abonnement versement dépassement acheminement remplacement financement investissement
  classement stationnement établissement empilement épuisement éclatement démarrement placement déplacement emplacement
  hébergement téléchargement cloisonnement partitionnement raisonnement entraînement apprentissement ralentissement avertissement
  vieillissement rendement agencement allongement accompagnement enseignement ciment`);

/** The class of each word of a French sentence: by lists and endings, and by the word before. */
export function classifyFrench(tokens: readonly Token[]): WordClass[] {
  const classes: WordClass[] = [];
  for (const [at, token] of tokens.entries()) {
    const kind = classOf(token, classes[at - 1], tokens[at - 1]?.lower ?? '');
    classes.push(
      kind === 'noun' && classes[at - 1] === 'noun' && isPredicate(token.lower, tokens[at + 1]) ? 'verb' : kind,
    );
  }
  return classes;
}

/** After a noun: "l'étiage menace l'irrigation", "les commandes passées entre", "l'étude suit pendant". */
function isPredicate(lower: string, next: Token | undefined): boolean {
  if (next?.kind !== 'word') return false;
  if (/(?:[^i]e|[^n]t|ent)$/.test(lower) && ARTICLES.has(next.lower)) return true;
  if (/(?:[^t]é|[^t]ée|[^t]és|ées|its?|ites?)$/.test(lower))
    return FRENCH.closed.has(next.lower) || FRENCH.joiners.has(next.lower);
  return false;
}

function classOf(token: Token, before: WordClass | undefined, wordBefore: string): WordClass {
  if (token.kind !== 'word') return token.kind;
  const { lower, text } = token;
  if (text.length > 1 && text === text.toUpperCase() && /\p{L}{2}/u.test(text)) return 'noun';
  return closedClass(lower) ?? openClass(lower, before, wordBefore);
}

function closedClass(lower: string): WordClass | null {
  if (FRENCH.joiners.has(lower)) return 'joiner';
  if (FRENCH.determiners.has(lower)) return 'determiner';
  if (FRENCH.pronouns.has(lower)) return 'pronoun';
  if (FRENCH.auxiliaries.has(lower)) return 'auxiliary';
  return FRENCH.closed.has(lower) ? 'closed' : null;
}

function openClass(lower: string, before: WordClass | undefined, wordBefore: string): WordClass {
  if (ADVERB.test(lower) && !NOUNS_IN_MENT.has(lower) && lower.length > 6) return 'adverb';
  const isSubjectBefore = before === 'pronoun' && wordBefore !== 'en' && wordBefore !== 'y';
  if (isSubjectBefore || isAfterAuxiliary(lower, before)) return 'verb';
  if (before !== 'determiner' && isVerb(lower, before, wordBefore)) return 'verb';
  if (FRENCH.weakAdjectives.has(lower)) return 'adjective';
  return 'noun';
}

function isAfterAuxiliary(lower: string, before: WordClass | undefined): boolean {
  return before === 'auxiliary' && /(?:é|ée|és|ées|i|is|it|u|us|ue|ert|er|ir|re|oir)$/.test(lower);
}

function isVerb(lower: string, before: WordClass | undefined, wordBefore: string): boolean {
  if (FRENCH.verbs.has(lower)) return before !== 'joiner' || INFINITIVE.test(lower);
  if (NOUNS_LIKE_VERBS.has(lower)) return false;
  if (lower.length > 4 && FINITE.test(lower)) return true;
  if (lower.endsWith('ant') && wordBefore === 'en') return true;
  const isInfinitivePlace =
    before === 'joiner' || before === 'auxiliary' || before === 'closed' || before === undefined;
  return isInfinitivePlace && lower.length > 3 && INFINITIVE.test(lower) && !NOT_INFINITIVE.test(lower);
}
