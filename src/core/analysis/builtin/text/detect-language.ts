import { wordSet } from '../words/word-set.ts';

/** What the analyser can tell apart; `other` is any other language, and text of too few words. */
export type AnalysisLanguage = 'en' | 'fr' | 'other';

/** Characters looked at: a conversation does not change its language after them. */
const LOOKED_AT = 20_000;

/** The most frequent words of running text that the other language and its neighbours do not have. */
const ENGLISH_SIGNS =
  wordSet(`the of and to is that it was for are with as his they be at this have from had were which you i
  there can their said an we when your would my has been who will more if its into our by not what all do how about out don't i'm
  it's should could these those my does did but or after no because just get he she her him me yes hello please thanks`);
const FRENCH_SIGNS =
  wordSet(`le la les des du et est une un dans que qui pour pas sur au aux avec ce cette il elle nous vous je
  ne se par plus sont mais ou où été être avoir ses son sa leur leurs comme j l d c qu n s m merci bonjour oui très aussi fait tout
  en à ont cet ces mon ma mes si bien`);
/** Frequent in the neighbours of either: German, Spanish, Italian, Portuguese, Dutch. */
export const OTHER_SIGNS =
  wordSet(`der die das und ist nicht ein eine ich sie mit den von zu auf für el los las que y es por con para una del
  como pero il che di non per è sono della o os uma não com het een van niet dat ik je wij op nel gli lo muy más está auch wird weil hat haben nicht nicht habe mehr aber wenn dem
  im sich haben wurde oder ao foi são mais zijn voor`);

/** The language by its most frequent short words; deterministic. Text without three of them is `other`. */
export function detectLanguage(text: string): AnalysisLanguage {
  const words =
    text
      .slice(0, LOOKED_AT)
      .toLowerCase()
      .match(/[\p{L}]+(?:['’](?:t|m|s|re|ve|ll|d))?(?![\p{L}])|[\p{L}]+/gu) ?? [];
  let english = 0;
  let french = 0;
  let other = 0;
  for (const raw of words) {
    const word = raw.replace('’', "'");
    if (ENGLISH_SIGNS.has(word)) english++;
    if (FRENCH_SIGNS.has(word)) french++;
    if (OTHER_SIGNS.has(word)) other++;
  }
  const best = Math.max(english, french);
  const enough = words.length < 12 ? 1 : Math.max(2, words.length * 0.06);
  if (best < enough || other > best) return latinGuess(words, best, other);
  return french > english ? 'fr' : 'en';
}

/** Short technical text (a log line, a title) has no running words: plain Latin words without accents are taken for English. */
function latinGuess(words: readonly string[], best: number, other: number): AnalysisLanguage {
  const isPlain = words.length > 0 && words.every((word) => /^[a-z']+$/.test(word));
  return isPlain && other <= best && words.length < 40 ? 'en' : 'other';
}
