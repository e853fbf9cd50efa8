import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

/** What the first process of an agent's namespaces is told, as its only argument. */
export interface FirstProcessPlan {
  /** Files and folders to cover. */
  hidden: string[];
  /** A port on the loopback that leads to a socket of the file system. */
  relay: { port: number; socket: string } | null;
  /** What it then runs, its own input and output with it. */
  command: string[];
}

/** Exit status when something could not be withheld: then nothing was run. */
export const COULD_NOT_HOLD = 125;

/**
 * Runs inside the namespaces, before the agent and around it: when this process ends, the kernel ends everything in them. It covers what must not be seen,
 * brings up the loopback where a relay is asked for, and only then starts the command.
 */
async function main(plan: FirstProcessPlan): Promise<void> {
  for (const path of plan.hidden) cover(path);
  if (plan.relay) await openRelay(plan.relay);
  const [file = '', ...args] = plan.command;
  const child = spawn(file, args, { stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}

function cover(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  const over = found.isDirectory()
    ? ['-t', 'tmpfs', '-o', 'size=4k,nr_inodes=8,mode=0555', 'guardian', path]
    : ['--bind', '/dev/null', path];
  must('mount', over);
}

async function openRelay({ port, socket }: NonNullable<FirstProcessPlan['relay']>): Promise<void> {
  must('ip', ['link', 'set', 'lo', 'up']);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = createServer((local) => {
    const remote = connect(socket);
    const end = () => {
      local.destroy();
      remote.destroy();
    };
    local.on('error', end).on('close', end).pipe(remote);
    remote.on('error', end).on('close', end).pipe(local);
  });
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  await promise;
}

function must(file: string, args: string[]): void {
  const { status, error } = spawnSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  process.stderr.write(`${file} ${args.join(' ')}: ${error?.message ?? `exit status ${status}`}\n`);
  process.exit(COULD_NOT_HOLD);
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as FirstProcessPlan);
