import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';
import { generateExport } from './cloud-export.ts';

/** What is measured: one command that reads the file, and how its own figures are read from its last line. */
const READER = fileURLToPath(new URL('./drain-export.ts', import.meta.url));

interface Measured {
  seconds: number;
  output: string;
}

/** Runs a command to its end; the wall time includes its start. */
function measure(command: string, args: string[], options: { keepsOutput: boolean }): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', options.keepsOutput ? 'pipe' : 'ignore', 'inherit'] });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      const seconds = (performance.now() - started) / 1_000;
      if (status !== 0) reject(new Error(`${command} ended with status ${status}`));
      else resolve({ seconds, output });
    });
  });
}

/**
 * Reading a generated Cloud Logging export (`--size` in MB, default 1024; 2 % errors, the same bytes each time), beside `jq` selecting the
 * errors and `wc -l` on the same file in the same run. `--data PATH` measures on a file of one's own instead.
 */
export const bench: Bench = async ({ data, size }) => {
  const megabytes = Number(size ?? 1024);
  const path = data ?? join(tmpdir(), `guardian-throughput-${process.pid}.json`);
  try {
    if (!data) await generateExport(path, { bytes: megabytes * 1024 * 1024, seed: 7 });
    const wc = await measure('wc', ['-l', path], { keepsOutput: true });
    const reading = await measure(process.execPath, [READER, path], { keepsOutput: true });
    const figures = JSON.parse(reading.output.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
    const jq = await measure('jq', ['-c', '.[] | select(.severity=="ERROR")', path], { keepsOutput: false });
    const megabytesRead = (figures.bytes ?? 0) / 1024 / 1024;
    const perSecond = (measured: Measured) => Math.round((megabytesRead / measured.seconds) * 10) / 10;
    return {
      megabytes: Math.round(megabytesRead),
      mbPerSecond: perSecond(reading),
      peakMb: figures.peakMb,
      jqMbPerSecond: perSecond(jq),
      ratioToJq: Math.round((jq.seconds / reading.seconds) * 10) / 10,
      wcMbPerSecond: perSecond(wc),
      entries: figures.entries,
      events: figures.events,
      quiet: figures.quiet,
      incidents: figures.incidents ?? null,
      problems: figures.problems,
    };
  } finally {
    if (!data) await rm(path, { force: true });
  }
};
