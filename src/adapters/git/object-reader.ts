import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { GuardianError, type Worded } from '../../core/shared/index.ts';
import { type GitPlace, gitEnvironment, SAFE_OPTIONS } from './run-git.ts';

export interface GitObject {
  sha: string;
  type: string;
  /** Null when it is larger than the limit: its bytes were passed over. */
  content: Buffer | null;
}

/** Reads objects through one long-lived `git cat-file --batch`: thousands of reads cost one process start. */
export interface ObjectReader {
  /** The object an expression names (`HEAD^{commit}`, a hash); null when the repository has none such. */
  read(expression: string): Promise<GitObject | null>;
  close(): void;
}

interface Pending {
  resolve(object: GitObject | null): void;
  reject(error: unknown): void;
}

/** The process starts at the first read, and again after it broke. Answers come in the order of the questions. */
export function createObjectReader(place: GitPlace): ObjectReader {
  let session: Session | null = null;
  return {
    read(expression) {
      if (/[\n\r\0]/.test(expression)) return Promise.resolve(null);
      if (!session?.isAlive) session = new Session(place);
      return session.ask(expression);
    },
    close() {
      session?.end();
      session = null;
    },
  };
}

class Session {
  isAlive = true;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly place: GitPlace;
  private readonly pending: Pending[] = [];
  private readonly chunks: Buffer[] = [];
  private buffered = 0;
  /** What is being received: a header line, then so many bytes and a line end. */
  private body: { sha: string; type: string; size: number; kept: Buffer[] | null; left: number } | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(place: GitPlace) {
    this.place = place;
    this.child = spawn('git', [...SAFE_OPTIONS, 'cat-file', '--batch'], {
      cwd: place.folder,
      env: gitEnvironment(place.environment),
      windowsHide: true,
    });
    this.child.stdout.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr.resume();
    this.child.stdin.on('error', () => this.fail((m) => m.outward.git.closedInput));
    this.child.on('error', (error) => this.fail(error.message));
    this.child.on('close', () => this.fail((m) => m.outward.git.endedEarly));
  }

  ask(expression: string): Promise<GitObject | null> {
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject });
      this.child.stdin.write(`${expression}\n`);
      this.watch();
    });
  }

  end(): void {
    this.fail((m) => m.outward.git.closed);
    this.child.stdin.end();
    this.child.kill();
  }

  private fail(reason: Worded): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.isAlive = false;
    for (const { reject } of this.pending.splice(0)) reject(new GuardianError('git_failed', { reason }));
  }

  /** Restarts the time limit; off when nothing is awaited, so that an idle reader keeps no process alive. */
  private watch(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const isWaiting = this.pending.length > 0;
    for (const handle of [this.child, this.child.stdout, this.child.stdin, this.child.stderr]) {
      const held = handle as { ref?: () => void; unref?: () => void };
      if (isWaiting) held.ref?.();
      else held.unref?.();
    }
    if (!isWaiting) return;
    const { timeoutMs } = this.place.limits;
    this.timer = setTimeout(() => {
      this.fail((m) => m.outward.noAnswerWithin(timeoutMs));
      this.child.kill('SIGKILL');
    }, timeoutMs);
  }

  private receive(chunk: Buffer): void {
    let rest: Buffer = chunk;
    while (rest.length > 0) rest = this.body ? this.receiveBody(rest) : this.receiveHeader(rest);
  }

  private receiveHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf(10);
    this.chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    this.buffered += this.chunks.at(-1)?.length ?? 0;
    if (end < 0) return Buffer.alloc(0);
    const header = Buffer.concat(this.chunks.splice(0), this.buffered).toString('utf8');
    this.buffered = 0;
    const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(header);
    if (match) {
      const size = Number(match[3]);
      const kept = size <= this.place.limits.fileBytes ? [] : null;
      this.body = { sha: match[1]!, type: match[2]!, size, kept, left: size + 1 };
    } else this.answer(null);
    return chunk.subarray(end + 1);
  }

  private receiveBody(chunk: Buffer): Buffer {
    const body = this.body!;
    const taken = chunk.subarray(0, body.left);
    body.left -= taken.length;
    body.kept?.push(taken);
    if (body.left === 0) {
      this.body = null;
      const content = body.kept ? Buffer.concat(body.kept).subarray(0, body.size) : null;
      this.answer({ sha: body.sha, type: body.type, content });
    }
    return chunk.subarray(taken.length);
  }

  private answer(object: GitObject | null): void {
    this.pending.shift()?.resolve(object);
    this.watch();
  }
}
