/** Records before 2000-01-01 come from a clock that was never set. */
const EARLIEST_TIME = Date.UTC(2000, 0, 1);

/** Whether such a clock gave this time (epoch ms): it is doubtful. */
export function isFromUnsetClock(time: number): boolean {
  return time < EARLIEST_TIME;
}
