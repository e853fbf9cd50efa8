import { readFileSync } from 'node:fs';

/**
 * Tells a process from a later one that got its number: when it began, since the machine did. Empty where the system does not show it: it is Linux that
 * does.
 */
export function markOfProcess(pid: number): string {
  const stat = statOf(pid);
  return stat === null ? '' : `${stat.boot} ${stat.began}`;
}

/** Whether the process runs; with a mark, whether it is still the same. The dead that nobody has collected are dead. */
export function isSameProcess(pid: number, mark: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  if (stat === null) return true;
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return mark === null || mark === '' || mark === `${stat.boot} ${stat.began}`;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: behind the name, which may hold anything, field 3 is the state, 22 the beginning. */
function statOf(pid: number): { state: string; began: string; boot: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { state: fields[0] ?? '', began: fields[19] ?? '', boot };
  } catch {
    return null;
  }
}
