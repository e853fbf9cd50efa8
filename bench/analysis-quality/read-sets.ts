import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface PhraseDocument {
  text: string;
  phrases: string[];
}

export interface DialogueDocument {
  dialogue: string;
  summaries: string[];
}

export type QualitySet =
  | { name: string; kind: 'phrases'; documents: PhraseDocument[] }
  | { name: string; kind: 'summaries'; documents: DialogueDocument[] };

/**
 * The sets of a folder, in the layouts they are published in. A file of JSON lines (.jsonl, .json): `{text | abstract | document,
 * title?, keyphrases | keywords | extractive_keyphrases + abstractive_keyphrases}` or `{dialogue, summary | summary1…}`. A folder with
 * `docsutf8/NAME.txt` and `keys/NAME.key`, one phrase per line.
 */
export function readSets(folder: string): QualitySet[] {
  const sets: QualitySet[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && existsSync(join(path, 'docsutf8'))) sets.push(readKeyFolder(path));
    else if (/\.jsonl?$/.test(entry.name)) sets.push(readJsonLines(path));
  }
  if (existsSync(join(folder, 'docsutf8'))) sets.push(readKeyFolder(folder));
  if (sets.length === 0) throw new Error(`no set in ${folder}: .jsonl files, or folders with docsutf8/ and keys/`);
  return sets;
}

function readKeyFolder(folder: string): QualitySet {
  const names = readdirSync(join(folder, 'docsutf8')).filter((name) => name.endsWith('.txt'));
  const documents = names.sort().map((name) => ({
    text: readFileSync(join(folder, 'docsutf8', name), 'utf8'),
    phrases: readFileSync(join(folder, 'keys', name.replace(/\.txt$/, '.key')), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  }));
  return { name: basename(folder), kind: 'phrases', documents };
}

function readJsonLines(path: string): QualitySet {
  const content = readFileSync(path, 'utf8').trim();
  const rows = (
    content.startsWith('[') ? JSON.parse(content) : content.split('\n').map((line) => JSON.parse(line))
  ) as Row[];
  const name = basename(path).replace(/\.jsonl?$/, '');
  const isDialogues = typeof rows[0]?.dialogue === 'string';
  return isDialogues
    ? { name, kind: 'summaries', documents: rows.map(dialogueOf) }
    : { name, kind: 'phrases', documents: rows.map(phrasesOf) };
}

type Row = Record<string, unknown>;

function dialogueOf(row: Row): DialogueDocument {
  const summaries = ['summary', 'summary1', 'summary2', 'summary3'].map((key) => row[key]);
  return { dialogue: asText(row.dialogue), summaries: summaries.filter((value) => typeof value === 'string') };
}

function phrasesOf(row: Row): PhraseDocument {
  const body = asText(row.text ?? row.abstract ?? row.document);
  const title = typeof row.title === 'string' ? `${row.title}. ` : '';
  const phrases = ['keyphrases', 'keywords', 'extractive_keyphrases', 'abstractive_keyphrases'].flatMap((key) =>
    asPhrases(row[key]),
  );
  return { text: title + body, phrases };
}

function asText(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  // Brackets of sets that were published as tokens.
  return text.replaceAll('-LRB-', '(').replaceAll('-RRB-', ')');
}

function asPhrases(value: unknown): string[] {
  if (Array.isArray(value)) return value.flat().map(String);
  return typeof value === 'string' ? value.split(/[;\n]/).filter((phrase) => phrase.trim() !== '') : [];
}
