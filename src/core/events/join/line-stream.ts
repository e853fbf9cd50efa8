import type { Clock } from '../../shared/index.ts';
import type { Event } from '../event.ts';
import type { StackLanguage } from '../stack/language.ts';
import { announcesTrace } from './announces-trace.ts';
import type { JoinLimits, SourceJoining } from './join-options.ts';
import type { JoinedEvents } from './joined-events.ts';
import { addPart, joinedOf, type OpenTrace, openedBy } from './open-trace.ts';
import { linesOf } from './record-kind.ts';
import { continueWithEntry, FOREIGN_LINES, type TraceLines } from './trace-lines.ts';

/** What all streams of one joiner have in common. */
export interface StreamOptions {
  out: JoinedEvents;
  languages: readonly StackLanguage[];
  limits: JoinLimits;
  clock: Clock;
}

/** One stream with something held back: an open trace, or the record just before, which takes the trace that may follow it. */
export class LineStream {
  readonly joining: SourceJoining;
  private trace: OpenTrace | null = null;
  private held: Event | null = null;
  private heldForeign = 0;
  private lastTime: number;
  private lastArrival: number;
  private readonly options: StreamOptions;

  constructor(options: StreamOptions, joining: SourceJoining, event: Event) {
    this.options = options;
    this.joining = joining;
    this.lastTime = event.time;
    this.lastArrival = options.clock.now();
  }

  get isEmpty(): boolean {
    return this.trace === null && this.held === null;
  }

  isOfKind(kind: string): boolean {
    return (this.held ?? this.trace?.parts[0])?.source.kind === kind;
  }

  /** What comes at this instant of the entries is too late to go with what is held. */
  isOverAt(time: number): boolean {
    return time - this.lastTime > this.joining.gapMs;
  }

  /** By the clock, where the entries' instants say nothing. */
  isSilentAt(now: number): boolean {
    return this.joining.order === 'arrival' && now - this.lastArrival > this.joining.gapMs;
  }

  /** A record of another kind stands between the lines. */
  passForeign(): void {
    this.passLine();
    if (this.held !== null && ++this.heldForeign > FOREIGN_LINES) this.releaseHeld();
  }

  /** A record passes that is none of the trace's, and has none of its own. */
  passRecord(): void {
    this.passLine();
    this.releaseHeld();
  }

  /** Takes the event into the open trace; false: it is none of it, or none is open. */
  continueTrace(event: Event): boolean {
    const { trace, joining } = this;
    if (trace === null) return false;
    const lines = linesOf(event.body);
    const isLevelled = event.severityText !== null;
    const isOwnRecord = isLevelled && joining.order === 'arrival' && !(trace.isLevelled && trace.lineCount > 1);
    const read = continueWithEntry(trace.lines, { lines, isOwnRecord, languages: this.options.languages });
    if (read === null) return false;
    trace.isLevelled &&= isLevelled;
    trace.lines = read.trace ?? { ...trace.lines, stage: 'between', isLinked: false };
    this.addPart(trace, event, lines.length);
    trace.foreign = 0;
    this.touch(event);
    return true;
  }

  /** The event begins a trace, to which the record held before it belongs. */
  openTrace(event: Event, lines: TraceLines, lineCount: number): void {
    if (this.trace !== null) this.closeBeforeStart(this.trace);
    const { held } = this;
    this.held = null;
    const trace = openedBy(event, lines);
    if (held !== null) this.addPart(trace, held, linesOf(held.body).length);
    this.addPart(trace, event, lineCount);
    this.trace = trace;
    this.touch(event);
  }

  /** The event may be the message of a trace that follows. */
  hold(event: Event): void {
    this.held = event;
    this.heldForeign = 0;
    this.touch(event);
  }

  /** Gives all that it holds. */
  end(): void {
    this.close();
    this.releaseHeld();
  }

  private passLine(): void {
    if (this.trace !== null && ++this.trace.foreign > FOREIGN_LINES) this.close();
  }

  private addPart(trace: OpenTrace, event: Event, lineCount: number): void {
    const { limits, out } = this.options;
    if (addPart(trace, event, { lineCount, limits }) === 'cut') out.cutTraces++;
  }

  /** A head that another start follows was the message of that trace, if it was one record. */
  private closeBeforeStart(trace: OpenTrace): void {
    if (trace.lines.isTrace || this.held !== null || !announcesTrace(trace.parts[trace.parts.length - 1]!)) {
      this.close();
      return;
    }
    const last = trace.parts.pop()!;
    for (const part of trace.parts) this.options.out.add(part);
    this.trace = null;
    this.held = last;
  }

  private close(): void {
    const { trace } = this;
    if (trace === null) return;
    const { out } = this.options;
    this.trace = null;
    const joined = joinedOf(trace);
    if (joined === null) {
      for (const part of trace.parts) out.add(part);
      return;
    }
    out.noteTrace(joined);
    out.add(joined);
  }

  private releaseHeld(): void {
    if (this.held === null) return;
    this.options.out.add(this.held);
    this.held = null;
  }

  private touch(event: Event): void {
    this.lastTime = Math.max(this.lastTime, event.time);
    this.lastArrival = this.options.clock.now();
  }
}
