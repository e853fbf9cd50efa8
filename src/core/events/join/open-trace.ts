import type { Event } from '../event.ts';
import type { JoinLimits } from './join-options.ts';
import { joinParts } from './join-parts.ts';
import { withoutPrefix } from './logger-prefix.ts';
import type { TraceLines } from './trace-lines.ts';

export interface OpenTrace {
  lines: TraceLines;
  parts: Event[];
  /** Bodies of the parts that were within the bounds. */
  bodies: string[];
  lineCount: number;
  characters: number;
  foreign: number;
  isCut: boolean;
  /** Every line so far came with a level: the logger prints one in front of each. */
  isLevelled: boolean;
}

export function openedBy(event: Event, lines: TraceLines): OpenTrace {
  return {
    lines,
    parts: [],
    bodies: [],
    lineCount: 0,
    characters: 0,
    foreign: 0,
    isCut: false,
    isLevelled: event.severityText !== null,
  };
}

/**
 * Takes the event into the trace. What lies beyond the bounds still belongs to it: it is counted, its text is not kept. `cut` when this part was the
 * first one beyond.
 */
export function addPart(
  trace: OpenTrace,
  event: Event,
  { lineCount, limits }: { lineCount: number; limits: JoinLimits },
): 'kept' | 'cut' | 'counted' {
  const isWithin =
    trace.lineCount + lineCount <= limits.lines && trace.characters + event.body.length <= limits.characters;
  const last = trace.parts[trace.parts.length - 1];
  if (last === undefined || (isWithin && !trace.isCut)) {
    trace.parts.push(event);
    trace.bodies.push(withoutPrefix(event.body, trace.lines.prefix));
    trace.lineCount += lineCount;
    trace.characters += event.body.length + 1;
    return 'kept';
  }
  const result = trace.isCut ? 'counted' : 'cut';
  trace.isCut = true;
  trace.parts[trace.parts.length - 1] = { ...last, entries: last.entries + event.entries };
  return result;
}

/** The trace as one event; null when its parts stay what they were: there is one only, or nothing showed that it is a trace. */
export function joinedOf(trace: OpenTrace): Event | null {
  const isOne = trace.parts.length === 1 && !trace.isCut;
  if (isOne || !trace.lines.isTrace) return null;
  return joinParts(trace.parts, { lines: trace.bodies, truncated: trace.isCut });
}
