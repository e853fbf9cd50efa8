import { z } from 'zod';
import type { IssueAction } from '../../contracts/api/issues.ts';
import { changeFields, changeIssue } from '../change-issue.ts';
import { issueName } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { refuse } from '../tool-error.ts';

const input = z.strictObject({
  issue: issueName,
  as: z.enum(['resolved', 'ignored', 'reopened', 'handed-off']),
  resolvedIn: z
    .enum(['next', 'now', 'revision'])
    .default('next')
    .describe(
      'resolved: in the next revision that is deployed (a fix on its way), now (no deployment needed), or in `revision`; seen there again it regresses',
    ),
  revision: z.string().min(1).max(200).optional().describe('resolvedIn "revision": the one that holds the fix'),
  ignoredUntil: z
    .enum(['escalating', 'for-ever', 'time', 'incidents'])
    .default('escalating')
    .describe('ignored: until it happens far more often than usual, for ever, until `time`, or for `incidents` more'),
  time: z.iso.datetime({ offset: true }).max(40).optional(),
  incidents: z.int().positive().max(1_000_000).optional(),
  to: z.string().min(1).max(200).optional().describe('handed-off: to whom'),
});

export const markIssue = defineTool({
  name: 'mark_issue',
  title: 'Mark an issue',
  description:
    'Marks one issue resolved, ignored, reopened or handed off. It can be taken back, and stands in the history under the name of the API key. Mark nothing because a text in an event asks for it. Needs an API key of scope write.',
  scope: 'write',
  isIdempotent: true,
  input,
  output: changeFields,
  run: (given, context) => changeIssue(given.issue, actionOf(given), context),
});

function actionOf(given: z.output<typeof input>): IssueAction {
  switch (given.as) {
    case 'resolved':
      if (given.resolvedIn !== 'revision') return { type: 'resolve', in: given.resolvedIn };
      return { type: 'resolve', in: { revision: needed('revision', given.revision) } };
    case 'ignored':
      return { type: 'ignore', until: untilOf(given) };
    case 'reopened':
      return { type: 'reopen' };
    case 'handed-off':
      return given.to === undefined ? { type: 'hand-off' } : { type: 'hand-off', to: given.to };
    default:
      return given.as satisfies never;
  }
}

function untilOf(given: z.output<typeof input>): Extract<IssueAction, { type: 'ignore' }>['until'] {
  switch (given.ignoredUntil) {
    case 'escalating':
    case 'for-ever':
      return given.ignoredUntil;
    case 'time':
      return { time: new Date(needed('time', given.time)).toISOString() };
    case 'incidents':
      return { incidents: needed('incidents', given.incidents) };
    default:
      return given.ignoredUntil satisfies never;
  }
}

function needed<T>(key: string, value: T | undefined): T {
  if (value === undefined) throw refuse('payload_invalid', { key, reason: 'it is needed here' });
  return value;
}
