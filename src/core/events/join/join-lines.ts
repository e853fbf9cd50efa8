import type { Event } from '../event.ts';
import { announcesTrace } from './announces-trace.ts';
import {
  ARRIVAL,
  DEFAULT_JOINING,
  DEFAULT_SOURCE_JOINING,
  type JoinProblems,
  type LineJoinerOptions,
  type SourceJoining,
} from './join-options.ts';
import { JoinedEvents } from './joined-events.ts';
import { LineStream, type StreamOptions } from './line-stream.ts';
import { inTimeOrder, isNewestFirst, type NewestFirst, splitNewestFirst } from './newest-first.ts';
import { isForeign, linesOf } from './record-kind.ts';
import { StreamKeys } from './stream-keys.ts';
import { readEntry } from './trace-lines.ts';

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

export function createLineJoiner(options: LineJoinerOptions): LineJoiner {
  return new Joiner(options);
}

class Joiner implements LineJoiner {
  private readonly options: LineJoinerOptions;
  private readonly streamOptions: StreamOptions;
  private readonly out = new JoinedEvents();
  private readonly keys: StreamKeys;
  /** Those with something held back, by key, the oldest first. */
  private readonly streams = new Map<string, LineStream>();
  private closedStreams = 0;
  /** By kind of source. */
  private readonly joinings = new Map<string, SourceJoining>();
  private readonly newestFirst = new Map<string, NewestFirst>();

  constructor(options: LineJoinerOptions) {
    const limits = {
      lines: options.limits?.lines ?? DEFAULT_JOINING.lines,
      characters: options.limits?.characters ?? DEFAULT_JOINING.characters,
      streams: options.limits?.streams ?? DEFAULT_JOINING.streams,
    };
    this.options = options;
    this.streamOptions = { out: this.out, languages: options.languages, limits, clock: options.clock };
    this.keys = new StreamKeys(limits.streams);
  }

  push(events: readonly Event[]): Event[] {
    const first = events[0];
    if (first === undefined) this.closeSilent();
    else if (this.joiningOf(first).order === 'time') return this.takeTimed(first.source.kind, events);
    else this.takeAll(events);
    return this.out.take();
  }

  flush(): Event[] {
    for (const waiting of this.newestFirst.values()) this.takeAll(waiting.takeTails());
    this.endWhere(() => true);
    this.keys.clear();
    return this.out.take();
  }

  problems(): JoinProblems {
    return { cutTraces: this.out.cutTraces, closedStreams: this.closedStreams };
  }

  hasTrace(event: Event): boolean {
    return this.out.hasTrace(event);
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
  private takeTimed(kind: string, events: readonly Event[]): Event[] {
    const waiting = this.newestFirst.get(kind);
    if (waiting === undefined && !isNewestFirst(events)) {
      this.takeAll(inTimeOrder(events));
      this.closeBefore(kind, events);
      return this.out.take();
    }
    const { gapMs } = this.joiningOf(events[0]!);
    const split = waiting ?? splitNewestFirst({ gapMs, longestRun: this.streamOptions.limits.lines });
    this.newestFirst.set(kind, split);
    for (const run of split.push(events)) {
      this.takeAll(run);
      for (const key of new Set(run.map((event) => this.keys.of(event)))) this.end(key);
    }
    return this.out.take().sort((a, b) => a.time - b.time);
  }

  /** What the newest instant of this batch shows to be over. */
  private closeBefore(kind: string, events: readonly Event[]): void {
    const newest = events.reduce((latest, event) => Math.max(latest, event.time), 0);
    this.endWhere((stream) => stream.isOfKind(kind) && stream.isOverAt(newest));
  }

  private closeSilent(): void {
    const now = this.options.clock.now();
    this.endWhere((stream) => stream.isSilentAt(now));
  }

  private take(event: Event): void {
    const key = this.keys.of(event);
    const stream = this.streams.get(key);
    if (stream === undefined) {
      this.takeIdle(key, event, null);
      return;
    }
    if (stream.joining.order === 'time' && stream.isOverAt(event.time)) {
      this.end(key);
      this.takeIdle(key, event, null);
      return;
    }
    if (isForeign(event)) {
      stream.passForeign();
      if (stream.isEmpty) this.streams.delete(key);
      this.out.add(event);
      return;
    }
    if (!stream.continueTrace(event)) this.takeIdle(key, event, stream);
  }

  /** The event is none of the open trace's: it may open one, announce one, or pass. */
  private takeIdle(key: string, event: Event, stream: LineStream | null): void {
    const lines = linesOf(event.body);
    const read = isForeign(event) ? null : readEntry(lines, this.options.languages);
    if (read?.hasTrace) this.out.noteTrace(event);
    if (read !== null && read.trace !== null) {
      (stream ?? this.newStream(key, event)).openTrace(event, read.trace, lines.length);
      return;
    }
    stream?.passRecord();
    if (!this.out.hasTrace(event) && announcesTrace(event)) {
      (stream ?? this.newStream(key, event)).hold(event);
      return;
    }
    if (stream?.isEmpty) this.streams.delete(key);
    this.out.add(event);
  }

  private newStream(key: string, event: Event): LineStream {
    const stream = new LineStream(this.streamOptions, this.joiningOf(event), event);
    this.streams.set(key, stream);
    if (this.streams.size > this.streamOptions.limits.streams) {
      this.closedStreams++;
      this.end(this.streams.keys().next().value!);
    }
    return stream;
  }

  private end(key: string): void {
    this.streams.get(key)?.end();
    this.streams.delete(key);
  }

  private endWhere(isOver: (stream: LineStream) => boolean): void {
    for (const [key, stream] of this.streams) if (isOver(stream)) this.end(key);
  }
}
