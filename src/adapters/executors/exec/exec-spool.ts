import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type ExecRequest, execRequest } from '../../../contracts/api/exec.ts';
import { isSameProcess, markOfProcess } from './process-mark.ts';

/**
 * The folder that wrapped commands and the server share: one file for each command that Guardian does not know all of, named
 * `<start ms>-<client id>.<state>`. Each line is JSON: who wraps it, then the requests that Guardian has not answered, in order.
 *
 * - `open`: the command runs. Its wrapper adds to it; whoever finds it without wrapper and command ends it as lost.
 * - `waiting`: the command has ended, and the record waits for Guardian.
 * - `<pid>.sending`: somebody sends it. One whose sender is gone waits again.
 * - `refused`: Guardian will not take it; kept for people to look at.
 *
 * A file is removed once Guardian has all of it. Dying between the two repeats a record, which changes nothing.
 */

/** Bytes of all records that wait; beyond it a record leaves its output out. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Records of all states; beyond it a command runs unrecorded. */
const MOST_FILES = 10_000;
/** ms for which a wrapper of another machine or container is taken to be running. */
const ELSEWHERE_MS = 24 * 60 * 60 * 1000;
const NAME = /^(\d{10,16})-([\w-]{8,64})\.(open|waiting|refused|(\d{1,10})\.sending)$/;

const headSchema = z.object({
  job: z.string(),
  clientId: z.string(),
  startedAt: z.number(),
  /** Whose process the wrapper is, and where: processes of other machines and containers cannot be looked for. */
  host: z.string(),
  pid: z.int().positive(),
  /** Tells it from a later process of the same number. */
  mark: z.string(),
  /** SHA-256 of the key it is sent with, in hex: the server finds the project by it. */
  keyHash: z.string().nullable(),
  project: z.string().nullable(),
});
export type ExecHead = z.infer<typeof headSchema>;

/** The command itself, which goes on when its wrapper is killed. */
const childSchema = z.object({ childPid: z.int().positive(), childMark: z.string() });

export interface OpenRecord {
  /** The command runs, in this process. Throws as `node:fs` does. */
  runs(pid: number): void;
  /** Written and on disk when it returns. Throws as `node:fs` does. */
  add(requests: readonly ExecRequest[]): void;
  /** The command has ended, and what was added waits for Guardian. */
  leave(): void;
  /** Guardian has all of it. */
  remove(): void;
}

export interface WaitingRecord {
  head: ExecHead;
  requests: ExecRequest[];
  /** Its wrapper is gone without having said how the command ended. */
  isLost: boolean;
}

export interface ExecSpool {
  /** Throws as `node:fs` does, and when the folder holds too much. */
  open(head: Omit<ExecHead, 'host' | 'pid' | 'mark'>): OpenRecord;
  /** Whether output still has room. */
  hasRoom(): boolean;
  /**
   * Hands over what waits, oldest first, until `send` says `later` (it and the rest are left as they are) or nothing is left: `sent` removes it, `refused`
   * keeps it aside. Gives how many went. Several may do so at once, each record goes to one of them.
   */
  drain(send: (record: WaitingRecord) => Promise<'sent' | 'later' | 'refused'>): Promise<number>;
  /** Likewise, of one job, and only those whose wrapper is gone without having said how they ended. */
  drainLost(job: string, send: (record: WaitingRecord) => Promise<'sent' | 'later' | 'refused'>): Promise<number>;
}

export function openExecSpool({ folder, clock }: { folder: string; clock: { now(): number } }): ExecSpool {
  return {
    open(head) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (readdirSync(folder).length >= MOST_FILES) throw new Error(`${folder} holds ${MOST_FILES} records`);
      const stem = join(folder, `${head.startedAt}-${head.clientId}`);
      const path = `${stem}.open`;
      const { pid } = process;
      const whole: ExecHead = { ...head, host: hostname(), pid, mark: markOfProcess(pid) };
      writeFileSync(path, `${JSON.stringify(whole)}\n`, { mode: 0o600, flag: 'wx' });
      return {
        runs: (childPid) =>
          appendFileSync(path, `${JSON.stringify({ childPid, childMark: markOfProcess(childPid) })}\n`),
        add(requests) {
          appendFileSync(path, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
          sync(path);
        },
        leave: () => renameSync(path, `${stem}.waiting`),
        remove: () => rmSync(path, { force: true }),
      };
    },
    hasRoom: () => sizeOf(folder) < MOST_BYTES,
    drain: (send) => drain({ folder, now: clock.now(), send, isWanted: () => true }),
    drainLost: (job, send) =>
      drain({ folder, now: clock.now(), send, isWanted: ({ head, isLost }) => isLost && head.job === job }),
  };
}

interface Draining {
  folder: string;
  now: number;
  send: Parameters<ExecSpool['drain']>[0];
  isWanted(found: WaitingRecord): boolean;
}

async function drain(draining: Draining): Promise<number> {
  const { folder, send } = draining;
  let sent = 0;
  for (const name of namesIn(folder)) {
    const claimed = claim(name, draining);
    if (!claimed) continue;
    const { found, path, stem } = claimed;
    const outcome = await send(found).catch((error: unknown) => {
      renameSync(path, `${stem}.waiting`);
      throw error;
    });
    if (outcome === 'sent') rmSync(path, { force: true });
    else renameSync(path, `${stem}.${outcome === 'later' ? 'waiting' : 'refused'}`);
    if (outcome === 'later') return sent;
    if (outcome === 'sent') sent += 1;
  }
  return sent;
}

/** Takes one over by renaming it: only one process can. Null: it is not to be sent, or somebody else was first. */
function claim(name: string, { folder, now, isWanted }: Draining) {
  const [, startedAt, clientId, state, sender] = NAME.exec(name)!;
  if (state === 'refused') return null;
  if (sender !== undefined && isSameProcess(Number(sender), null)) return null;
  const from = join(folder, name);
  const stem = join(folder, `${startedAt}-${clientId}`);
  const path = `${stem}.${process.pid}.sending`;
  try {
    const record = read(from);
    if (!record) {
      renameSync(from, `${stem}.refused`);
      return null;
    }
    const isOpen = state === 'open';
    if (isOpen && isRunning(record, now)) return null;
    const hasEnd = record.requests.some(({ phase }) => phase === 'finish');
    const found: WaitingRecord = { head: record.head, requests: record.requests, isLost: !hasEnd };
    if (!isWanted(found)) return null;
    renameSync(from, path);
    return { found, path, stem };
  } catch (error) {
    // Sent and removed by somebody else since it was listed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isRunning({ head, child }: Read, now: number): boolean {
  if (head.host !== hostname()) return now - head.startedAt < ELSEWHERE_MS;
  return isSameProcess(head.pid, head.mark) || (child !== null && isSameProcess(child.childPid, child.childMark));
}

type Read = Pick<WaitingRecord, 'head' | 'requests'> & { child: z.infer<typeof childSchema> | null };

/** Null: not even who wrote it can be read. What was not written whole is left out: nobody relies on it. */
function read(path: string): Read | null {
  const [first, ...lines] = readFileSync(path, 'utf8').split('\n');
  const head = headSchema.safeParse(readJson(first ?? ''));
  if (!head.success) return null;
  const found: Read = { head: head.data, requests: [], child: null };
  for (const line of lines) {
    const told = readJson(line);
    const request = execRequest.safeParse(told);
    if (request.success) found.requests.push(request.data);
    else found.child = childSchema.safeParse(told).data ?? found.child;
  }
  return found;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  return list(folder).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function sizeOf(folder: string): number {
  return list(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
