import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getAgentLogger, runInTrace } from '@guardian/sdk';

export interface Question {
  id: number;
  customer: { name: string; email: string; iban: string };
  text: string;
  /** Names of notes. */
  sources: string[];
}

const NOTES = join(import.meta.dirname, 'notes');
const planner = getAgentLogger({ domain: 'desk', role: 'planner', name: 'paula' });
const researcher = getAgentLogger({ domain: 'desk', role: 'researcher', name: 'rosa' });
const writer = getAgentLogger({ domain: 'desk', role: 'writer', name: 'willem' });

/** One question from the plan to the answer: one trace, a measurement for each step. Null: nothing was found. */
export function answer(question: Question, run: string): Promise<string | null> {
  return runInTrace({}, () =>
    planner.timed(
      'answer',
      async () => {
        const words = plan(question, run);
        const passages = await research(question, words, run);
        return write(question, passages, run);
      },
      { question: question.id, run },
    ),
  );
}

function plan({ id, text, sources, customer }: Question, run: string): string[] {
  const words = text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  planner.info('question {question} planned', { question: id, run, words: words.length, sources, customer });
  return words;
}

function research({ id, sources }: Question, words: readonly string[], run: string): Promise<string[]> {
  return researcher.timed(
    'research',
    async () => {
      const found: string[] = [];
      for (const source of sources) {
        const log = researcher.child({ question: id, source, run });
        const text = await log
          .timed('read', () => readNote(source))
          .catch((error: unknown) => {
            log.error('source {source} cannot be used', { err: error });
            return '';
          });
        if (text !== '' && !text.startsWith('Date:')) log.warn('a note has no date');
        const sentences = text
          .split(/(?<=\.)\s+/)
          .filter((one) => words.some((word) => one.toLowerCase().includes(word)));
        log.debug('{passages} passages in {source}', { passages: sentences.length });
        found.push(...sentences);
      }
      return found;
    },
    { question: id, run },
  );
}

async function readNote(source: string): Promise<string> {
  try {
    return await readFile(join(NOTES, `${source}.md`), 'utf8');
  } catch (cause) {
    throw new Error(`there is no note "${source}"`, { cause });
  }
}

function write({ id, customer }: Question, passages: readonly string[], run: string): string | null {
  return writer.timed(
    'write',
    () => {
      const text = passages.length === 0 ? null : `Dear ${customer.name}, ${passages.join(' ')}`;
      const fields = { question: id, run, passages: passages.length, customer };
      if (text === null) writer.error('question {question} has no answer', fields);
      else writer.info('answer to {question} goes to {to}', { ...fields, to: customer.email });
      return text;
    },
    { question: id, run },
  );
}
