import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { generateExport } from './cloud-export.ts';
import { type Cost, measureCommand, measureReport } from './measure-command.ts';

/**
 * The whole `guardian report` of a generated Cloud Logging export (`--size` in MB, default 1024; 2 % errors, the same bytes each time) of
 * one entry per line, beside `jq` selecting the errors and `wc -l` on the same file in the same run; then of gcloud's indented array of a
 * quarter of the size, which jq can only hold in memory as a whole. `--data PATH` measures on lines of one's own instead.
 *
 * Rates are MB (2^20 bytes) per second of wall time, which other users of the machine stretch, and per second of CPU time.
 */
export const bench: Bench = async ({ data, size }) => {
  const bytes = Number(size ?? 1024) * 1024 * 1024;
  const path = data ?? join(tmpdir(), `guardian-throughput-${process.pid}.ndjson`);
  const arrayPath = join(tmpdir(), `guardian-throughput-${process.pid}.json`);
  try {
    if (!data) await generateExport(path, { bytes, seed: 7, layout: 'lines' });
    const megabytes = await megabytesOf(path);
    const wc = await measureCommand('wc', ['-l', path]);
    const report = await measureReport(path);
    const jq = await measureCommand('jq', ['-c', 'select(.severity=="ERROR")', path]);
    await generateExport(arrayPath, { bytes: bytes / 4, seed: 7, layout: 'array' });
    const array = await measureReport(arrayPath);
    return {
      megabytes: Math.round(megabytes),
      ...ratesOf(report, megabytes),
      peakMb: report.peakMb,
      jqMbPerSecond: round(megabytes / jq.seconds),
      jqMbPerCpuSecond: round(megabytes / jq.cpuSeconds),
      ratioToJq: round(jq.seconds / report.seconds),
      ratioToJqCpu: round(jq.cpuSeconds / report.cpuSeconds),
      wcMbPerSecond: round(megabytes / wc.seconds),
      seconds: round(report.seconds),
      cpuSeconds: round(report.cpuSeconds),
      entries: report.report.logs_analyzed,
      incidents: report.report.incidents,
      status: report.report.status,
      array: { ...ratesOf(array, await megabytesOf(arrayPath)), peakMb: array.peakMb },
    };
  } finally {
    if (!data) await rm(path, { force: true });
    await rm(arrayPath, { force: true });
  }
};

async function megabytesOf(path: string): Promise<number> {
  return (await stat(path)).size / 1024 / 1024;
}

function ratesOf({ seconds, cpuSeconds }: Cost, megabytes: number) {
  return { mbPerSecond: round(megabytes / seconds), mbPerCpuSecond: round(megabytes / cpuSeconds) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
