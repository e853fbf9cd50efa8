import { fileURLToPath } from 'node:url';
import { analyseExtractively, extractConcepts } from '../src/core/analysis/builtin/index.ts';
import { type PhraseExtractor, rake, textRank, yake } from './analysis-quality/baselines.ts';
import { type DialogueDocument, type PhraseDocument, readSets } from './analysis-quality/read-sets.ts';
import { mean, phraseF1, rouge1 } from './analysis-quality/score.ts';
import type { Bench } from './bench.ts';

/** The hand-made sets of the test suite: small, and easier than the published ones. */
const OWN_SETS = fileURLToPath(new URL('../test/fixtures/data/analysis', import.meta.url));
const CONCEPTS = 10;

/**
 * The built-in analyser against sets made by people. `--data DIR`: any of Inspec, SemEval2017, DialogSum … in the layouts that
 * `read-sets.ts` lists; without it the hand-made sets of the test suite, which say nothing of the published ones.
 *
 * Phrases: macro F1@10 in percent (mean of the F1 of each document), Porter-stemmed exact match, absent gold phrases counted as missed.
 * Summaries: ROUGE-1 F1 in percent, Porter stems, mean over the references of a dialogue. Baselines run on the same documents: YAKE, RAKE
 * and TextRank without a tagger; Lead-3 (first three turns, and the longest). `msPer1000Words` is processor time of a whole analysis.
 */
export const bench: Bench = async ({ data }) => {
  const sets = readSets(data ?? OWN_SETS);
  const figures: Record<string, Record<string, number>> = {};
  for (const set of sets) {
    figures[set.name] = set.kind === 'phrases' ? phraseFigures(set.documents) : summaryFigures(set.documents);
  }
  return { sets: figures, msPer1000Words: speedOf(sets.flatMap((set) => set.documents.map(textOf))) };
};

function phraseFigures(documents: readonly PhraseDocument[]): Record<string, number> {
  const f1 = (extract: PhraseExtractor) =>
    percent(mean(documents.map(({ text, phrases }) => phraseF1(extract(text), phrases, CONCEPTS))));
  return {
    documents: documents.length,
    f1: f1((text) => extractConcepts(text, { count: CONCEPTS })),
    yake: f1(yake),
    rake: f1(rake),
    textRank: f1(textRank),
  };
}

function summaryFigures(documents: readonly DialogueDocument[]): Record<string, number> {
  const rouge = (summarise: (dialogue: string) => string) =>
    percent(
      mean(
        documents.map(({ dialogue, summaries }) => mean(summaries.map((gold) => rouge1(summarise(dialogue), gold)))),
      ),
    );
  return {
    documents: documents.length,
    rouge1: rouge((dialogue) => analyseExtractively({ messages: messagesOf(dialogue) }).summary),
    lead3: rouge((dialogue) => turnsOf(dialogue).slice(0, 3).join(' ')),
    longest: rouge((dialogue) =>
      turnsOf(dialogue).reduce((most, turn) => (turn.length > most.length ? turn : most), ''),
    ),
  };
}

function turnsOf(dialogue: string): string[] {
  return dialogue.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** One message per turn: `#Person1#: …`, `Marie : …`. */
function messagesOf(dialogue: string): { role: string; text: string; author?: string }[] {
  return turnsOf(dialogue).map((turn) => {
    const colon = turn.indexOf(':');
    if (colon < 1 || colon > 40) return { role: 'user', text: turn };
    return { role: 'user', author: turn.slice(0, colon).trim(), text: turn.slice(colon + 1).trim() };
  });
}

function textOf(document: PhraseDocument | DialogueDocument): string {
  return 'text' in document ? document.text : document.dialogue;
}

/** Documents joined to texts of 1,000 words, each analysed once after a first round that is not counted. */
function speedOf(texts: readonly string[]): number {
  const words = texts.join('\n').split(/\s+/);
  const pieces: string[] = [];
  for (let at = 0; at < words.length && pieces.length < 200; at += 1000)
    pieces.push(words.slice(at, at + 1000).join(' '));
  const round = () => {
    for (const text of pieces) analyseExtractively({ messages: [{ role: 'user', text }] });
  };
  for (let warming = 0; warming < 5; warming++) round();
  const before = process.cpuUsage();
  round();
  const { user, system } = process.cpuUsage(before);
  const counted = Math.min(words.length, pieces.length * 1000);
  return Math.round(((user + system) / counted) * 1000) / 1000;
}

function percent(value: number): number {
  return Math.round(value * 1000) / 10;
}
