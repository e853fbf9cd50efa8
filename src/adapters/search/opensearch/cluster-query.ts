import type { TextTerm } from '../../store/sql/dialects/dialect.ts';
import { type EventConditions, rangeOf, toTextPlan } from '../text-plan.ts';

/** Of the words that begin as the last one of a phrase does and are longer than what the index holds of beginnings. */
const EXPANSIONS = 1_000;

/** No word contains it: the first character of a field’s token. */
const FIELD_MARK = '\uE000';

/** The query of a search, from the same plan that SQL carries out; null: no event can match. */
export function toClusterQuery(conditions: EventConditions): object | null {
  const plan = toTextPlan(conditions, { isOnlyProject: false });
  const range = rangeOf(conditions);
  if (plan.isImpossible || range.from >= range.to) return null;
  const filter: object[] = [{ range: { seq: { gte: range.from, lt: range.to } } }];
  const excluded: object[] = (plan.text?.excluded ?? []).map(termQuery);
  for (const group of plan.text?.groups ?? []) filter.push(anyOf(group));
  if (plan.rows) {
    const { issueId, excludedIssueIds, projectId, minimumSeverity } = plan.rows;
    if (issueId !== null) filter.push({ term: { issue: issueId } });
    if (excludedIssueIds.length > 0) excluded.push({ terms: { issue: excludedIssueIds } });
    if (projectId !== null) filter.push({ term: { project: projectId } });
    if (minimumSeverity !== null) filter.push({ range: { severity: { gte: minimumSeverity } } });
  }
  return { bool: { filter, must_not: excluded } };
}

/** Fields in one list where all are: a class of severities is one of several tokens. */
function anyOf(group: readonly TextTerm[]): object {
  if (group.length === 1) return termQuery(group[0]!);
  if (group.every(isField)) return { terms: { tokens: group.map(({ tokens }) => tokens[0]) } };
  return { bool: { should: group.map(termQuery), minimum_should_match: 1 } };
}

function isField({ tokens }: TextTerm): boolean {
  return tokens[0]!.startsWith(FIELD_MARK);
}

function termQuery(term: TextTerm): object {
  const { tokens, isPrefix } = term;
  if (isField(term)) return { term: { tokens: tokens[0] } };
  const text = tokens.join(' ');
  if (tokens.length === 1) return isPrefix ? { prefix: { words: { value: text } } } : { term: { words: text } };
  if (!isPrefix) return { match_phrase: { words: { query: text } } };
  return { match_phrase_prefix: { words: { query: text, max_expansions: EXPANSIONS } } };
}
