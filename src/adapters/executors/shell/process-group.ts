import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const FIRST_LOOK_MS = 10;
const LONGEST_PAUSE_MS = 200;
/** How long SIGKILL may need to show. */
const LAST_LOOK_MS = 1_000;

/** Signals every process of a group; false: there is none any more. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (error) {
    // EPERM: somebody is there, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Ends a whole process group: SIGTERM, and SIGKILL for whoever is still there after `graceMs`. Resolves when nobody is. The number of a group is not given
 * away again while it has members, so this never meets a stranger.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM') || (await isGone(leader, graceMs))) return;
  signalGroup(leader, 'SIGKILL');
  await isGone(leader, LAST_LOOK_MS);
}

async function isGone(leader: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let wait = FIRST_LOOK_MS; await hasLiving(leader); wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const left = until - performance.now();
    if (left <= 0) return false;
    await pause(Math.min(wait, left));
  }
  return true;
}

/**
 * The dead that nobody has collected still count as members for the system, and in a container without an init process they stay for ever: where the
 * system shows its processes, they are not waited for.
 */
async function hasLiving(leader: number): Promise<boolean> {
  return signalGroup(leader, 0) && (await membersOf(leader))?.length !== 0;
}

/** The living processes of a group; null where the system does not show its processes. */
export async function membersOf(leader: number): Promise<number[] | null> {
  const names = await readdir('/proc').catch(() => []);
  const numbers = names.filter((name) => /^\d+$/.test(name));
  if (numbers.length === 0) return null;
  const members = await Promise.all(
    numbers.map(async (number) => ((await isLivingMember(number, leader)) ? [Number(number)] : [])),
  );
  return members.flat();
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: `pid (name) state parent group …`; the name may hold anything. */
async function isLivingMember(number: string, leader: number): Promise<boolean> {
  const stat = await readFile(`/proc/${number}/stat`, 'utf8').catch(() => '');
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
  return group === String(leader) && state !== 'Z' && state !== 'X';
}
