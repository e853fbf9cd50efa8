import { ANALYSIS_FAMILIES, RECALL_FAMILIES } from '../../src/contracts/metrics/analysis.ts';
import { GUARDIAN_FAMILIES } from '../../src/contracts/metrics/guardian.ts';
import { INTAKE_FAMILIES } from '../../src/contracts/metrics/intake.ts';
import { WORK_FAMILIES } from '../../src/contracts/metrics/work.ts';
import { knownValues, type LabelValues, type MetricFamily } from '../../src/contracts/metrics.ts';
import { ALERT_GROUPS } from './alert-rules.ts';

const BEGIN = '<!-- made by ops/prometheus.ts: do not edit below -->';

const AREAS: [title: string, families: Readonly<Record<string, MetricFamily>>][] = [
  ['Analysis and models', ANALYSIS_FAMILIES],
  ['Concept recall', RECALL_FAMILIES],
  ['Requests and ingest', INTAKE_FAMILIES],
  ['Issues, alerts, jobs, messages, deployments', WORK_FAMILIES],
  ['Search, usage, and the figures themselves', GUARDIAN_FAMILIES],
];

/** Values that are listed; of more, how many there are. */
const LISTED = 16;

/** The page with its tables as the code has them. */
export function withReference(page: string): string {
  const at = page.indexOf(BEGIN);
  if (at === -1) throw new Error(`docs/metrics.md has no line ${BEGIN}`);
  return `${page.slice(0, at)}${BEGIN}\n\n${[...AREAS.map(familyTable), alertTable()].join('\n\n')}\n`;
}

function familyTable([title, families]: (typeof AREAS)[number]): string {
  const rows = Object.entries(families).map(([name, { type, help, labels, buckets }]) => {
    const named = Object.entries(labels).map(([label, values]) => `\`${label}\`${valuesOf(values)}`);
    const bounds = buckets.length > 0 ? [`buckets ${buckets.join(', ')}`] : [];
    return [`\`${name}\``, type, help, [...named, ...bounds].join('; ')];
  });
  return `## ${title}\n\n${table(['family', 'type', 'what', 'labels'], rows)}`;
}

function valuesOf(values: LabelValues): string {
  const known = knownValues(values);
  if (known.length === 0) return '';
  const listed = known.slice(0, LISTED).join(', ');
  const isMore = known.length > LISTED || 'known' in values;
  return ` (${listed}${isMore ? ', …' : ''})`;
}

function alertTable(): string {
  const rows = ALERT_GROUPS.flatMap((group) =>
    group.rules.map(({ alert, expr, for: holds, severity, summary }) => [
      `\`${alert}\``,
      severity,
      summary,
      `\`${expr.replaceAll('|', '\\|')}\``,
      holds ?? 'at once',
    ]),
  );
  return `## Alert rules\n\n${table(['alert', 'severity', 'what', 'when', 'for'], rows)}`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
