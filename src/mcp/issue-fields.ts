import { z } from 'zod';
import type { StoredIssue } from '../core/issues/index.ts';
import { type Messages, toInstant } from '../core/shared/index.ts';
import type { McpOptions } from './mcp-options.ts';
import { classOf, count, instant, issueState, severityClass, textOrNull, untrusted } from './schemas.ts';
import { refuse } from './tool-error.ts';
import { clip, namedBlock, paragraphs } from './untrusted-text.ts';

/** An issue as lists show it. */
export const issueFields = z.strictObject({
  id: z.string(),
  shortId: z.string(),
  project: z.string(),
  state: issueState,
  severity: severityClass,
  signal: z.enum(['OOM', 'UNHEALTHY', 'CRASH']).nullable(),
  firstSeen: instant,
  lastSeen: instant,
  incidents: count,
  events: count,
  users: count.describe('0: no event named one'),
  untrusted: untrusted({
    title: z.string(),
    type: textOrNull,
    file: textOrNull,
    line: z.int().nullable(),
    function: textOrNull,
    endpoint: textOrNull,
    service: z.string(),
    firstRevision: textOrNull,
    lastRevision: textOrNull,
    assignee: textOrNull,
  }),
});
export type IssueFields = z.infer<typeof issueFields>;

export function issueFieldsOf(issue: StoredIssue, slugOf: (projectId: number) => string): IssueFields {
  const project = slugOf(issue.projectId);
  return {
    id: issue.id,
    shortId: shortIdOf(project, issue.number),
    project,
    state: issue.state,
    severity: classOf(issue.severity),
    signal: issue.signal,
    firstSeen: toInstant(issue.firstSeen),
    lastSeen: toInstant(issue.lastSeen),
    incidents: issue.incidents,
    events: issue.events,
    users: issue.users,
    untrusted: {
      title: clip(issue.title, 300),
      type: clip(issue.errorType, 200),
      file: clip(issue.location?.file ?? null, 300),
      line: issue.location?.line ?? null,
      function: clip(issue.location?.function ?? null, 200),
      endpoint: clip(issue.endpoint, 200),
      service: clip(issue.service, 200),
      firstRevision: clip(issue.firstRevision, 200),
      lastRevision: clip(issue.lastRevision, 200),
      assignee: clip(issue.assignee, 200),
    },
  };
}

export function shortIdOf(slug: string, number: number): string {
  return `${slug.toUpperCase()}-${number}`;
}

/** One line of Guardian's, then what the events call it. */
export function issueText(issue: IssueFields, messages: Messages): string {
  const { title, service, file, line, endpoint, lastRevision } = issue.untrusted;
  const died = issue.signal === null ? '' : `, ${issue.signal}`;
  return paragraphs(
    `${issue.shortId}: ${issue.state}, ${issue.severity}${died}, ${issue.incidents} incidents, ${issue.users} users, ${issue.firstSeen} to ${issue.lastSeen}`,
    namedBlock(
      { source: 'event', id: issue.shortId },
      { title, service, place: file && `${file}:${line ?? '?'}`, endpoint, revision: lastRevision },
      messages,
    ),
  );
}

/** The issue of that name, or the one it was merged into. Throws `not_found`. */
export async function findLivingIssue(
  name: string,
  { findIssue }: Pick<McpOptions, 'findIssue'>,
): Promise<StoredIssue> {
  let issue = await findIssue(name);
  for (let merges = 0; issue?.mergedInto && merges < 10; merges += 1) issue = await findIssue(issue.mergedInto);
  if (!issue) throw refuse('not_found', { path: 'such issue' });
  return issue;
}
