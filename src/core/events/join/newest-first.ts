import type { Event } from '../event.ts';

/** Ascending by time; equal instants keep their order, which is turned round first when the input runs backwards. */
export function inTimeOrder(events: readonly Event[]): Event[] {
  const ordered = isNewestFirst(events) ? [...events].reverse() : [...events];
  for (let index = 1; index < ordered.length; index++) {
    if (ordered[index]!.time < ordered[index - 1]!.time) return ordered.sort((a, b) => a.time - b.time);
  }
  return ordered;
}

export function isNewestFirst(events: readonly Event[]): boolean {
  const first = events[0];
  const last = events[events.length - 1];
  return first !== undefined && last !== undefined && first.time > last.time;
}

export interface NewestFirst {
  /** The runs of this batch that are whole, each of one stream and in time order. */
  push(events: readonly Event[]): Event[][];
  /** What still waits, in time order. */
  takeTails(): Event[];
}

/**
 * Batches that go back in time cut a trace at their border: its head comes with the next, older batch. So each stream's oldest run (entries
 * closer together than the gap) waits until an older batch has come; all that is newer is given at once.
 */
export function splitNewestFirst({ gapMs, longestRun }: { gapMs: number; longestRun: number }): NewestFirst {
  let tails = new Map<string, Event[]>();

  /** Each tail goes behind its stream's older events; without any it is whole when they are too far away, or waits on. */
  function putTails(
    byStream: Map<string, Event[]>,
    oldest: number,
  ): { runs: Event[][]; waiting: Map<string, Event[]> } {
    const runs: Event[][] = [];
    const waiting = new Map<string, Event[]>();
    for (const [stream, tail] of tails) {
      const older = byStream.get(stream);
      if (older !== undefined) byStream.set(stream, inTimeOrder([...older, ...tail]));
      else if (tail[0]!.time - oldest > gapMs) runs.push(tail);
      else waiting.set(stream, tail);
    }
    return { runs, waiting };
  }

  return {
    push(events) {
      const ordered = inTimeOrder(events);
      const oldest = ordered[0]?.time ?? 0;
      const byStream = groupByStream(ordered);
      const { runs, waiting } = putTails(byStream, oldest);
      for (const [stream, list] of byStream) {
        const end = oldestRunEnd(list, gapMs);
        const mayGoOn = list[0]!.time - oldest <= gapMs && end <= longestRun;
        if (mayGoOn) waiting.set(stream, list.slice(0, end));
        else runs.push(list.slice(0, end));
        if (end < list.length) runs.push(list.slice(end));
      }
      tails = waiting;
      return runs;
    },
    takeTails() {
      const all = inTimeOrder([...tails.values()].flat());
      tails = new Map();
      return all;
    },
  };
}

function groupByStream(events: readonly Event[]): Map<string, Event[]> {
  const byStream = new Map<string, Event[]>();
  for (const event of events) {
    const list = byStream.get(event.source.stream);
    if (list === undefined) byStream.set(event.source.stream, [event]);
    else list.push(event);
  }
  return byStream;
}

function oldestRunEnd(events: readonly Event[], gapMs: number): number {
  let end = 1;
  while (end < events.length && events[end]!.time - events[end - 1]!.time <= gapMs) end++;
  return end;
}
