import type { Report } from '../../contracts/report.ts';
import type { ReadProblemKind } from '../events/index.ts';
import type { Messages } from '../shared/index.ts';
import type { ReportInput } from './input.ts';
import type { ReportKnobs } from './knobs.ts';
import { wholeNumber } from './plain-values.ts';

type LeftOut = Record<'by_endpoint' | 'by_error_type' | 'by_file' | 'issues', number>;

/** What could not be read, then the bounds that understanding reached, then what a list of this report leaves out. */
export function describeProblems(input: ReportInput, leftOut: LeftOut, knobs: ReportKnobs): Report['problems'] {
  const say = input.messages.reportFacts;
  const read = input.reading.problems.map(({ kind, name, position, count, detail }) => ({
    kind,
    name,
    position,
    count: wholeNumber(count) ?? 0,
    detail: detailOf(kind, detail, input.messages),
  }));
  const bounds = input.understanding.bounds.map(({ name, limit, count }) => ({
    kind: 'bound',
    name,
    position: '',
    count: wholeNumber(count) ?? 0,
    detail: say.boundReached(say.boundNames[name] ?? name, limit),
  }));
  const unlisted = Object.entries(leftOut)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({
      kind: 'not-listed',
      name,
      position: '',
      count,
      detail: say.leftOut(name, count, name === 'issues' ? knobs.listedIssues : knobs.listedPatterns),
    }));
  return [...read, ...bounds, ...unlisted];
}

/** Bounds are told by their number alone. */
function detailOf(kind: ReadProblemKind, detail: string, { sources, systemReasons }: Messages): string {
  const limit = /^\d{1,15}$/.test(detail) ? Number(detail) : null;
  if (limit !== null && kind === 'time-limit') return sources.noWholeAnswer(limit);
  if (limit !== null && BY_ENTRIES.includes(kind)) return sources.entryLimit(limit);
  return systemReasons[detail] ?? detail;
}

const BY_ENTRIES: readonly ReadProblemKind[] = ['entry-limit', 'unread-warnings', 'unread-routes'];
