import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createTemplateTree } from '../src/core/issues/templates/index.ts';
import type { Bench } from './bench.ts';

interface LabelledLine {
  message: string;
  template: string;
}

/**
 * Message templates against labelled logs. `--data DIR`: each NAME.jsonl holds `{message, template}` per line.
 *
 * GA (grouping accuracy) is the share of lines whose predicted group holds exactly the lines of their true group; FGA is the
 * harmonic mean of the share of predicted groups that are a true group and the share of true groups that were predicted
 * (Jiang et al., "A Large-Scale Evaluation for Log Parsing Techniques", 2024, https://arxiv.org/abs/2308.10828).
 */
export const bench: Bench = async ({ data }) => {
  if (!data) throw new Error('grouping needs --data DIR with one NAME.jsonl per set');
  const sets = readSets(data);
  const figures: Record<string, { ga: number; fga: number }> = {};
  for (const [name, lines] of sets) figures[name] = accuracyOf(lines, groupOf(lines));
  const all = Object.values(figures);
  return {
    sets: figures,
    ga: round(mean(all.map((figure) => figure.ga))),
    fga: round(mean(all.map((figure) => figure.fga))),
    ...throughputOf([...sets.values()]),
  };
};

function readSets(folder: string): Map<string, LabelledLine[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  if (names.length === 0) throw new Error(`no .jsonl file in ${folder}`);
  return new Map(
    names.sort().map((name) => [
      basename(name, '.jsonl'),
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LabelledLine),
    ]),
  );
}

/** The predicted group of each line: its cluster, or the older one that it was by the end found to be the same as. */
function groupOf(lines: readonly LabelledLine[]): number[] {
  const tree = createTemplateTree();
  const ids = lines.map((line) => tree.add(line.message).clusterId);
  return ids.map((id) => tree.canonicalId(id));
}

function accuracyOf(lines: readonly LabelledLine[], groups: readonly number[]): { ga: number; fga: number } {
  const predicted = new Map<number, Map<string, number>>();
  const trueSizes = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const group = groups[index] ?? -1;
    trueSizes.set(line.template, (trueSizes.get(line.template) ?? 0) + 1);
    const members = predicted.get(group) ?? new Map<string, number>();
    members.set(line.template, (members.get(line.template) ?? 0) + 1);
    predicted.set(group, members);
  }
  let rightGroups = 0;
  let rightLines = 0;
  for (const members of predicted.values()) {
    const [first] = members;
    if (members.size !== 1 || !first || trueSizes.get(first[0]) !== first[1]) continue;
    rightGroups++;
    rightLines += first[1];
  }
  const precision = rightGroups / predicted.size;
  const recall = rightGroups / trueSizes.size;
  const fga = rightGroups === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { ga: round(rightLines / lines.length), fga: round(fga) };
}

/**
 * Mask and tree on this one thread, a fresh tree per set and round, until the clock has run for two seconds. By the clock
 * (`linesPerSecond`), and by the processor time that the process used, collector included, for machines that are shared.
 */
function throughputOf(sets: readonly LabelledLine[][]): Record<string, unknown> {
  const messages = sets.map((lines) => lines.map((line) => line.message));
  groupRound(messages);
  const from = performance.now();
  const processor = process.cpuUsage();
  let lines = 0;
  let milliseconds = 0;
  while (milliseconds < 2000) {
    lines += groupRound(messages);
    milliseconds = performance.now() - from;
  }
  const { user, system } = process.cpuUsage(processor);
  return {
    linesPerSecond: Math.round((lines / milliseconds) * 1000),
    linesPerProcessorSecond: Math.round((lines / (user + system)) * 1e6),
    measured: { lines, seconds: round(milliseconds / 1000), threads: 1 },
  };
}

function groupRound(sets: readonly string[][]): number {
  let count = 0;
  for (const messages of sets) {
    const tree = createTemplateTree();
    for (const message of messages) tree.add(message);
    count += messages.length;
  }
  return count;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
