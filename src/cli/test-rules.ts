import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Configuration } from '../config/index.ts';
import type { LabelledText, Score } from '../core/alerts/index.ts';
import { GuardianError, type Messages } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';

/** Rows of a labelled file, and those that are shown of what was missed. */
const MOST_ROWS = 100_000;
const SHOWN_MISSES = 20;

export interface TestRulesOptions {
  configuration: Configuration;
  /** JSON Lines of `{"text": "…", "types": ["TOO_DRY"]}`; null: the examples of the rules. */
  labelled: string | null;
  messages: Messages;
  context: Pick<CommandContext, 'folder' | 'output'>;
}

/**
 * `guardian alerts test`: runs the examples of every rule, or the text rules over a labelled file, and prints precision and recall. By the configuration
 * alone; no server is asked and nothing is written. Exit status 0; 1 when an example does not hold.
 */
export async function testRules({ configuration, labelled, messages, context }: TestRulesOptions): Promise<number> {
  const { createRuleSet, missedExamples, scoreLabelled, scoreOfExamples } = await import('../core/alerts/index.ts');
  const { declaredRules } = await import('../app/declare/rules.ts');
  const { oneLine } = await import('../core/reports/index.ts');
  const words = messages.cli.alerts.test;
  const print = (line: string) => context.output.write(`${line}\n`);
  const declared = declaredRules(configuration);
  const set = createRuleSet({ rules: declared, types: configuration.alertTypes, runsExamples: false });
  if (labelled !== null) {
    const { total, byType, misses } = scoreLabelled(set, readLabelled(resolve(context.folder, labelled)));
    const shown = misses.slice(0, SHOWN_MISSES);
    for (const [type, score] of byType) print(scoreLine(type, score, words));
    for (const { line, type, expected, text } of shown) print(words.missedLine(line, type, expected, oneLine(text)));
    if (shown.length < misses.length) print(words.more(misses.length - shown.length));
    print(scoreLine(words.all, total, words));
    return 0;
  }
  const findOf = (rule: (typeof declared)[number]) => set.texts.find((one) => one.rule === rule)?.find ?? null;
  if (declared.length === 0) print(words.noRules);
  let missedCount = 0;
  for (const rule of declared) {
    const find = findOf(rule);
    const score = scoreOfExamples(rule, find);
    const title = `${rule.name} (${rule.type})`;
    print(score ? scoreLine(title, score, words) : words.noExamples(title));
    for (const { list, example } of missedExamples(rule, find)) {
      missedCount += 1;
      print(words.missedExample(list === 'match', oneLine(example)));
    }
  }
  print(missedCount === 0 ? words.allHold : words.someDoNot(missedCount));
  return missedCount === 0 ? 0 : 1;
}

function scoreLine(name: string, score: Score, words: Messages['cli']['alerts']['test']): string {
  const { precision, recall, truePositives, falsePositives, falseNegatives, trueNegatives } = score;
  const count = truePositives + falsePositives + falseNegatives + trueNegatives;
  return words.score({ name, precision, recall, count, falsePositives, falseNegatives });
}

function readLabelled(path: string): LabelledText[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GuardianError('source_unreadable', { path, ...(code === undefined ? {} : { reason: code }), cause });
  }
  const lines = content.split('\n');
  if (lines.length > MOST_ROWS)
    throw new GuardianError('too_large', { reason: (m) => m.asking.manyLines(path, MOST_ROWS) });
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [{ ...readRow(line, `${path}:${index + 1}`), line: index + 1 }],
  );
}

function readRow(line: string, where: string): LabelledText {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    row = null;
  }
  if (isLabelled(row)) return row;
  throw new GuardianError('payload_invalid', { key: where, reason: (m) => m.asking.badLine });
}

function isLabelled(row: unknown): row is LabelledText {
  if (typeof row !== 'object' || row === null || !('text' in row) || !('types' in row)) return false;
  return (
    typeof row.text === 'string' && Array.isArray(row.types) && row.types.every((type) => typeof type === 'string')
  );
}
