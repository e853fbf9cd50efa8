import type { LineRole } from './language.ts';
import { isBlank, startsLogRecord } from './log-record.ts';

/** Whether the line before stands in the head of a trace, where its message may go on. */
export function standsInHead(previous: LineRole | null): boolean {
  return previous === 'start' || previous === 'link' || previous === 'continuation';
}

/** The role of a line that says nothing of its own to the language: more of the message, a blank, or no part of the trace. */
export function roleOfRest(line: string, isInHead: boolean): LineRole | null {
  if (isBlank(line)) return isInHead ? 'continuation' : 'blank';
  return isInHead && !startsLogRecord(line) ? 'continuation' : null;
}
