import type { HandOffDocument, HandOffEntry, HandOffLocation } from '../../../contracts/hand-off.ts';
import type { Messages } from '../../shared/index.ts';
import { fencedBlock } from '../render/untrusted-block.ts';

export const SECTION_NAMES = [
  'facts',
  'evidence',
  'locations',
  'suspects',
  'tail',
  'impact',
  'recommendations',
  'verify',
  'doneWhen',
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** Title, what blocks are, and the first section: the verdict. */
export function handOffHead({ shortId, verdict }: { shortId: string; verdict: string }, messages: Messages): string {
  const t = messages.report.handOff;
  return `# ${messages.handOff.title(shortId)}\n\n> ${t.legend}\n\n## 1. ${t.verdictTitle}\n\n**${verdict}**`;
}

export function handOffMarkdown(document: HandOffDocument, messages: Messages): string {
  const head = handOffHead({ shortId: document.issue.shortId, verdict: document.verdict }, messages);
  const sections = SECTION_NAMES.map((name, index) => {
    const entries = document[name].map((entry) => entryMarkdown(entry, messages));
    const text = entries.length > 0 ? entries.join('\n') : messages.report.nothing;
    return `## ${index + 2}. ${messages.report.handOff[name]}\n\n${text}${cutNote(document, name, messages)}`;
  });
  return `${[head, ...sections].join('\n\n')}\n`;
}

/** Its own line, then what somebody else wrote in a marked block. */
export function entryMarkdown(entry: HandOffEntry | HandOffLocation, messages: Messages): string {
  const parts = entry.text === null ? [] : [entry.text];
  const { untrusted } = entry;
  if (untrusted !== null) {
    const lines = [...placeLine(entry), ...numbered(entry)];
    if (untrusted.linesLeftOut > 0) lines.push(messages.report.linesLeftOut(untrusted.linesLeftOut));
    const { source, id: label, nonce, isFlagged } = untrusted;
    parts.push(fencedBlock({ source, label, nonce, isFlagged, lines }, messages.report.handOff.flagged));
  }
  return parts.join('\n');
}

function placeLine(entry: HandOffEntry | HandOffLocation): string[] {
  if (!isLocation(entry) || !entry.untrusted?.file) return [];
  return [`${entry.untrusted.file}:${entry.line ?? '?'} ${entry.untrusted.function ?? ''}`.trim()];
}

/** Code with its line numbers, the failing line marked. */
function numbered(entry: HandOffEntry | HandOffLocation): string[] {
  const lines = entry.untrusted?.lines ?? [];
  if (!isLocation(entry) || entry.startLine === null) return lines;
  const { startLine, line } = entry;
  return lines.map((text, index) => {
    const number = startLine + index;
    return `${number === line ? '>' : ' '}${String(number).padStart(5)}  ${text}`;
  });
}

function isLocation(entry: HandOffEntry | HandOffLocation): entry is HandOffLocation {
  return 'startLine' in entry;
}

function cutNote({ cuts }: HandOffDocument, section: SectionName, { handOff: t }: Messages): string {
  const said = cuts
    .filter((cut) => cut.section === section)
    .map(({ kind, how }) => (how === 'shortened' ? t.shortened(kind) : t.leftOut(kind)));
  return said.length > 0 ? `\n\n${t.cut(said.join(', '))}` : '';
}
