import { readFileSync } from 'node:fs';

/** Of the kernel's ticks; a hundred a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** ms of processor time that a process has used so far, all its threads together; 0 where there is no `/proc`. */
export function processorMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  // The name may hold anything, a bracket too: what counts stands behind its last one.
  const [userTicks, systemTicks] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(userTicks) + Number(systemTicks)) * TICK_MS;
}
