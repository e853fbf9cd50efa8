import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ExecNotice } from '../../app/exec.ts';
import { loadConfiguration, placesOf } from '../../config/index.ts';
import { GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from '../parse-options.ts';

const DEFAULT_URL = 'http://127.0.0.1:4400';
const DEFAULT_DATA = '.guardian';
const JOB = /^[a-z0-9_-]{1,100}$/;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const OPTIONS = {
  ...COMMON_OPTIONS,
  job: { type: 'string' },
  timeout: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  project: { type: 'string' },
} as const;

/**
 * `guardian exec --job NAME -- COMMAND …`: runs the command as if it ran by itself, and records it as a run of the job at the running server
 * (GUARDIAN_URL, GUARDIAN_API_KEY). Its exit status and signal are the command's; 75 when a run of the job is open, 124 when it took too long. Records wait
 * in `exec` of the data folder while the server cannot be reached.
 */
export async function run(context: CommandContext): Promise<number> {
  const { environment, clock } = context;
  const { own, command } = split(context.arguments);
  const messages = messagesFor(languageOf(own, environment));
  const { values, positionals } = parseOptions(own, OPTIONS);
  const { exec } = messages.cli;
  const { job } = values;
  if (job === undefined) throw new GuardianError('usage_invalid', { reason: exec.noJob });
  if (!JOB.test(job)) throw new GuardianError('usage_invalid', { reason: exec.badJob(job) });
  if (command.length === 0 || positionals.length > 0)
    throw new GuardianError('usage_invalid', { reason: exec.noCommand });
  const timeoutMs = values.timeout === undefined ? null : durationOf(values.timeout, messages);
  const url = addressOf(values.url ?? environment.GUARDIAN_URL ?? DEFAULT_URL);
  const warn = (line: string) => context.errors.write(`guardian exec: ${line}\n`);
  const data = await dataFolderOf(values.config ?? null, context, (reason) => warn(exec.badConfiguration(reason)));
  const key = (values.key ?? environment.GUARDIAN_API_KEY ?? '').trim();
  const { runExec } = await import('../../app/exec.ts');
  return runExec({
    job,
    command,
    folder: context.folder,
    environment,
    url,
    key: key === '' ? null : key,
    project: values.project ?? null,
    spoolFolder: join(data, 'exec'),
    timeoutMs,
    clientId: randomUUID(),
    clock,
    stdout: process.stdout,
    stderr: process.stderr,
    tell: (notice) => warn(lineOf(notice, job, messages)),
  });
}

function split(args: readonly string[]): { own: string[]; command: string[] } {
  const at = args.indexOf('--');
  return at < 0 ? { own: [...args], command: [] } : { own: args.slice(0, at), command: args.slice(at + 1) };
}

/** The command runs whatever is wrong with the configuration: `guardian start` and `guardian doctor` are who tell of it in full. */
async function dataFolderOf(
  file: string | null,
  { folder, environment }: CommandContext,
  onProblem: (reason: string) => void,
): Promise<string> {
  try {
    return placesOf(await loadConfiguration({ folder, file, environment }), folder).data;
  } catch (thrown) {
    onProblem(toGuardianError(thrown).message);
    return resolve(folder, environment.GUARDIAN_DATA || DEFAULT_DATA);
  }
}

function durationOf(value: string, { cli }: Messages): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(value.trim()) ?? [];
  const ms = Number(amount) * UNITS_MS[unit ?? '']!;
  if (!(ms > 0)) throw new GuardianError('usage_invalid', { reason: cli.exec.badTimeout(value) });
  return ms;
}

function addressOf(address: string): URL {
  const url = URL.parse(address.trim() || DEFAULT_URL);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new GuardianError('usage_invalid', { reason: (m) => m.asking.badUrl });
  }
  return url;
}

function lineOf(notice: ExecNotice, job: string, { cli: { exec } }: Messages): string {
  switch (notice.kind) {
    case 'overlap':
      return exec.overlap(job, notice.inWay, notice.since);
    case 'timed-out':
      return exec.timedOut(job, String(notice.timeoutMs / 1_000));
    case 'not-started':
      return exec.notStarted(notice.error);
    case 'refused':
      return exec.refused(job, notice.reason);
    case 'lost':
      return exec.lost(job, notice.reason);
    default:
      return notice satisfies never;
  }
}
