import type { Messages } from '../../shared/index.ts';
import type { Culprit, Snippet, SnippetTruth } from '../issue-evidence.ts';
import type { Commit, Repository } from '../ports.ts';
import type { TracedPlace } from '../suspects/blame-frames.ts';
import { namesCalledBefore } from '../suspects/called-names.ts';
import { cutSnippet, type SnippetLimits } from './cut-snippet.ts';
import { findEnclosingFunction, lastLineRunBefore } from './enclosing-function.ts';

export interface LocateInput {
  repository: Repository;
  commit: Commit;
  truth: SnippetTruth;
  tracked: ReadonlySet<string>;
  culprits: readonly Culprit[];
  messages: Messages;
  limits?: Partial<SnippetLimits>;
}

export interface LocatedCulprits {
  snippets: Snippet[];
  places: TracedPlace[];
  calledNames: string[];
  /** Why code is missing where it is; sentences. */
  notes: string[];
}

/** Blame looks at so many lines of a function at most, around the failing one. */
const BLAMED_LINES = 120;

/** Reads the culprits' code at the commit: a snippet and a place for blame each, or a note that says why not. */
export async function locateCulprits(input: LocateInput): Promise<LocatedCulprits> {
  const found: LocatedCulprits = { snippets: [], places: [], calledNames: [], notes: [] };
  const say = input.messages.evidence.truth;
  for (const culprit of input.culprits) {
    const { path, frame, rank } = culprit;
    if (!input.tracked.has(path)) {
      if (rank === 1) found.notes.push(say.notTracked({ path }));
      continue;
    }
    const text = await readText(input, path);
    if (text === null || frame.line === null) continue;
    const where = { line: frame.line, code: frame.code, grows: rank === 1, limits: input.limits };
    const cut = cutSnippet(text, where);
    if (cut) addSnippet(found, { input, culprit, text, cut });
    else found.notes.push(say.sourceDiffers({ path, line: frame.line }));
  }
  return found;
}

interface CutCulprit {
  input: LocateInput;
  culprit: LocateInput['culprits'][number];
  /** The file. */
  text: string;
  cut: NonNullable<ReturnType<typeof cutSnippet>>;
}

function addSnippet(found: LocatedCulprits, { input, culprit, text, cut }: CutCulprit): void {
  const { path, rank } = culprit;
  const { moved, ...code } = cut;
  found.snippets.push({
    ...code,
    path,
    commit: input.commit.sha,
    truth: input.truth,
    note: moved ? 'moved' : null,
    culpritRank: rank,
  });
  const lines = text.split(/\r?\n/);
  const place = placeOf(culprit, lines, cut.line);
  found.places.push(place);
  if (rank === 1) found.calledNames.push(...namesCalledBefore(lines, cut.line, place.from));
}

function placeOf({ path, rank }: Culprit, lines: readonly string[], line: number): TracedPlace {
  const enclosing = findEnclosingFunction(lines, line);
  const half = BLAMED_LINES / 2;
  return {
    path,
    line,
    rank,
    from: Math.max(enclosing?.from ?? line, line - half),
    to: Math.min(enclosing ? lastLineRunBefore(lines, enclosing, line) : line, line + half),
    functionName: enclosing?.name ?? null,
  };
}

/** As UTF-8; a file that is not is read byte for byte as Latin-1, so that nothing is lost. Null for binary and missing files. */
async function readText({ repository, commit }: LocateInput, path: string): Promise<string | null> {
  const bytes = await repository.readFile(commit.sha, path);
  if (bytes === null || bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
