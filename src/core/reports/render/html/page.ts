import type { Report } from '../../../../contracts/report.ts';
import { Fragment, type Messages } from '../../../shared/index.ts';
import type { ReportPart } from '../report-template.ts';
import * as advice from './advice.ts';
import { type Html, muted } from './elements.ts';
import * as failures from './failures.ts';
import type { Limits } from './limits.ts';
import * as overview from './overview.ts';

/** The parts of the page that a browser and a mail client can show, in its order: tables, inline styles, no script, nothing from outside. */
export function htmlParts(report: Report, messages: Messages, limits: Limits): ReportPart[] {
  const { report: t } = messages;
  const errors = {
    name: t.errors,
    views: report.errors_detailed,
    total: report.summary.errors,
    kind: 'errors',
    issues: report.issues,
  } as const;
  const warnings = {
    name: t.warnings,
    views: report.warnings_detailed,
    total: report.summary.warnings,
    kind: 'warnings',
    issues: report.issues,
  } as const;
  const parts: [string, Html][] = [
    ['header', overview.header(report, messages)],
    ['summary', overview.summary(report, messages)],
    ['patterns', overview.patterns(report, messages, limits)],
    ['errors', failures.incidents(errors, messages, limits)],
    ['warnings', failures.incidents(warnings, messages, limits)],
    ['signals', failures.signals(report, messages)],
    ['latency', failures.latency(report, messages)],
    ['issues', failures.issues(report, messages, limits)],
    ['code', advice.code(report, messages, limits)],
    ['commits', advice.commits(report, messages, limits)],
    ['recommendations', advice.recommendations(report, messages, limits)],
    ['samples', advice.samples(report, messages, limits)],
    ['foot', muted(t.foot)],
  ];
  return parts.map(([name, content]) => ({ name, content: new Fragment('html', String(content)) }));
}
