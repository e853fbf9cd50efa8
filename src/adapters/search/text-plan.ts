import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { EventQuery } from '../../core/events/index.ts';
import type { SeqRange, TextQuery, TextTerm } from '../store/sql/dialects/dialect.ts';
import { SEQS_PER_MS } from '../store/sql/repositories/events/event-row.ts';
import { LEVEL_FIELD, PROJECT_FIELD, SEVERITY_CLASSES, SEVERITY_NAMES } from './event-tokens.ts';
import { fieldToken, wordsOf } from './tokens.ts';

/** Of a query: a phrase of more words is nobody's. */
const TERM_WORDS = 64;

/** What Sentry calls a release is what Cloud Run calls a revision. */
const OTHER_NAMES: Readonly<Record<string, string>> = { release: 'revision' };

export type EventConditions = Omit<EventQuery, 'cursor' | 'limit' | 'order'>;

/** How a query is carried out: what full text answers, and what it does not know. */
export interface TextPlan {
  /** Null: every event of the range, but for `issue` and `row`. */
  text: TextQuery | null;
  /** Issues are known after the text was written, so they are asked of the rows. */
  issue: { id: string; isExcluded: boolean }[];
  /** A severity inside its class; null: the class says it all. */
  minimumSeverity: number | null;
  /** No event can match. */
  isImpossible: boolean;
}

export function toTextPlan(query: EventConditions): TextPlan {
  const groups: TextTerm[][] = [];
  const excluded: TextTerm[] = [];
  const plan: TextPlan = { text: null, issue: [], minimumSeverity: null, isImpossible: false };
  for (const { text, isExcluded } of query.words) {
    const term = wordTerm(text);
    if (!term) continue;
    if (isExcluded) excluded.push(term);
    else groups.push([term]);
  }
  for (const { name, value, isExcluded } of query.fields) {
    if (name === 'issue') {
      plan.issue.push({ id: value, isExcluded });
      continue;
    }
    const term = name === 'level' ? levelTerm(value) : exactTerm(OTHER_NAMES[name] ?? name, value);
    if (!term) plan.isImpossible ||= !isExcluded;
    else if (isExcluded) excluded.push(term);
    else groups.push([term]);
  }
  if (query.projectId !== null) groups.push([exactTerm(PROJECT_FIELD, String(query.projectId))]);
  addSeverity(query.minimumSeverity, groups, plan);
  // Full text cannot say "all but": every event has a level.
  if (groups.length === 0 && excluded.length > 0) groups.push(SEVERITY_CLASSES.map(classTerm));
  if (groups.length > 0) plan.text = { groups, excluded };
  return plan;
}

/** The query with one more condition: the severity's class. */
export function withClass(text: TextQuery | null, severityClass: number): TextQuery {
  return { groups: [...(text?.groups ?? []), [classTerm(severityClass)]], excluded: text?.excluded ?? [] };
}

/** What the text does not know, asked of the rows. */
export function rowCondition({
  issue,
  minimumSeverity,
}: TextPlan): ((seq: Expression<number>) => RawBuilder<SqlBool>) | null {
  if (issue.length === 0 && minimumSeverity === null) return null;
  return (seq) => {
    const conditions = issue.map(({ id, isExcluded }) =>
      isExcluded
        ? sql<SqlBool>`NOT EXISTS (SELECT 1 FROM event AS row WHERE row.seq = ${seq} AND row.issue_id = ${id})`
        : sql<SqlBool>`${seq} IN (SELECT row.seq FROM event AS row WHERE row.issue_id = ${id})`,
    );
    if (minimumSeverity !== null) {
      conditions.push(
        sql`EXISTS (SELECT 1 FROM event AS row WHERE row.seq = ${seq} AND row.severity >= ${minimumSeverity})`,
      );
    }
    return sql`${sql.join(conditions, sql` AND `)}`;
  };
}

/** Times as seqs; `to` is exclusive. The cursor is the last seq of the page before. */
export function rangeOf(
  { from, to }: EventConditions,
  after?: { cursor: number | null; isNewestFirst: boolean },
): SeqRange {
  const range = { from: toSeq(from ?? 0), to: to === null ? Number.MAX_SAFE_INTEGER : toSeq(to) };
  if (after && after.cursor !== null) {
    if (after.isNewestFirst) range.to = Math.min(range.to, after.cursor);
    else range.from = Math.max(range.from, after.cursor + 1);
  }
  return range;
}

function toSeq(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0) * SEQS_PER_MS, Number.MAX_SAFE_INTEGER);
}

function addSeverity(minimum: number | null, groups: TextTerm[][], plan: TextPlan): void {
  if (minimum === null || minimum <= 0) return;
  const classes = SEVERITY_CLASSES.filter((severityClass) => severityClass > 0 && lastOf(severityClass) >= minimum);
  if (classes.length === 0) plan.isImpossible = true;
  else groups.push(classes.map(classTerm));
  if (classes.length > 0 && classes[0]! < minimum) plan.minimumSeverity = minimum;
}

function lastOf(severityClass: number): number {
  return severityClass + 3;
}

function wordTerm(text: string): TextTerm | null {
  const tokens = wordsOf(text, TERM_WORDS);
  return tokens.length === 0 ? null : { tokens, isPrefix: text.trimEnd().endsWith('*') };
}

function exactTerm(name: string, value: string): TextTerm {
  return { tokens: [fieldToken(name, value)], isPrefix: false };
}

function classTerm(severityClass: number): TextTerm {
  return exactTerm(LEVEL_FIELD, String(severityClass));
}

function levelTerm(value: string): TextTerm | null {
  const found = SEVERITY_CLASSES.find((severityClass) => SEVERITY_NAMES[severityClass] === value.toLowerCase());
  return found === undefined ? null : classTerm(found);
}
