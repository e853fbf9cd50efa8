import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUARDIAN = fileURLToPath(new URL('../bin/guardian.js', import.meta.url));
const USAGE = new URL('./print-usage.ts', import.meta.url).href;
/** `guardian report` tells the state of the service by its status: OK, DEGRADED, CRITICAL. */
const REPORTED = new Set([0, 1, 2]);

/** What one command cost, its start included. Wall time is that of a machine others may use as well; CPU time is user and system together. */
export interface Cost {
  seconds: number;
  cpuSeconds: number;
}

export interface ReportCost extends Cost {
  peakMb: number;
  report: Record<string, unknown>;
}

/** Runs a command to its end, its output thrown away. The shell that starts it says what it used. */
export async function measureCommand(command: string, args: readonly string[]): Promise<Cost> {
  const script = '"$@" > /dev/null || exit 70; times';
  const { seconds, status, output } = await run('sh', ['-c', script, 'sh', command, ...args]);
  if (status !== 0) throw new Error(`${command} ended with status ${status}`);
  const times = [...output.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  // The second line is what its children used.
  return { seconds, cpuSeconds: (times[2] ?? 0) + (times[3] ?? 0) };
}

/** `guardian report INPUT --format json`, as a user starts it. */
export async function measureReport(input: string): Promise<ReportCost> {
  const folder = await mkdtemp(join(tmpdir(), 'guardian-bench-'));
  const usageFile = join(folder, 'usage.json');
  try {
    const args = ['--import', USAGE, GUARDIAN, 'report', input, '--format', 'json', '--out', folder, '--quiet'];
    const { seconds, status } = await run(process.execPath, args, { ...process.env, GUARDIAN_USAGE_FILE: usageFile });
    if (status === null || !REPORTED.has(status)) throw new Error(`guardian report ended with status ${status}`);
    const usage = JSON.parse(await readFile(usageFile, 'utf8')) as { cpuSeconds: number; peakMb: number };
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Record<string, unknown>;
    return { seconds, ...usage, report };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  seconds: number;
  status: number | null;
  output: string;
}

function run(command: string, args: readonly string[], env = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ seconds: (performance.now() - started) / 1_000, status, output }));
  });
}
