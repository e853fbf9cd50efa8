import type { UnifiedPart, UnifiedReport } from '../../../contracts/api/unified.ts';
import type { Messages } from '../../shared/index.ts';
import { oneLine } from '../render/visible-text.ts';

/** One part as every rendering shows it. What came from outside is on one line, hidden characters written out. */
export interface SectionRow {
  status: UnifiedPart['status'] | null;
  name: string;
  /** When it was looked at. */
  about: string;
  lines: string[];
}

export interface Section {
  name: string;
  title: string;
  rows: SectionRow[];
}

/** Findings of one job that are shown; the others are counted. */
const FINDINGS = 20;

export function sectionsOf(report: UnifiedReport, { unified: t }: Messages): Section[] {
  return [
    {
      name: 'services',
      title: t.services,
      rows: report.services.map((one) => row(one, [...one.reasons, t.now(one.errorsLastHour, one.openIssues)], t)),
    },
    { name: 'jobs', title: t.jobs, rows: report.jobs.map((one) => row(one, [...one.reasons, ...findings(one, t)], t)) },
    {
      name: 'alerts',
      title: `${t.alerts} (${report.alerts.total})`,
      rows: report.alerts.items.map((one) => row(one, one.reasons, t)),
    },
    {
      name: 'guardian',
      title: t.guardian,
      rows: report.guardian.map((one) => row(one, [...one.reasons, one.remedy ?? ''], t)),
    },
    { name: 'models', title: t.models, rows: report.models.map((one) => modelRow(one, t)) },
  ];
}

function row(part: UnifiedPart, lines: readonly string[], t: Messages['unified']): SectionRow {
  const about = part.ageMs === null ? '' : t.lookedAt(t.age(part.ageMs));
  return {
    status: part.status,
    name: oneLine(part.project === null ? part.name : `${part.name} (${part.project})`),
    about,
    lines: lines.filter((line) => line !== '').map(oneLine),
  };
}

function findings({ findings: all, findingCount }: UnifiedReport['jobs'][number], t: Messages['unified']): string[] {
  if (findingCount === 0) return [];
  const shown = all.slice(0, FINDINGS);
  return [
    t.findings(findingCount),
    ...shown,
    ...(shown.length < findingCount ? [t.more(findingCount - shown.length)] : []),
  ];
}

function modelRow(
  { name, calls, failures, promptTokens, completionTokens, costUsd }: UnifiedReport['models'][number],
  t: Messages['unified'],
): SectionRow {
  const cost = costUsd === null ? t.noPrice : `${costUsd.toFixed(4)} USD`;
  return {
    status: null,
    name: oneLine(name),
    about: '',
    lines: [t.model(calls, failures, promptTokens + completionTokens, cost)],
  };
}
