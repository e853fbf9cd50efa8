import type { Report } from '../../../contracts/report.ts';
import type { Messages } from '../../shared/index.ts';
import { oneLine } from './visible-text.ts';

/** The tallies and the timeline, for a terminal. */
export function patterns({ error_patterns: found, summary }: Report, { report: t }: Messages): string[] {
  const lines: string[] = [];
  for (const [name, tally] of [
    [t.byEndpoint, found.by_endpoint],
    [t.byErrorType, found.by_error_type],
    [t.byFile, found.by_file],
  ] as const) {
    const entries = Object.entries(tally).slice(0, 10);
    if (entries.length > 0)
      lines.push(
        `  ${name}${t.colon}`,
        ...entries.map(([key, count]) => `    ${String(count).padStart(5)}  ${oneLine(key)}`),
      );
  }
  if (summary.errors + summary.warnings > 0) {
    const steps = found.frequency_timeline;
    lines.push(`  ${t.timeline} (${t.errors})${t.colon} ${sparkline(steps.map((step) => step.errors))}`);
    lines.push(`  ${t.timeline} (${t.warnings})${t.colon} ${sparkline(steps.map((step) => step.warnings))}`);
  }
  return lines;
}

/** One block character a step, each step's count beside it: `▁0 █12`. */
function sparkline(counts: number[]): string {
  const blocks = '▁▂▃▄▅▆▇█';
  const max = Math.max(1, ...counts);
  return counts.map((count) => `${blocks[Math.round((count / max) * 7)]}${count}`).join(' ');
}
