import type { DeliveryTime } from './delivery.ts';

/** The machine's own time. Ages and waits are monotonic, so a wall clock that jumps changes nothing; wall time only labels. */
export const SYSTEM_TIME: DeliveryTime = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
