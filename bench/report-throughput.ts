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

/** Its wall time and its own figures, from the last line it prints. */
async function measureReader(path: string) {
  const { seconds, output } = await measure(process.execPath, [READER, path], { keepsOutput: true });
  return { seconds, figures: JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Record<string, number> };
}

/**
 * Reading a generated Cloud Logging export (`--size` in MB, default 1024; 2 % errors, the same bytes each time) of one entry per line,
 * beside `jq` selecting the errors and `wc -l` on the same file in the same run; then gcloud's indented array of a quarter of the size,
 * which jq can only hold in memory as a whole. `--data PATH` measures on lines of one's own instead.
 */
export const bench: Bench = async ({ data, size }) => {
  const bytes = Number(size ?? 1024) * 1024 * 1024;
  const path = data ?? join(tmpdir(), `guardian-throughput-${process.pid}.ndjson`);
  const arrayPath = join(tmpdir(), `guardian-throughput-${process.pid}.json`);
  try {
    if (!data) await generateExport(path, { bytes, seed: 7, layout: 'lines' });
    const wc = await measure('wc', ['-l', path], { keepsOutput: true });
    const reading = await measureReader(path);
    const jq = await measure('jq', ['-c', 'select(.severity=="ERROR")', path], { keepsOutput: false });
    const megabytes = (reading.figures.bytes ?? 0) / 1024 / 1024;
    const perSecond = ({ seconds }: { seconds: number }, of = megabytes) => Math.round((of / seconds) * 10) / 10;
    await generateExport(arrayPath, { bytes: bytes / 4, seed: 7, layout: 'array' });
    const array = await measureReader(arrayPath);
    return {
      megabytes: Math.round(megabytes),
      mbPerSecond: perSecond(reading),
      peakMb: reading.figures.peakMb,
      jqMbPerSecond: perSecond(jq),
      ratioToJq: Math.round((jq.seconds / reading.seconds) * 10) / 10,
      wcMbPerSecond: perSecond(wc),
      arrayMbPerSecond: perSecond(array, (array.figures.bytes ?? 0) / 1024 / 1024),
      entries: reading.figures.entries,
      events: reading.figures.events,
      quiet: reading.figures.quiet,
      errors: reading.figures.errors,
      incidents: reading.figures.incidents ?? null,
      problems: reading.figures.problems,
    };
  } finally {
    if (!data) await rm(path, { force: true });
    await rm(arrayPath, { force: true });
  }
};
