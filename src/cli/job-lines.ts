import type { z } from 'zod';
import type { JobDetail, JobSummary, RunSummary, runOutput } from '../contracts/api/jobs.ts';
import type { Messages } from '../core/shared/index.ts';

type Words = Messages['cli']['jobs'];

interface Saying {
  words: Words;
  /** Makes texts of others harmless. */
  plain(text: string): string;
}

/** A line for each; what is wrong with one stands below it. */
export function jobLines(jobs: readonly JobSummary[], { words, plain }: Saying): string[] {
  const rows = jobs.map((job) => [
    plain(job.id),
    stateOf(job, words),
    plain(job.schedule),
    job.nextTick === null ? '' : words.next(job.nextTick),
  ]);
  return aligned(rows).flatMap((line, index) => {
    const { problem, pause, label, id } = jobs[index]!;
    const below = [
      label === id ? null : plain(label),
      problem === null ? null : words.problems[problem],
      pause === null ? null : plain(words.paused(pause)),
    ];
    return [line, ...below.flatMap((text) => (text === null ? [] : [`      ${text}`]))];
  });
}

function stateOf({ last, pause }: JobSummary, words: Words): string {
  const state = last === null ? words.noRun : words.statuses[last.status];
  return pause === null ? state : `${state}, ${words.isPaused}`;
}

export function jobDetailLines(job: JobDetail, saying: Saying): string[] {
  const { words, plain } = saying;
  const { statistics, prediction } = job;
  const facts: [string, string | null][] = [
    [words.facts.kind, job.kind],
    [words.facts.schedule, job.schedule],
    [words.facts.after, job.upstream.map((edge) => edge.job).join(', ') || null],
    [words.facts.before, job.downstream.join(', ') || null],
    [words.facts.ping, job.pingUrl],
    ...job.description.map(({ name, value }): [string, string] => [name, value]),
    [words.facts.last, job.last && runText(job.last, words)],
    [words.facts.lastSuccess, job.lastSuccess && runText(job.lastSuccess, words)],
    [words.facts.lastFailure, job.lastFailure && runText(job.lastFailure, words)],
    [words.facts.rate, statistics.successRate === null ? null : `${Math.round(statistics.successRate * 1_000) / 10} %`],
    [words.facts.mean, statistics.meanMs === null ? null : seconds(statistics.meanMs)],
    [words.facts.prediction, prediction && words.prediction(prediction)],
  ];
  const shown = facts.flatMap(([name, value]) => (value === null ? [] : [[`  ${plain(name)}`, plain(value)]]));
  return [...jobLines([job], saying), '', ...aligned(shown)];
}

export function tickLines({ nextTicks, clockChanges }: JobDetail, { words, plain }: Saying): string[] {
  const changes = clockChanges.flatMap(({ day, change, note, ticks }) => [
    `${day}  ${words.changes[change]}: ${plain(note)}`,
    ...ticks.map((tick) => `  ${tick}`),
  ]);
  return [...(nextTicks.length === 0 ? [words.noTicks] : nextTicks), ...(changes.length === 0 ? [] : ['', ...changes])];
}

function runText({ status, createdAt, durationMs, reason, id }: RunSummary, words: Words): string {
  const parts = [words.statuses[status], reason === null ? null : `(${reason})`, createdAt];
  if (durationMs !== null) parts.push(seconds(durationMs));
  return [...parts.filter((part) => part !== null), id].join('  ');
}

/** Texts as they were written: lines stay lines, and nothing in them moves the terminal. */
export function outputText(chunks: z.infer<typeof runOutput>['chunks'], visible: (text: string) => string): string {
  return chunks.map(({ text }) => visible(text)).join('');
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
