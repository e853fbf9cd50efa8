import { z } from 'zod';
import type { StoredReport } from '../core/reports/index.ts';
import { type Messages, toInstant } from '../core/shared/index.ts';
import { count, instant, textOrNull, untrusted } from './schemas.ts';
import { clip, namedBlock, paragraphs } from './untrusted-text.ts';

/** A report as lists show it. */
export const reportFields = z.strictObject({
  id: z.string(),
  project: textOrNull,
  status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'could not look']),
  occasion: z.enum(['schedule', 'critical', 'demand', 'trigger']),
  from: instant.nullable(),
  to: instant.nullable(),
  madeAt: instant,
  errors: count,
  warnings: count,
  untrusted: untrusted({ service: textOrNull, problem: textOrNull.describe('why it could not look') }),
});
export type ReportFields = z.infer<typeof reportFields>;

export function reportFieldsOf(report: StoredReport, slugOf: (projectId: number) => string): ReportFields {
  return {
    id: report.id,
    project: report.projectId === null ? null : slugOf(report.projectId),
    status: report.status,
    occasion: report.occasion,
    from: report.from === null ? null : toInstant(report.from),
    to: report.to === null ? null : toInstant(report.to),
    madeAt: toInstant(report.madeAt),
    errors: report.errors,
    warnings: report.warnings,
    untrusted: { service: clip(report.service, 200), problem: clip(report.problem, 500) },
  };
}

export function reportText(report: ReportFields, messages: Messages): string {
  const span = report.from === null || report.to === null ? 'no entries' : `${report.from} to ${report.to}`;
  return paragraphs(
    `Report ${report.id}: ${report.status}, ${report.errors} errors, ${report.warnings} warnings, ${span}, made ${report.madeAt}`,
    namedBlock({ source: 'event', id: report.id }, report.untrusted, messages),
  );
}
