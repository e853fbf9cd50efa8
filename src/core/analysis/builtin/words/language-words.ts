/** What is known of a language's words without a model: closed classes whole, open classes by their most frequent members. */
export interface LanguageWords {
  /** Closed classes that never stand in a noun phrase: prepositions, conjunctions, adverbs, contractions. */
  readonly closed: ReadonlySet<string>;
  /** After one of these a noun phrase begins. */
  readonly determiners: ReadonlySet<string>;
  /** After one of these a verb follows. */
  readonly pronouns: ReadonlySet<string>;
  /** Forms of be, have, do and the modal verbs. */
  readonly auxiliaries: ReadonlySet<string>;
  /** Verbs that are no nouns, in every form that is known. */
  readonly verbs: ReadonlySet<string>;
  /** Forms that are a verb or a noun: their neighbours decide. */
  readonly verbsOrNouns: ReadonlySet<string>;
  /** Adjectives and quantities that say nothing of a subject, dropped at the edge of a phrase. */
  readonly weakAdjectives: ReadonlySet<string>;
  /** Weak adjectives that make a kind before a noun of meaning: "high temperature", "critical path". */
  readonly measures: ReadonlySet<string>;
  /** Nouns of every text, which say little of its subject: a background of document frequencies in one step. */
  readonly weakNouns: ReadonlySet<string>;
  /** Greetings and fillers: a sentence of these alone says nothing. */
  readonly fillers: ReadonlySet<string>;
  /** Words that join two nouns to one phrase (French "de"); empty where nouns stand side by side. */
  readonly joiners: ReadonlySet<string>;
}
