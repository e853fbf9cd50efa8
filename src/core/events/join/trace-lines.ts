import type { LineRole, StackLanguage } from '../stack/language.ts';
import { hasSamePrefix, prefixLengths, withoutPrefix } from './logger-prefix.ts';

/** Lines of other records inside one trace before it counts as over. */
export const FOREIGN_LINES = 20;

/**
 * The machine over lines: idle → head → frames → between → frames … → idle.
 *
 * - idle takes a start (→ head) or a frame (→ frames: the head was lost).
 * - head takes what belongs to the message (continuation, code, blank), then a frame (→ frames) or the end (→ between).
 * - frames take frame, code, blank, a link (→ head, and a start behind it continues the chain) and the end (→ between).
 * - between takes blank, end and link only.
 *
 * Several languages may fit at first; those that have no role for a line fall away as long as another one has.
 */
export interface TraceLines {
  stage: 'head' | 'frames' | 'between';
  /** A link was read and no frame since: a start continues the chain. */
  isLinked: boolean;
  /** Something that only traces have was read: what was joined so far is one. */
  isTrace: boolean;
  live: { language: StackLanguage; previous: LineRole }[];
  /** What stands in front of the first line; '' when nothing does. */
  prefix: string;
}

/** Roles by how much they say: a frame in one language outweighs "goes on somehow" in another. */
const WEIGHT: Record<LineRole, number> = { start: 3, frame: 3, link: 3, end: 3, code: 2, continuation: 1, blank: 0 };

/** Opens a trace with this line, behind its logger's prefix if it has one; null when no language has a beginning in it. */
function openTrace(line: string, languages: readonly StackLanguage[]): TraceLines | null {
  for (const length of prefixLengths(line)) {
    const behind = openAt(line.slice(length), line.slice(0, length), languages);
    if (behind !== null) return behind;
  }
  return openAt(line, '', languages);
}

function openAt(line: string, prefix: string, languages: readonly StackLanguage[]): TraceLines | null {
  let live: TraceLines['live'] | null = null;
  let hasStart = false;
  for (const language of languages) {
    const role = language.classify(line, null);
    if (role !== 'start' && role !== 'frame') continue;
    live ??= [];
    live.push({ language, previous: role });
    hasStart ||= role === 'start';
  }
  if (live === null) return null;
  return { stage: hasStart ? 'head' : 'frames', isLinked: false, isTrace: !hasStart, live, prefix };
}

/**
 * Takes the next line into the trace, changing it; false when the line is none of it (the trace is unchanged). `isOwnRecord`: the line is known to begin
 * a record of its own, so only what is unmistakably a trace's line is taken.
 */
function continueTrace(trace: TraceLines, line: string, isOwnRecord = false): boolean {
  const isPrefixed = trace.prefix !== '' && hasSamePrefix(line, trace.prefix);
  const text = isPrefixed ? line.slice(trace.prefix.length) : line;
  const roles = rolesOf(trace, text);
  if (roles.length === 0) return false;
  const isRecord = !isPrefixed && roles.every(({ previous }) => WEIGHT[previous] > 0 && WEIGHT[previous] < 3);
  if (isRecord && (isOwnRecord || prefixLengths(line).length > 0)) return false;
  trace.live = roles;
  for (const { previous } of roles) advance(trace, previous);
  return true;
}

function rolesOf(trace: TraceLines, line: string): TraceLines['live'] {
  const roles: TraceLines['live'] = [];
  let heaviest = 0;
  for (const { language, previous } of trace.live) {
    const role = language.classify(line, previous);
    if (role === null || !isAllowed(trace, role)) continue;
    roles.push({ language, previous: role });
    heaviest = Math.max(heaviest, WEIGHT[role]);
  }
  return roles.length < 2 ? roles : roles.filter(({ previous }) => WEIGHT[previous] === heaviest);
}

function isAllowed({ stage, isLinked }: TraceLines, role: LineRole): boolean {
  if (role === 'blank' || role === 'link' || role === 'end') return true;
  if (stage === 'between') return false;
  if (role === 'start') return isLinked;
  if (role === 'continuation') return stage === 'head';
  return true;
}

function advance(trace: TraceLines, role: LineRole): void {
  if (role === 'frame') {
    trace.stage = 'frames';
    trace.isLinked = false;
    trace.isTrace = true;
  } else if (role === 'link') {
    trace.stage = 'head';
    trace.isLinked = true;
  } else if (role === 'start') {
    trace.stage = 'head';
    trace.isLinked = false;
  } else if (role === 'end') {
    trace.stage = 'between';
    trace.isLinked = false;
    trace.isTrace = true;
  }
}

/** What became of the lines of one entry. `trace` is null when none is open behind the last line. */
export interface EntryLines {
  trace: TraceLines | null;
  /** Some line of it is a trace's. */
  hasTrace: boolean;
}

/** Runs the machine from idle through the lines of one entry: it stays one event whatever it holds. */
export function readEntry(lines: readonly string[], languages: readonly StackLanguage[]): EntryLines {
  return readOn({ lines, from: 0, trace: null, languages });
}

export interface NextEntry {
  lines: readonly string[];
  /** It has a level of its own that the trace's lines have not. */
  isOwnRecord: boolean;
  languages: readonly StackLanguage[];
}

/** Continues an open trace with the lines of an entry; null when its first line that is not blank is none of the trace's. */
export function continueWithEntry(trace: TraceLines, { lines, isOwnRecord, languages }: NextEntry): EntryLines | null {
  let first = 0;
  while (first < lines.length - 1 && lines[first]!.trim() === '') first++;
  const trial = { ...trace };
  for (let index = 0; index < first; index++) continueTrace(trial, lines[index]!);
  if (!continueTrace(trial, lines[first]!, isOwnRecord)) return null;
  return readOn({ lines, from: first + 1, trace: trial, languages });
}

interface ReadOn {
  lines: readonly string[];
  from: number;
  trace: TraceLines | null;
  languages: readonly StackLanguage[];
}

function readOn({ lines, from, trace, languages }: ReadOn): EntryLines {
  let current = trace;
  let hasTrace = trace !== null;
  let foreign = 0;
  for (let index = from; index < lines.length; index++) {
    const line = lines[index]!;
    if (current !== null && continueTrace(current, line)) {
      foreign = 0;
      continue;
    }
    const opened = openTrace(line, languages);
    if (opened !== null) {
      current = opened;
      hasTrace = true;
      foreign = 0;
    } else if (current !== null && ++foreign > (current.isTrace ? FOREIGN_LINES : 0)) {
      current = null;
    }
  }
  return { trace: current, hasTrace };
}

/** The text of an entry whose trace lines all carry their logger's prefix, without it; null when none has one. */
export function withoutTracePrefix(text: string, languages: readonly StackLanguage[]): string | null {
  for (const line of text.split('\n')) {
    const opened = prefixLengths(line).length > 0 ? openTrace(line, languages) : null;
    if (opened !== null && opened.prefix !== '') return withoutPrefix(text, opened.prefix);
  }
  return null;
}
