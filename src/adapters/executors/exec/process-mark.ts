import { readFileSync } from 'node:fs';

/**
 * Tells a process from a later one that got its number: when it began, since the machine did. Empty where the system does not show it (it is Linux that
 * does: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22).
 */
export function markOfProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${began}`;
  } catch {
    return '';
  }
}

/** Whether the process runs; with a mark, whether it is still the same. */
export function isSameProcess(pid: number, mark: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return mark === null || mark === '' || markOfProcess(pid) === mark;
}
