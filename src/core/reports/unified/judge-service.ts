import type { ServicePart } from '../../../contracts/api/unified.ts';
import { type Messages, toInstant } from '../../shared/index.ts';
import type { StoredReport } from '../ports.ts';
import { ageOf, instantOrNull, type Verdict, worstVerdict } from './verdict.ts';

export interface ServiceFacts {
  project: string | null;
  service: string;
  /** The newest of this service, whatever came of it; null: none was ever made. */
  report: StoredReport | null;
  isStale: boolean;
  /** What the report says of its status. */
  statusReasons: readonly string[];
  /** By the rule of the reports over the last hour, from what is stored now. */
  now: { status: 'OK' | 'DEGRADED' | 'CRITICAL' | 'silent'; reasons: readonly string[] };
  errorsLastHour: number;
  openIssues: number;
}

/** A service by its newest report, as long as that is valid, and by what came in the last hour: the worse of both. */
export function judgeServicePart(
  facts: ServiceFacts,
  { at, messages }: { at: number; messages: Messages },
): ServicePart {
  const { report } = facts;
  const { status, reasons } = worstVerdict([reportVerdict(facts, at, messages), liveVerdict(facts)]);
  return {
    id: `${facts.project ?? ''}/${facts.service}`,
    name: facts.service,
    project: facts.project,
    ...{ status, reasons },
    lookedAt: report && toInstant(report.madeAt),
    ageMs: report && ageOf(report.madeAt, at),
    report: report && {
      ...{ id: report.id, status: report.status, errors: report.errors, warnings: report.warnings },
      ...{ from: instantOrNull(report.from), to: instantOrNull(report.to), isStale: facts.isStale },
    },
    ...{ errorsLastHour: facts.errorsLastHour, openIssues: facts.openIssues },
  };
}

/** What was true once says nothing of now: a stale report is a gap, whatever stood in it. */
function reportVerdict({ report, isStale, statusReasons }: ServiceFacts, at: number, messages: Messages): Verdict {
  const { unified: t } = messages;
  if (report === null) return { status: 'could not look', reasons: [t.noReport] };
  if (report.status === 'could not look') return { status: report.status, reasons: [t.failedLook(report.problem)] };
  if (isStale) return { status: 'could not look', reasons: [t.stale(t.age(ageOf(report.madeAt, at)))] };
  if (report.status === 'OK') return { status: 'OK', reasons: [] };
  const said = statusReasons.length > 0 ? [...statusReasons] : [t.counts(report.errors, report.warnings)];
  return { status: report.status, reasons: said };
}

/** Silence is no failure of its own: whether it was looked at, the report says. */
function liveVerdict({ now: { status, reasons } }: ServiceFacts): Verdict {
  return status === 'silent' ? { status: 'OK', reasons: [] } : { status, reasons: [...reasons] };
}
