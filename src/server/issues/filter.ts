import type { z } from 'zod';
import { ISSUE_STATES, type issueListQuery } from '../../contracts/api/issues.ts';
import type { IssueFilter, IssueState } from '../../core/issues/index.ts';
import type { Messages } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectIdOf } from '../find-project.ts';
import { FieldsInvalid } from '../problem.ts';
import { lowestOfClass } from '../views/severity.ts';

/** Longest words first do not help an index; more words than this only cost. */
const MOST_WORDS = 20;
/** What is not settled. */
const USUAL_STATES: IssueState[] = ['open', 'handed off', 'regressed'];

export async function issueFilter(context: AppContext, query: z.output<typeof issueListQuery>): Promise<IssueFilter> {
  const { messages } = context.var;
  return {
    words: (query.query ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS),
    states: statesOf(query.state, messages),
    projectId: await projectIdOf(context, query.project),
    service: query.service ?? null,
    revision: query.revision ?? null,
    assignee: query.assignee ?? null,
    minimumSeverity: query.severity ? lowestOfClass(query.severity) : null,
    sort: query.sort,
    cursor: query.cursor ?? null,
    limit: query.limit,
  };
}

function statesOf(asked: string | undefined, messages: Messages): IssueState[] | null {
  if (asked === undefined || asked === '') return USUAL_STATES;
  if (asked === 'all') return null;
  return asked.split(',').map((name) => {
    const state = ISSUE_STATES.find((one) => one === name.trim());
    if (state) return state;
    throw new FieldsInvalid(
      [{ path: 'state', message: messages.server.validation.state(name.slice(0, 50)) }],
      messages,
    );
  });
}
