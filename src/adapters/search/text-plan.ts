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
  /** Null: every event of the range, but for what `rows` says. */
  text: TextQuery | null;
  /** Asked of the rows themselves; null: nothing. */
  rows: RowConditions | null;
  /** No event can match. */
  isImpossible: boolean;
}

interface RowConditions {
  /** Issues are known after the text was written. Null: any. */
  issueId: string | null;
  excludedIssueIds: string[];
  /** Only with `issueId`, whose rows are few: else full text answers it. */
  projectId: number | null;
  /** Also when it lies inside a class, of which the text knows no more. */
  minimumSeverity: number | null;
}

/** `isOnlyProject`: there is no other, so that nothing needs to be told apart; two long lists less to go through. */
export function toTextPlan(query: EventConditions, { isOnlyProject }: { isOnlyProject: boolean }): TextPlan {
  const issues = query.fields.filter(({ name }) => name === 'issue');
  const [issue, ...others] = issues.filter(({ isExcluded }) => !isExcluded);
  const { groups, excluded, isUnknownAsked } = termsOf(query);
  const classes = classesFrom(query.minimumSeverity);
  const isContradicted = others.some(({ value }) => value !== issue?.value);
  if (!issue) {
    const project = isOnlyProject ? null : query.projectId;
    if (project !== null) groups.push([exactTerm(PROJECT_FIELD, String(project))]);
    // Full text cannot say "all but": every event has a level.
    const needsAny = groups.length === 0 && excluded.length > 0;
    if (classes.length < SEVERITY_CLASSES.length || needsAny) groups.push(classes.map(classTerm));
  }
  return {
    text: textOf(groups, excluded),
    rows: rowsOf(query, issue?.value ?? null, issues),
    isImpossible: isUnknownAsked || isContradicted || classes.length === 0,
  };
}

/** What full text knows of the words and fields; `isUnknownAsked`: no event has what is asked for. */
function termsOf({ words, fields }: EventConditions) {
  const groups: TextTerm[][] = [];
  const excluded: TextTerm[] = [];
  let isUnknownAsked = false;
  for (const { text, isExcluded } of words) {
    const term = wordTerm(text);
    if (term && isExcluded) excluded.push(term);
    else if (term) groups.push([term]);
  }
  for (const field of fields.filter(({ name }) => name !== 'issue')) {
    const term = fieldTerm(field);
    if (term && field.isExcluded) excluded.push(term);
    else if (term) groups.push([term]);
    else isUnknownAsked ||= !field.isExcluded;
  }
  return { groups, excluded, isUnknownAsked };
}

function fieldTerm({ name, value }: EventConditions['fields'][number]): TextTerm | null {
  return name === 'level' ? levelTerm(value) : exactTerm(OTHER_NAMES[name] ?? name, value);
}

/** Beside an issue, whose rows are few, exclusion alone is asked of all of the text as well. */
function textOf(groups: TextTerm[][], excluded: TextTerm[]): TextQuery | null {
  if (groups.length > 0) return { groups, excluded };
  return excluded.length > 0 ? { groups: ANY_EVENT.groups, excluded } : null;
}

function rowsOf(query: EventConditions, issueId: string | null, issues: EventQuery['fields']): RowConditions | null {
  const { projectId, minimumSeverity: minimum } = query;
  const excludedIssueIds = issues.filter(({ isExcluded }) => isExcluded).map(({ value }) => value);
  const isInsideClass = minimum !== null && minimum > 0 && classesFrom(minimum)[0]! < minimum;
  const minimumSeverity = isInsideClass || issueId !== null ? minimum : null;
  if (issueId === null && excludedIssueIds.length === 0 && minimumSeverity === null) return null;
  return { issueId, excludedIssueIds, minimumSeverity, projectId: issueId === null ? null : projectId };
}

/** Every event has a level. */
export const ANY_EVENT: TextQuery = { groups: [SEVERITY_CLASSES.map(classTerm)], excluded: [] };

/** The query with one more condition: the severity's class. */
export function withClass(text: TextQuery | null, severityClass: number): TextQuery {
  return withAnyOf(text, [classTerm(severityClass)]);
}

/** The query with one more condition: any of these. */
export function withAnyOf(text: TextQuery | null, anyOf: readonly TextTerm[]): TextQuery {
  return { groups: [...(text?.groups ?? []), anyOf], excluded: text?.excluded ?? [] };
}

/**
 * On the row of the seq that the text gave. An issue's rows are few, so that they lead; anything else is asked of each row that was found.
 */
export function rowCondition({ rows }: TextPlan): ((seq: Expression<number>) => RawBuilder<SqlBool>) | null {
  if (rows === null) return null;
  const found = sql`SELECT found.seq FROM event AS found WHERE ${onRow(rows, 'found')}`;
  return rows.issueId === null
    ? (seq) => sql`EXISTS (${found} AND found.seq = ${seq})`
    : (seq) => sql`${seq} IN (${found})`;
}

/** On the columns of an event, by what its table is called in the statement. */
export function onRow(rows: RowConditions, table: string): RawBuilder<SqlBool> {
  const { issueId, excludedIssueIds, projectId, minimumSeverity } = rows;
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const conditions: RawBuilder<SqlBool>[] = [];
  if (issueId !== null) conditions.push(sql`${column('issue_id')} = ${issueId}`);
  for (const id of excludedIssueIds) {
    conditions.push(sql`(${column('issue_id')} IS NULL OR ${column('issue_id')} <> ${id})`);
  }
  if (projectId !== null) conditions.push(sql`${column('project_id')} = ${projectId}`);
  if (minimumSeverity !== null) conditions.push(sql`${column('severity')} >= ${minimumSeverity}`);
  return sql`${sql.join(conditions, sql` AND `)}`;
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

/** Classes that hold a severity of at least this; all without one. */
function classesFrom(minimum: number | null): number[] {
  if (minimum === null || minimum <= 0) return [...SEVERITY_CLASSES];
  return SEVERITY_CLASSES.filter((severityClass) => severityClass > 0 && severityClass + 3 >= minimum);
}

function wordTerm(text: string): TextTerm | null {
  const tokens = wordsOf(text, TERM_WORDS);
  return tokens.length === 0 ? null : { tokens, isPrefix: text.trimEnd().endsWith('*') };
}

function exactTerm(name: string, value: string): TextTerm {
  return { tokens: [fieldToken(name, value)], isPrefix: false };
}

export function classTerm(severityClass: number): TextTerm {
  return exactTerm(LEVEL_FIELD, String(severityClass));
}

function levelTerm(value: string): TextTerm | null {
  const found = SEVERITY_CLASSES.find((severityClass) => SEVERITY_NAMES[severityClass] === value.toLowerCase());
  return found === undefined ? null : classTerm(found);
}
