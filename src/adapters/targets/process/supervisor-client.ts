import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GuardianError } from '../../../core/shared/index.ts';
import { lastBytes } from './supervisor/prepare.ts';
import { type Launch, writeLaunch } from './supervisor/state.ts';
import type { Answer, Question } from './supervisor/wire.ts';

const MAIN = fileURLToPath(new URL('./supervisor/main.ts', import.meta.url));
const ANSWER_MS = 10_000;
const START_MS = 10_000;
const LOOK_MS = 50;
/** Names of sockets are short: `sockaddr_un` holds 108 bytes on Linux, 104 elsewhere. */
const SOCKET_BYTES = 100;

export interface SupervisorClient {
  /** Starts a supervisor where none answers. Throws `target_unreachable`. */
  ask(question: Question): Promise<Answer>;
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
  let starting: Promise<void> | null = null;

  async function ask(question: Question): Promise<Answer> {
    const answer = await post(socket, question).catch((error: NodeJS.ErrnoException) => error);
    if (!(answer instanceof Error)) return answer;
    if (answer.code !== 'ENOENT' && answer.code !== 'ECONNREFUSED') throw unreachable(name, answer.message);
    starting ??= start().finally(() => {
      starting = null;
    });
    await starting;
    return post(socket, question).catch((error: Error) => {
      throw unreachable(name, error.message);
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
    throw unreachable(name, `its supervisor does not start: ${await lastBytes(logFile, 500)}`);
  }

  return {
    ask,
    async stop() {
      await post(socket, { kind: 'stop', all: true }).catch(() => null);
      const until = performance.now() + START_MS + ANSWER_MS;
      // It ends when the last revision has.
      while (performance.now() < until && (await post(socket, { kind: 'state' }).catch(() => null)))
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
  };
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
    throw new GuardianError('target_refused', { path: shared, reason: 'the folder of the sockets is open to others' });
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
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
    asked.once('error', reject);
    asked.end(JSON.stringify(question));
  });
}

function unreachable(target: string, reason: string): GuardianError {
  return new GuardianError('target_unreachable', { path: target, reason });
}
