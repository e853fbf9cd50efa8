import { createTroubleTeller } from '../trouble.ts';
import type { RecordTarget } from './logger.ts';
import { createIdleTimer } from './timer.ts';

/** Records that no client was there to take, since the process began: they are lost, and said to be. */
export interface MisuseCounts {
  beforeStart: number;
  afterStop: number;
}

const counts: MisuseCounts = { beforeStart: 0, afterStop: 0 };

/** Reading changes nothing. */
export function misuseCounts(): MisuseCounts {
  return { ...counts };
}

/** What loggers write to when no client runs: nothing is kept; the first call says so on standard error, every call is counted. */
export function createIdleTarget(when: 'before start()' | 'after stop()', tell = createTroubleTeller()): RecordTarget {
  let isTold = false;
  return {
    thresholdOf: () => 0,
    write: ({ core }, level) => {
      if (when === 'before start()') counts.beforeStart++;
      else counts.afterStop++;
      if (isTold) return;
      isTold = true;
      tell(
        when,
        `record lost: logger "${core.name}" was called (${level}) ${when}. Call start() first, and stop() last.`,
      );
    },
    startTimer: (source, operation) => createIdleTimer(() => source.info(operation)),
    runTimed: (source, operation, work) => {
      source.info(operation);
      return work();
    },
  };
}
