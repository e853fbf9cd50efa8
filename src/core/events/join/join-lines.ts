import type { Event } from '../event.ts';
import { announcesTrace } from './announces-trace.ts';
import {
  ARRIVAL,
  DEFAULT_JOINING,
  DEFAULT_SOURCE_JOINING,
  type JoinLimits,
  type JoinProblems,
  type LineJoinerOptions,
  type SourceJoining,
} from './join-options.ts';
import { inTimeOrder, isNewestFirst, type NewestFirst, splitNewestFirst } from './newest-first.ts';
import { addPart, joinedOf, type OpenTrace, openedBy } from './open-trace.ts';
import { isForeign, linesOf, threadOf } from './record-kind.ts';
import { continueWithEntry, FOREIGN_LINES, readEntry } from './trace-lines.ts';

/** Joins the lines of one stack trace that a source delivered as several records. */
export interface LineJoiner {
  /**
   * Takes the next records, gives those that are complete. Records of a stream keep their order, except that a trace comes out when it is closed,
   * behind foreign records that stood inside it. An empty push closes what has been silent for too long by the clock: whoever follows a file makes
   * one at least once a second. Reading a whole file needs none, and a slow reader cuts nothing.
   */
  push(events: readonly Event[]): Event[];
  /** The end of the input: gives everything that is still held. */
  flush(): Event[];
  /** Bounds reached so far. */
  problems(): JoinProblems;
  /** Whether a line of the event, which this joiner gave out, belongs to a stack trace. */
  hasTrace(event: Event): boolean;
}

interface Stream {
  trace: OpenTrace | null;
  /** The record just before, which takes the trace that may follow it. */
  held: Event | null;
  heldForeign: number;
  joining: SourceJoining;
  lastTime: number;
  lastArrival: number;
}

export function createLineJoiner(options: LineJoinerOptions): LineJoiner {
  return new Joiner(options);
}

class Joiner implements LineJoiner {
  private readonly streams = new Map<string, Stream>();
  private readonly currentThread = new Map<string, string>();
  private readonly newestFirst = new Map<string, NewestFirst>();
  private readonly traced = new WeakSet<Event>();
  private readonly joinings = new Map<string, SourceJoining>();
  private readonly limits: JoinLimits;
  private readonly counts: JoinProblems = { cutTraces: 0, closedStreams: 0 };
  private out: Event[] = [];

  private readonly options: LineJoinerOptions;

  constructor(options: LineJoinerOptions) {
    this.options = options;
    this.limits = {
      lines: options.limits?.lines ?? DEFAULT_JOINING.lines,
      characters: options.limits?.characters ?? DEFAULT_JOINING.characters,
      streams: options.limits?.streams ?? DEFAULT_JOINING.streams,
    };
  }

  push(events: readonly Event[]): Event[] {
    const first = events[0];
    if (first === undefined || this.joiningOf(first).order === 'arrival') this.takeAll(events);
    else this.takeTimed(first.source.kind, events);
    if (first === undefined) this.closeSilent();
    return this.give();
  }

  flush(): Event[] {
    for (const waiting of this.newestFirst.values()) this.takeAll(waiting.takeTails());
    for (const [key, stream] of this.streams) this.end(key, stream);
    this.currentThread.clear();
    return this.give();
  }

  problems(): JoinProblems {
    return { ...this.counts };
  }

  hasTrace(event: Event): boolean {
    return this.traced.has(event);
  }

  private give(): Event[] {
    const { out } = this;
    this.out = [];
    return out;
  }

  private joiningOf(event: Event): SourceJoining {
    const { kind } = event.source;
    const known = this.joinings.get(kind);
    if (known !== undefined) return known;
    const joining = { ...(DEFAULT_SOURCE_JOINING[kind] ?? ARRIVAL), ...this.options.sources?.[kind] };
    this.joinings.set(kind, joining);
    return joining;
  }

  private takeAll(events: readonly Event[]): void {
    for (const event of events) this.take(event);
  }

  /** Entries newest first (as Cloud Logging gives them) are turned round, and a stream's oldest run waits for the batch before it. */
  private takeTimed(kind: string, events: readonly Event[]): void {
    const waiting = this.newestFirst.get(kind);
    if (waiting === undefined && !isNewestFirst(events)) {
      this.takeAll(inTimeOrder(events));
      this.closeBefore(kind, events);
      return;
    }
    const split =
      waiting ?? splitNewestFirst({ gapMs: this.joiningOf(events[0]!).gapMs, longestRun: this.limits.lines });
    this.newestFirst.set(kind, split);
    const start = this.out.length;
    for (const run of split.push(events)) {
      this.takeAll(run);
      for (const key of new Set(run.map((event) => this.keyOf(event)))) {
        const stream = this.streams.get(key);
        if (stream !== undefined) this.end(key, stream);
      }
    }
    this.out = [...this.out.slice(0, start), ...this.out.slice(start).sort((a, b) => a.time - b.time)];
  }

  /** Lines that show no thread go with the thread that wrote last in their stream. */
  private keyOf(event: Event): string {
    const { stream } = event.source;
    const thread = threadOf(event);
    if (thread === null) return this.currentThread.get(stream) ?? stream;
    const key = `${stream}\u0000${thread}`;
    if (this.currentThread.size >= this.limits.streams) this.currentThread.clear();
    this.currentThread.set(stream, key);
    return key;
  }

  private take(event: Event): void {
    const key = this.keyOf(event);
    const stream = this.streams.get(key);
    if (stream === undefined) {
      this.takeIdle(key, event, null);
      return;
    }
    if (this.isSilent(stream, event)) {
      this.end(key, stream);
      this.takeIdle(key, event, null);
      return;
    }
    if (isForeign(event)) {
      this.passForeign(key, stream, event);
      return;
    }
    if (stream.trace !== null && this.continueTrace(stream, stream.trace, event)) return;
    this.takeIdle(key, event, stream);
  }

  private isSilent(stream: Stream, event: Event): boolean {
    const { gapMs, order } = stream.joining;
    return order === 'time' && event.time - stream.lastTime > gapMs;
  }

  private passForeign(key: string, stream: Stream, event: Event): void {
    if (stream.trace !== null && ++stream.trace.foreign > FOREIGN_LINES) this.close(stream);
    if (stream.held !== null && ++stream.heldForeign > FOREIGN_LINES) this.releaseHeld(stream);
    this.drop(key, stream);
    this.out.push(event);
  }

  private continueTrace(stream: Stream, trace: OpenTrace, event: Event): boolean {
    const lines = linesOf(event.body);
    const isLevelled = event.severityText !== null;
    const isOwnRecord = isLevelled && stream.joining.order === 'arrival' && !(trace.isLevelled && trace.lineCount > 1);
    const read = continueWithEntry(trace.lines, { lines, isOwnRecord, languages: this.options.languages });
    if (read === null) return false;
    trace.isLevelled &&= isLevelled;
    trace.lines = read.trace ?? { ...trace.lines, stage: 'between', isLinked: false };
    this.addPart(trace, event, lines.length);
    trace.foreign = 0;
    this.touch(stream, event);
    return true;
  }

  private addPart(trace: OpenTrace, event: Event, lineCount: number): void {
    if (addPart(trace, event, { lineCount, limits: this.limits }) === 'cut') this.counts.cutTraces++;
  }

  /** The event is none of the open trace's: it may open one, announce one, or pass. */
  private takeIdle(key: string, event: Event, stream: Stream | null): void {
    const lines = linesOf(event.body);
    const read = isForeign(event) ? null : readEntry(lines, this.options.languages);
    if (read?.hasTrace) this.traced.add(event);
    if (read === null || read.trace === null) {
      this.passOrHold(key, event, stream);
      return;
    }
    const into = stream ?? this.newStream(key, event);
    if (into.trace !== null) this.closeBeforeStart(into);
    const held = into.held;
    into.held = null;
    const trace = openedBy(event, read.trace);
    if (held !== null) this.addPart(trace, held, linesOf(held.body).length);
    this.addPart(trace, event, lines.length);
    into.trace = trace;
    this.touch(into, event);
  }

  /** A head that another start follows was the message of that trace, if it was one record. */
  private closeBeforeStart(stream: Stream): void {
    const { trace } = stream;
    if (
      trace !== null &&
      !trace.lines.isTrace &&
      stream.held === null &&
      announcesTrace(trace.parts[trace.parts.length - 1]!)
    ) {
      const last = trace.parts.pop()!;
      for (const part of trace.parts) this.out.push(part);
      stream.trace = null;
      stream.held = last;
      return;
    }
    this.close(stream);
  }

  private passOrHold(key: string, event: Event, stream: Stream | null): void {
    if (stream?.trace && ++stream.trace.foreign > FOREIGN_LINES) this.close(stream);
    if (stream !== null) this.releaseHeld(stream);
    if (this.traced.has(event) || !announcesTrace(event)) {
      if (stream !== null) this.drop(key, stream);
      this.out.push(event);
      return;
    }
    const into = stream ?? this.newStream(key, event);
    into.held = event;
    into.heldForeign = 0;
    this.touch(into, event);
  }

  private newStream(key: string, event: Event): Stream {
    const stream: Stream = {
      trace: null,
      held: null,
      heldForeign: 0,
      joining: this.joiningOf(event),
      lastTime: event.time,
      lastArrival: this.options.clock.now(),
    };
    this.streams.set(key, stream);
    if (this.streams.size > this.limits.streams) {
      const [oldestKey, oldest] = this.streams.entries().next().value!;
      this.counts.closedStreams++;
      this.end(oldestKey, oldest);
    }
    return stream;
  }

  private touch(stream: Stream, event: Event): void {
    stream.lastTime = Math.max(stream.lastTime, event.time);
    stream.lastArrival = this.options.clock.now();
  }

  private end(key: string, stream: Stream): void {
    this.close(stream);
    this.releaseHeld(stream);
    this.streams.delete(key);
  }

  private drop(key: string, stream: Stream): void {
    if (stream.trace === null && stream.held === null) this.streams.delete(key);
  }

  private releaseHeld(stream: Stream): void {
    if (stream.held === null) return;
    this.out.push(stream.held);
    stream.held = null;
  }

  private close(stream: Stream): void {
    const { trace } = stream;
    if (trace === null) return;
    stream.trace = null;
    const joined = joinedOf(trace);
    if (joined === null) {
      for (const part of trace.parts) this.out.push(part);
      return;
    }
    this.traced.add(joined);
    this.out.push(joined);
  }

  /** Timed sources: what the newest instant of this batch shows to be over. */
  private closeBefore(kind: string, events: readonly Event[]): void {
    if (this.streams.size === 0) return;
    const newest = events.reduce((latest, event) => Math.max(latest, event.time), 0);
    for (const [key, stream] of this.streams) {
      const isSameKind = (stream.held ?? stream.trace?.parts[0])?.source.kind === kind;
      if (isSameKind && newest - stream.lastTime > stream.joining.gapMs) this.end(key, stream);
    }
  }

  private closeSilent(): void {
    if (this.streams.size === 0) return;
    const now = this.options.clock.now();
    for (const [key, stream] of this.streams) {
      if (stream.joining.order === 'arrival' && now - stream.lastArrival > stream.joining.gapMs) this.end(key, stream);
    }
  }
}
