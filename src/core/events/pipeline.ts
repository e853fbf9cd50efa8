import type { Clock } from '../shared/index.ts';
import { type Event, SEVERITY } from './event.ts';
import { createLineJoiner } from './join/join-lines.ts';
import type { JoinLimits, SourceJoining } from './join/join-options.ts';
import { withoutTracePrefix } from './join/trace-lines.ts';
import {
  type BoundCounts,
  boundEvent,
  cleanText,
  DEFAULT_EVENT_BOUNDS,
  type EventBounds,
  emptyBoundCounts,
} from './pipeline-bounds.ts';
import { createKeyBlockGuard } from './redact/key-block-guard.ts';
import { createRedactor, type Redactor, type RedactorOptions } from './redact/redactor.ts';
import { parseStack, STACK_LANGUAGES } from './stack/parse-stack.ts';
import { createStackCache, type SharedTrace } from './stack-cache.ts';

/**
 * Raw events of a source in, normalised events out: joined, bounded, redacted, their stacks parsed. Nothing that leaves it holds a secret the detectors
 * know; nothing before it may be stored or shown.
 */
export interface EventPipeline {
  /** Takes raw events in the order the source gives them; gives those that are complete. An empty push lets silent traces go. */
  push(events: readonly Event[]): Event[];
  /** The end of the source: what was still held. */
  flush(): Event[];
  /** What was redacted so far, by kind. */
  redactions(): Record<string, number>;
  /** Bounds reached and failures met so far; zeros included. */
  problems(): PipelineProblems;
}

export interface PipelineProblems extends BoundCounts {
  /** Traces cut at the bound on lines or characters. */
  cutTraces: number;
  /** Streams closed early because too many were open. */
  closedStreams: number;
  /** Events more than the allowed time ahead of the clock. */
  suspectTimes: number;
  /** Stacks whose parsing failed; the events went on without. */
  failedParses: number;
}

export interface EventPipelineOptions {
  clock: Clock;
  /** A redactor to share (with snippets, subjects …); else one is made of `redaction`. */
  redactor?: Redactor;
  redaction?: RedactorOptions;
  joining?: { sources?: Readonly<Record<string, Partial<SourceJoining>>>; limits?: Partial<JoinLimits> };
  bounds?: Partial<EventBounds>;
  /** ms ahead of the clock from which an event's own time is not believed. */
  suspectAheadMs?: number;
}

/** An hour's drift is real, a day's is a wrong clock or a wrong format. */
const DEFAULT_SUSPECT_AHEAD_MS = 86_400_000;

export function createEventPipeline(options: EventPipelineOptions): EventPipeline {
  const { clock } = options;
  const bounds: EventBounds = { ...DEFAULT_EVENT_BOUNDS, ...options.bounds };
  const suspectAheadMs = options.suspectAheadMs ?? DEFAULT_SUSPECT_AHEAD_MS;
  const joiner = createLineJoiner({ languages: STACK_LANGUAGES, clock, ...options.joining });
  const redactor = options.redactor ?? createRedactor(options.redaction);
  const keyBlocks = createKeyBlockGuard();
  const stacks = createStackCache(parseStack);
  const boundCounts = emptyBoundCounts();
  let suspectTimes = 0;

  const finish = (joined: Event, now: number): Event => {
    const mayHaveTrace = joined.stackText !== null || joined.body.includes('\n') || joiner.hasTrace(joined);
    const safe = redactor.event(keyBlocks.apply(boundEvent(joined, bounds, boundCounts)));
    if (safe.time - now > suspectAheadMs) safe.timeSuspect = true;
    if (safe.timeSuspect) suspectTimes++;
    if (mayHaveTrace && safe.exceptions.length === 0) takeTrace(safe, stacks.parse);
    else if (safe.exceptions.length > 0 && safe.severityNumber === SEVERITY.unset) safe.severityNumber = SEVERITY.error;
    if (safe.severityNumber === SEVERITY.unset) safe.severityNumber = severityOfStatus(safe);
    return safe;
  };
  const finishAll = (joined: Event[]): Event[] => {
    const now = clock.now();
    return joined.map((event) => finish(event, now));
  };
  return {
    push: (events) => finishAll(joiner.push(events.map(withCleanBody))),
    flush: () => finishAll(joiner.flush()),
    redactions() {
      const counts = redactor.counts();
      const lines = keyBlocks.count();
      return lines === 0 ? counts : { ...counts, 'private-key': (counts['private-key'] ?? 0) + lines };
    },
    problems: () => ({ ...boundCounts, ...joiner.problems(), suspectTimes, failedParses: stacks.failures() }),
  };
}

/** The joiner reads lines without escapes and with one kind of line end. */
function withCleanBody(event: Event): Event {
  const body = cleanText(event.body);
  return body === event.body ? event : { ...event, body };
}

/** Fills in the stack of the record's stack field, else of its body, whatever its severity. */
function takeTrace(event: Event, parse: (text: string) => SharedTrace | null): void {
  const told = event.stackText === null ? null : parse(event.stackText);
  const trace = told ?? parse(event.body) ?? parseBehindPrefix(event.body, parse);
  if (trace === null) return;
  event.exceptions = trace.exceptions;
  event.stackText ??= trace.stackText;
  event.truncated ||= trace.truncated;
  if (event.severityNumber === SEVERITY.unset) event.severityNumber = SEVERITY.error;
}

/** An entry may hold the lines of a logger that repeats its prefix on each. */
function parseBehindPrefix(body: string, parse: (text: string) => SharedTrace | null): SharedTrace | null {
  const bare = body.includes('\n') ? withoutTracePrefix(body, STACK_LANGUAGES) : null;
  return bare === null ? null : parse(bare);
}

function severityOfStatus({ request }: Event): number {
  const status = request?.status ?? 0;
  if (status >= 500 && status < 600) return SEVERITY.error;
  return status >= 400 && status < 500 ? SEVERITY.warn : SEVERITY.unset;
}
