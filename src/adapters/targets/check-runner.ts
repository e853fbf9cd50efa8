import { spawn } from 'node:child_process';
import { OWN_LOOK } from '../../contracts/metrics.ts';
import type { CheckRunner, CommandOutcome, ProbeReply } from '../../core/deploy/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import { endGroup } from '../executors/shell/process-group.ts';

/** Of what a command prints, its end is kept. */
const OUTPUT_BYTES = 16 * 1024;
const END_GRACE_MS = 2_000;
/** What commands get of Guardian's own environment: never its secrets. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ'];

export interface CheckRunnerOptions {
  /** Guardian's own environment: PATH, HOME, LANG and TZ are taken from it, nothing else; the variables of the check come on top. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Where commands run. */
  folder: string;
  clock: Clock;
}

/** Asks addresses and runs commands for the checks of a deployment. Redirects are answers; a command has no shell. Neither call throws. */
export function createCheckRunner({ environment: whole, folder, clock }: CheckRunnerOptions): CheckRunner {
  const environment = Object.fromEntries(PASSED_ON.map((name) => [name, whole[name]]).filter(([, value]) => value));
  return {
    async request({ url, method, headers, body, timeoutMs, maximumBytes }): Promise<ProbeReply> {
      const beganAt = clock.now();
      const ended = (reply: Omit<ProbeReply, 'durationMs'>) => ({ ...reply, durationMs: clock.now() - beganAt });
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const reply = await fetch(url, {
          method,
          headers: { [OWN_LOOK]: 'check', ...headers },
          body,
          redirect: 'manual',
          signal,
        });
        return ended({ status: reply.status, body: await firstBytes(reply, maximumBytes), problem: null });
      } catch (error) {
        return ended({ status: null, body: '', problem: reasonOf(error) });
      }
    },
    run: ({ command, arguments: given, environment: own, timeoutMs }) =>
      new Promise<CommandOutcome>((resolve) => {
        const beganAt = clock.now();
        let output = '';
        let problem: string | null = null;
        const child = spawn(command, given, {
          cwd: folder,
          env: { ...environment, ...own },
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        const keep = (text: string) => {
          output = (output + text).slice(-OUTPUT_BYTES);
        };
        child.stdout.setEncoding('utf8').on('data', keep);
        child.stderr.setEncoding('utf8').on('data', keep);
        const timer = setTimeout(() => {
          problem = `not done within ${timeoutMs} ms`;
          if (child.pid !== undefined) void endGroup(child.pid, END_GRACE_MS);
        }, timeoutMs);
        const end = (exitStatus: number | null) => {
          clearTimeout(timer);
          resolve({ exitStatus, output, durationMs: clock.now() - beganAt, problem });
        };
        child.once('error', (error) => {
          problem = error.message;
          end(null);
        });
        child.once('close', (status) => end(problem === null ? status : null));
      }),
  };
}

async function firstBytes(reply: Response, limit: number): Promise<string> {
  if (!reply.body) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of reply.body) {
    parts.push(part);
    bytes += part.length;
    // Leaving the loop ends the stream.
    if (bytes >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
