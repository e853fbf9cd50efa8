import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunOutput } from '../../../contracts/api/jobs.ts';
import { fetchOutput } from '../../api/queries/jobs.ts';
import { useOnChange } from '../../live/use-live.ts';

export type Chunk = RunOutput['chunks'][number];

/** Pieces on the page at once: a run may write ten megabytes. */
export const SHOWN = 2_000;
const PAGE = 1_000;
/** Asked for anyway, should a word of the stream be missed. */
const POLL_MS = 5_000;

export interface OutputState {
  chunks: readonly Chunk[];
  /** Pieces before those shown. */
  earlier: number;
  /** More stand behind those shown: only from the start. */
  hasLater: boolean;
  lostBytes: number;
  isDone: boolean;
  isLoaded: boolean;
  error: unknown;
}

const NOTHING: OutputState = {
  chunks: [],
  earlier: 0,
  hasLater: false,
  lostBytes: 0,
  isDone: false,
  isLoaded: false,
  error: null,
};

/** What a run wrote, and goes on writing: `newest` follows it to its end, `start` shows the first pieces and stands still. */
export function useOutput(run: string, from: 'newest' | 'start', isOpen: boolean) {
  const [state, setState] = useState(NOTHING);
  const next = useRef(0);
  const isReading = useRef(false);
  const isAskedAgain = useRef(false);
  const abort = useRef<AbortController | null>(null);

  const read = useCallback(async () => {
    if (isReading.current) {
      isAskedAgain.current = true;
      return;
    }
    const { signal } = abort.current ?? new AbortController();
    isReading.current = true;
    try {
      do {
        isAskedAgain.current = false;
        await readOn(run, from, next, signal, setState);
      } while (isAskedAgain.current && !signal.aborted);
    } catch (error) {
      if (!signal.aborted) setState((former) => ({ ...former, isLoaded: true, error }));
    } finally {
      if (!signal.aborted) isReading.current = false;
    }
  }, [run, from]);

  useEffect(() => {
    const mine = new AbortController();
    abort.current = mine;
    next.current = 0;
    isReading.current = false;
    setState(NOTHING);
    void read();
    return () => mine.abort();
  }, [read]);

  const follows = from === 'newest' && !state.isDone;
  useOnChange(
    follows,
    (change) => (change.kind === 'output' && change.run === run) || (change.kind === 'run' && change.id === run),
    () => void read(),
  );
  useEffect(() => {
    if (!follows) return;
    const timer = setInterval(() => void read(), POLL_MS);
    return () => clearInterval(timer);
  }, [follows, read]);
  // Once more when the run has ended: its last words may come after the word of its end.
  useEffect(() => {
    if (!isOpen) void read();
  }, [isOpen, read]);
  return { ...state, retry: () => void read() };
}

/** Asks page after page until nothing more stands there, or the first pieces are full. */
async function readOn(
  run: string,
  from: 'newest' | 'start',
  next: { current: number },
  signal: AbortSignal,
  set: (change: (former: OutputState) => OutputState) => void,
): Promise<void> {
  let count = 0;
  for (;;) {
    const page = await fetchOutput(run, next.current, PAGE, signal);
    if (signal.aborted) return;
    const isFull = page.chunks.length === PAGE;
    next.current = page.next;
    count += page.chunks.length;
    const isStopped = from === 'start' && count >= SHOWN;
    set((former) => append(former, page, isStopped && isFull));
    if (!isFull || isStopped) return;
  }
}

function append(former: OutputState, page: RunOutput, hasLater: boolean): OutputState {
  const all = page.chunks.length === 0 ? former.chunks : [...former.chunks, ...page.chunks];
  const cut = Math.max(0, all.length - SHOWN);
  return {
    chunks: cut === 0 ? all : all.slice(cut),
    earlier: former.earlier + cut,
    hasLater,
    lostBytes: page.lostBytes,
    isDone: page.isDone,
    isLoaded: true,
    error: null,
  };
}
