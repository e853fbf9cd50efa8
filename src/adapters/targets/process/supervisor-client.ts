import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GuardianError, type Sentence } from '../../../core/shared/index.ts';
import { say } from '../sayings.ts';
import { lastBytes } from './supervisor/prepare.ts';
import { forgetState, type Launch, readState, writeLaunch } from './supervisor/state.ts';
import type { Answer, Question } from './supervisor/wire.ts';

const MAIN = fileURLToPath(new URL('./supervisor/main.ts', import.meta.url));
const ANSWER_MS = 10_000;
const START_MS = 10_000;
const LOOK_MS = 50;
/** Names of sockets are short: `sockaddr_un` holds 108 bytes on Linux, 104 elsewhere. */
const SOCKET_BYTES = 100;

export interface SupervisorClient {
  /** Starts a supervisor where none answers, unless it was ended: then only a new revision does. Throws `target_unreachable`. */
  ask(question: Question): Promise<Answer>;
  /** Ends it and every revision for good: nothing starts again before the next revision is made. Gives the names of those that it had. */
  end(): Promise<string[]>;
  /** Ends it and every revision; does nothing where none runs. */
  stop(): Promise<void>;
}

export function connectSupervisor({
  name,
  folder,
  launch,
}: {
  name: string;
  folder: string;
  launch: Launch;
}): SupervisorClient {
  const socket = socketOf(folder);
  const endedFile = join(folder, 'ended');
  let starting: Promise<void> | null = null;

  async function ask(question: Question): Promise<Answer> {
    const answer = await post(socket, question).catch((error: NodeJS.ErrnoException) => error);
    if (!(answer instanceof Error)) return answer;
    if (!isGone(answer)) throw unreachable(name, reasonOf(answer));
    if (existsSync(endedFile)) {
      if (question.kind !== 'create') return answerOfEnded(question, folder);
      rmSync(endedFile, { force: true });
    }
    starting ??= start().finally(() => {
      starting = null;
    });
    await starting;
    return post(socket, question).catch((error: Error) => {
      throw unreachable(name, reasonOf(error));
    });
  }

  async function start(): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeLaunch(folder, launch);
    const logFile = join(folder, 'supervisor.log');
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, folder, socket], {
      cwd: folder,
      env: launch.base,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    child.unref();
    const until = performance.now() + START_MS;
    while (performance.now() < until) {
      const answer = await post(socket, { kind: 'state' }).catch(() => null);
      if (answer) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    throw unreachable(name, say.supervisor.notStarting(await lastBytes(logFile, 500)));
  }

  /** False: it still answers when the time is up. */
  async function stop(): Promise<boolean> {
    // One that is being started listens a moment later.
    await starting?.catch(() => undefined);
    const until = performance.now() + START_MS + ANSWER_MS;
    // It ends when the last revision has. One that is only late to answer lives, and may not have heard it.
    let isTold = false;
    for (;;) {
      const answer: Answer | NodeJS.ErrnoException = await post(
        socket,
        isTold ? { kind: 'state' } : { kind: 'stop', all: true },
      ).catch((error: NodeJS.ErrnoException) => error);
      if (answer instanceof Error && isGone(answer)) return true;
      if (performance.now() > until) return false;
      isTold ||= !(answer instanceof Error);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return {
    ask,
    stop: async () => void (await stop()),
    async end() {
      if (!existsSync(join(folder, 'launch.json'))) return [];
      // A supervisor that died has left its revisions running: whoever is started takes them over, and ends them.
      const answer = await ask({ kind: 'state' });
      // Written first: who asks meanwhile starts nothing.
      writeFileSync(endedFile, '', { mode: 0o600 });
      if (!(await stop())) throw unreachable(name, say.supervisor.notEnding);
      forgetState(folder);
      return answer.kind === 'state' ? answer.state.revisions.map((revision) => revision.name) : [];
    },
  };
}

/** Nobody listens there. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

/** What a service is that was ended: nothing runs, nobody has traffic. */
function answerOfEnded({ kind }: Exclude<Question, { kind: 'create' }>, folder: string): Answer {
  switch (kind) {
    case 'state':
      return { kind: 'state', state: readState(folder) };
    case 'memory':
      return { kind: 'memory', bytes: null };
    case 'logs':
      return { kind: 'logs', text: '' };
    case 'measured':
      return { kind: 'measured', measured: null };
    case 'stop':
      return { kind: 'done' };
    default:
      return { kind: 'refused', reason: say.supervisor.ended };
  }
}

/** In the folder itself, or, where its path is too long, in a private one of the system. */
function socketOf(folder: string): string {
  const inFolder = join(folder, 'control.sock');
  if (Buffer.byteLength(inFolder) <= SOCKET_BYTES) return inFolder;
  const { uid } = userInfo();
  const shared = join(tmpdir(), `guardian-${uid}`);
  mkdirSync(shared, { recursive: true, mode: 0o700 });
  const { uid: owner, mode } = lstatSync(shared);
  if (owner !== uid || (mode & 0o077) !== 0)
    throw new GuardianError('target_refused', { path: shared, reason: say.supervisor.openSockets });
  return join(shared, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);
}

function post(socketPath: string, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path: '/', timeout: ANSWER_MS, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as Answer);
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.once('timeout', () =>
      asked.destroy(new GuardianError('target_unreachable', { reason: say.supervisor.noAnswerWithin(ANSWER_MS) })),
    );
    asked.once('error', reject);
    asked.end(JSON.stringify(question));
  });
}

function reasonOf(error: Error): Sentence {
  return error instanceof GuardianError ? (error.said ?? error.message) : error.message;
}

function unreachable(target: string, reason: Sentence): GuardianError {
  return new GuardianError('target_unreachable', { path: target, reason });
}
