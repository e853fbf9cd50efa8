import type { HandOffLocation } from '../../../contracts/hand-off.ts';
import type { EvidenceView } from '../../../contracts/report.ts';
import { markedCode } from '../render/marked-code.ts';
import { boundedLine, type Draft, type Quote, quote } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

/** What is kept for each place with code: its failing line with a few around it. */
const SHARE_OF_CODE = 0.12;
const SHARE_OF_PLACE = 0.04;

/** Places by rank, each with the code at the running revision where it could be read; then the owners. */
export function locationDrafts(gathered: Gathered): Draft<HandOffLocation>[] {
  const { evidence, view, messages } = gathered;
  const t = messages.handOff;
  const places = (evidence?.culprits ?? []).toSorted((a, b) => a.rank - b.rank);
  const drafts = places.map(({ rank, path, frame }) => {
    const snippet = evidence?.snippets.find(({ culpritRank }) => culpritRank === rank);
    const code =
      snippet && view?.code_snippets.find(({ file, line }) => file === snippet.path && line === snippet.line);
    return code ? codeDraft(rank, code, gathered) : placeDraft(rank, { path, frame }, gathered);
  });
  const hasCode = (view?.code_snippets.length ?? 0) > 0;
  const reason = evidence?.reason ?? gathered.input.evidenceProblem ?? '';
  if (drafts.length === 0) drafts.push(plainDraft('no-place', t.noPlace, null));
  if (!hasCode && reason !== '')
    drafts.push(plainDraft('no-code', t.noCode, { ...quote({ ...eventSource(gathered), lines: [reason] }) }));
  const owners = (evidence?.owners ?? []).map(({ owner, file, rule }) => `${owner}: ${file} (${rule})`);
  if (owners.length > 0)
    drafts.push(
      plainDraft('owners', t.owners, quote({ source: 'repository', id: 'CODEOWNERS', lines: [...new Set(owners)] })),
    );
  return drafts;
}

function codeDraft(
  rank: number,
  code: EvidenceView['code_snippets'][number],
  { messages }: Gathered,
): Draft<HandOffLocation> {
  const { handOff: t, report } = messages;
  const lines = markedCode(code).map(({ text }) => text);
  const moved = code.note === null ? '' : ` (${t.moved})`;
  const revision = code.revision ?? '';
  const entry: HandOffLocation = {
    kind: 'code',
    text: `${t.placeWithCode(rank, report.truth[code.truth], revision)}${moved}`,
    rank,
    line: code.line,
    startLine: code.start_line,
    commit: code.revision,
    untrusted: marked(
      { source: 'repository', id: revision.slice(0, 12) || code.issue_id, lines },
      code.file,
      code.function,
    ),
  };
  return { entry, share: SHARE_OF_CODE, shorten: (keep) => around(entry, keep) };
}

/** `keep` lines, the failing one among them, two thirds of them before it. */
function around(entry: HandOffLocation, keep: number): HandOffLocation {
  const { untrusted, line, startLine } = entry;
  if (untrusted === null || line === null || startLine === null) return entry;
  const failing = Math.min(Math.max(0, line - startLine), untrusted.lines.length - 1);
  const from = Math.min(Math.max(0, failing - Math.floor((keep * 2) / 3)), Math.max(0, untrusted.lines.length - keep));
  const lines = untrusted.lines.slice(from, from + keep);
  return {
    ...entry,
    startLine: startLine + from,
    untrusted: {
      ...untrusted,
      lines,
      linesLeftOut: untrusted.linesLeftOut + untrusted.lines.length - lines.length,
    },
  };
}

function placeDraft(
  rank: number,
  { path, frame }: { path: string; frame: { line: number | null; function: string | null } },
  gathered: Gathered,
): Draft<HandOffLocation> {
  const line = frame.line !== null && Number.isSafeInteger(frame.line) && frame.line >= 0 ? frame.line : null;
  const entry: HandOffLocation = {
    kind: 'place',
    text: gathered.messages.handOff.place(rank),
    rank,
    line,
    startLine: null,
    commit: null,
    untrusted: marked({ ...eventSource(gathered), lines: [] }, path, frame.function),
  };
  return { entry, share: SHARE_OF_PLACE };
}

/** The names count for the nonce and the flag as the lines do. */
function marked(content: Quote, file: string, name: string | null): NonNullable<HandOffLocation['untrusted']> {
  const names = name === null ? [file] : [file, name];
  const { lines, ...about } = quote({ ...content, lines: [...names.map(boundedLine), ...content.lines] });
  return {
    ...about,
    lines: lines.slice(names.length),
    file: boundedLine(file),
    function: name === null ? null : boundedLine(name),
  };
}

function plainDraft(kind: string, text: string, content: ReturnType<typeof quote> | null): Draft<HandOffLocation> {
  const untrusted = content === null ? null : { ...content, file: null, function: null };
  const entry: HandOffLocation = { kind, text, rank: null, line: null, startLine: null, commit: null, untrusted };
  return { entry, share: SHARE_OF_PLACE };
}
