import type { Clock } from '../../shared/index.ts';
import type { Timer } from './timer.ts';

/** A clock that moves only when it is told to, with what waits for it. */
export interface Timeline {
  clock: Clock;
  timer: Timer;
  /** Everything that can go on without time passing has gone on. */
  settle(): Promise<void>;
  /** Moves on, stopping at each instant that something waits for. */
  advance(ms: number): Promise<void>;
  /** Somebody sets the clock, forward or back; no time passes. */
  setClock(byMs: number): void;
  /** A timer whose calls can be dropped for good: a process that dies. */
  mortalTimer(): { timer: Timer; die(): void };
}

export function createTimeline(start: number): Timeline {
  let now = start;
  let offset = 0;
  let waiting: { at: number; call: () => void }[] = [];
  const timer: Timer = {
    after(ms, call) {
      const wait = { at: now + Math.max(0, ms), call };
      waiting.push(wait);
      return () => {
        waiting = waiting.filter((other) => other !== wait);
      };
    },
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    clock: { now: () => now + offset, steady: () => now },
    timer,
    settle,
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        let next: (typeof waiting)[number] | undefined;
        for (const wait of waiting) if (wait.at <= until && (!next || wait.at < next.at)) next = wait;
        if (!next) break;
        const due = next;
        waiting = waiting.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.call();
        await settle();
      }
      now = until;
      await settle();
    },
    setClock(byMs) {
      offset += byMs;
    },
    mortalTimer() {
      let isDead = false;
      const after: Timer['after'] = (ms, call) => timer.after(ms, () => isDead || call());
      return {
        timer: { after },
        die() {
          isDead = true;
        },
      };
    },
  };
}
