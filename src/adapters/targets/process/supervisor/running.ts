import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { isSameProcess, markOfProcess } from '../../../executors/exec/process-mark.ts';
import { membersOf } from '../../../executors/shell/process-group.ts';
import { freePort } from '../../../free-port.ts';

/** A log is begun anew when it has grown so large. */
const LOG_BYTES = 16 * 1024 * 1024;
const PROBE_TIMEOUT_MS = 2_000;

export interface StartedProcess {
  pid: number;
  mark: string;
  port: number;
  /** The exit status, or the signal; only where this process is its parent. */
  exited: Promise<string>;
}

export interface StartOptions {
  command: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  logFile: string;
  /** 0: a free one. */
  port: number;
}

/** Starts the program in a group of its own, so that it outlives whoever started it; it learns its port by `PORT`. */
export async function startProcess({
  command,
  folder,
  environment,
  logFile,
  port,
}: StartOptions): Promise<StartedProcess> {
  const chosen = port === 0 ? await freePort() : port;
  const log = openSync(logFile, 'a', 0o600);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...environment, PORT: String(chosen), HOST: '127.0.0.1' },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const exited = new Promise<string>((resolve) =>
    child.once('exit', (status, signal) => resolve(status === null ? String(signal) : String(status))),
  );
  child.unref();
  const pid = child.pid!;
  return { pid, mark: markOfProcess(pid), port: chosen, exited };
}

export function isRunning({ pid, mark }: { pid: number | null; mark: string }): boolean {
  return pid !== null && isSameProcess(pid, mark);
}

/** It answers below 500; without a path: it takes connections. */
export function takesRequests(port: number, path: string | null): Promise<boolean> {
  return new Promise((resolve) => {
    if (path === null) {
      const socket = connect({ host: '127.0.0.1', port, timeout: PROBE_TIMEOUT_MS });
      const answer = (isThere: boolean) => {
        socket.destroy();
        resolve(isThere);
      };
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
      socket.once('timeout', () => answer(false));
      return;
    }
    const asked = get({ host: '127.0.0.1', port, path, timeout: PROBE_TIMEOUT_MS, agent: false }, (answer) => {
      answer.resume();
      resolve((answer.statusCode ?? 500) < 500);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
  });
}

/** Memory of the process and of everything in its group, bytes, as Linux shows it; null elsewhere. */
export async function residentBytes(leader: number): Promise<number | null> {
  const members = (await membersOf(leader)) ?? [];
  const sizes = members.map(residentOf).filter((bytes) => bytes !== null);
  if (sizes.length < 2) return sizes[0] ?? null;
  const together = members.reduce((sum, pid) => sum + (shareOf(pid) ?? residentOf(pid) ?? 0), 0);
  // What they share with strangers too is theirs no less: never below the largest of them.
  return Math.max(...sizes, together);
}

/** What several processes share counts once: each has its part of it. https://docs.kernel.org/filesystems/proc.html */
function shareOf(pid: number): number | null {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(shownOf(pid, 'smaps_rollup')) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}

function residentOf(pid: number): number | null {
  const [, pages] = shownOf(pid, 'statm').split(' ');
  return pages === undefined ? null : Number(pages) * 4_096;
}

/** Empty: it has ended meanwhile, or belongs to somebody else. */
function shownOf(pid: number, file: 'statm' | 'smaps_rollup'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

export function boundLog(logFile: string): void {
  try {
    if (statSync(logFile).size > LOG_BYTES) truncateSync(logFile, 0);
  } catch {
    // It is not there yet.
  }
}
