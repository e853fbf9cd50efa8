import type { Run } from '../run.ts';
import { NO_FACTS, type RunFacts } from './run-facts.ts';

/** Bytes of the stats as JSON. */
const STATS_BYTES = 64 * 1024;
const KEPT_RECORD_ERRORS = 100;
const KEPT_WARNINGS = 20;
const SUBJECT_LENGTH = 256;
const REASON_LENGTH = 1_000;
const WARNING_LENGTH = 500;

type JsonObject = Record<string, unknown>;

/**
 * What a run told of itself, from the object it gave. Taken out of the stats, so that they do not count against the 64 KiB: `recordErrors`
 * (`[{subject, reason}]`, or `{total, kept: [{subject, reason}]}` where it counted more than it lists; `errors` likewise when it is a list of
 * these) and `warnings` (a list of sentences). Never throws; what cannot be taken is the `problem`.
 */
export function readFacts(told: unknown): RunFacts {
  if (told === undefined || told === null) return NO_FACTS;
  if (!isObject(told)) return { ...NO_FACTS, problem: { kind: 'unreadable', reason: 'not a JSON object' } };
  const { recordErrors, rest: withWarnings } = takeRecordErrors(told);
  const { warnings, rest } = takeWarnings(withWarnings);
  const common = { recordErrors, warnings };
  let json: string;
  try {
    json = JSON.stringify(rest);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.slice(0, REASON_LENGTH) : 'not JSON';
    return { ...common, stats: null, problem: { kind: 'unreadable', reason } };
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > STATS_BYTES) return { ...common, stats: null, problem: { kind: 'too_large', bytes } };
  const stats = JSON.parse(json) as JsonObject;
  return { ...common, stats: Object.keys(stats).length === 0 ? null : stats, problem: null };
}

/** Likewise, from JSON text. */
export function readFactsText(json: string): RunFacts {
  let told: unknown;
  try {
    told = JSON.parse(json);
  } catch (thrown) {
    const reason = (thrown as Error).message.slice(0, REASON_LENGTH);
    return { ...NO_FACTS, problem: { kind: 'unreadable', reason } };
  }
  return isObject(told) ? readFacts(told) : readFacts(told ?? 0);
}

/** Facts of one run that came by two ways: where both say something, `first` counts; their warnings add up. */
export function mergeFacts(first: RunFacts, second: RunFacts): RunFacts {
  return {
    stats: first.stats ?? second.stats,
    recordErrors: first.recordErrors ?? second.recordErrors,
    warnings: boundWarnings([...first.warnings, ...second.warnings]),
    problem: first.problem ?? second.problem,
  };
}

export function boundWarnings(warnings: readonly string[]): string[] {
  return warnings.slice(0, KEPT_WARNINGS).map((warning) => warning.slice(0, WARNING_LENGTH));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function takeRecordErrors(told: JsonObject): { recordErrors: Run['recordErrors']; rest: JsonObject } {
  for (const name of ['recordErrors', 'errors']) {
    const found = recordErrorsOf(told[name]);
    if (!found) continue;
    const { [name]: _, ...rest } = told;
    return { recordErrors: found.total === 0 ? null : found, rest };
  }
  return { recordErrors: null, rest: told };
}

function recordErrorsOf(value: unknown): Run['recordErrors'] {
  const counted = isObject(value) && Array.isArray(value.kept) ? value : null;
  const list: unknown = counted ? counted.kept : value;
  // A list of other things is somebody's own member of this name.
  if (!Array.isArray(list) || (list.length > 0 && !isRecordError(list[0]))) return null;
  const kept = list.slice(0, KEPT_RECORD_ERRORS).filter(isRecordError);
  const told = counted?.total;
  const total =
    typeof told === 'number' && Number.isFinite(told) ? Math.max(Math.floor(told), list.length) : list.length;
  return {
    total,
    kept: kept.map(({ subject, reason }) => ({
      subject: String(subject).slice(0, SUBJECT_LENGTH),
      reason: String(reason).slice(0, REASON_LENGTH),
    })),
  };
}

function isRecordError(value: unknown): value is { subject: string | number; reason: string | number } {
  return isObject(value) && isText(value.subject) && isText(value.reason);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function takeWarnings(told: JsonObject): { warnings: string[]; rest: JsonObject } {
  const { warnings, ...rest } = told;
  const isList = Array.isArray(warnings) && warnings.every((warning) => typeof warning === 'string');
  return isList ? { warnings: boundWarnings(warnings), rest } : { warnings: [], rest: told };
}
