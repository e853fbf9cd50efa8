import type { FixReply } from '../../../core/fixes/index.ts';

/** Clear words, as the hand-off asks for them, in English and French; without accents, in lower case. */
const WORDS: Record<string, Exclude<FixReply['action'], 'note'>> = {
  proposed: 'propose',
  propose: 'propose',
  proposee: 'propose',
  merged: 'merge',
  fusionne: 'merge',
  fusionnee: 'merge',
  deployed: 'deploy',
  deploye: 'deploy',
  deployee: 'deploy',
  declined: 'decline',
  decline: 'decline',
  declinee: 'decline',
  refuse: 'decline',
  refusee: 'decline',
};

/** Lines with something on them that are looked at for such a word. */
const FIRST_LINES = 3;
const LINE = 1_000;
const LINES = 2_000;
const TEXT = 20_000;

/** What may stand between the word and what it is about. */
const BETWEEN =
  /^(?:in|on|as|with|by|to|at|dans|sur|avec|par|en|sous|branch|branche|commit|revision|pr|pull|request|the|la|le)$/;
const URL_OF = /^https?:\/\/[^\s<>"'`]{1,490}$/i;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/** Where the answer ends and what it answers begins. */
const QUOTE_BEGINS = [
  /^>/,
  /^-- ?$/,
  /^-{2,}\s*(?:original message|message d.origine|forwarded message|message transf)/i,
  /^_{10,}$/,
  /^(?:on|le)\s.{5,300}(?:wrote|a écrit)\s*:$/i,
  /^(?:from|de)\s?:\s.{1,300}@/i,
];

/**
 * What a person wrote above what they answer: a step when one of its first lines is one of the words, alone or with a branch, an address, a commit or a
 * revision; everything else is a note. A sentence that merely has such a word in it moves nothing.
 */
export function readAnswer(text: string): FixReply {
  const lines = ownLines(text);
  const kept = lines.join('\n').trim().slice(0, TEXT);
  const first = lines.filter((line) => line.trim() !== '').slice(0, FIRST_LINES);
  for (const line of first) {
    const step = stepOf(line);
    if (step !== null) return { ...step, text: kept };
  }
  return { action: 'note', text: kept };
}

function ownLines(text: string): string[] {
  const lines = text
    .slice(0, TEXT * 4)
    .split(/\r\n|\n|\r/, LINES)
    .map((line) => line.slice(0, LINE));
  const end = lines.findIndex((line) => QUOTE_BEGINS.some((begins) => begins.test(line)));
  return end < 0 ? lines : lines.slice(0, end);
}

function stepOf(line: string): FixReply | null {
  const [word = '', ...rest] = line
    .trim()
    .replace(/^[*_#\s]{1,5}/, '')
    .split(/[\s,]+/);
  const plain = plainWord(word.replace(/[.:!*_]{1,5}$/, ''));
  const action = Object.hasOwn(WORDS, plain) ? WORDS[plain] : undefined;
  if (action === undefined) return null;
  const about = rest
    .map((one) => one.replace(/^[<("'`[]{1,3}|[>)"'`\].,;:!*_]{1,5}$/g, ''))
    .filter((one) => one !== '' && !BETWEEN.test(plainWord(one)));
  return withWhat(action, about);
}

/** Null: what follows the word is a sentence, not what it is about. */
function withWhat(action: Exclude<FixReply['action'], 'note'>, about: readonly string[]): FixReply | null {
  const parts = about.map((one) => partOf(action, one));
  if (about.length > 2 || parts.some((part) => part === null)) return null;
  return Object.assign({ action }, ...parts) as FixReply;
}

function partOf(action: FixReply['action'], text: string): Partial<FixReply> | null {
  if (URL_OF.test(text)) return { pullRequest: text };
  if (COMMIT.test(text)) return { commit: text };
  // A single word of letters is more likely `deployed yesterday` than a name with nothing but letters.
  if (!NAME.test(text) || !/[\d/._-]/.test(text)) return null;
  if (action === 'propose') return { branch: text };
  return action === 'deploy' ? { revision: text } : null;
}

function plainWord(word: string): string {
  return word.slice(0, 40).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
