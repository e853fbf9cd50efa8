import type { Event } from '../../events/index.ts';
import type { Issue, Understanding } from '../../issues/index.ts';

/** A deployed revision as the log shows it. */
export interface SeenRevision {
  name: string;
  /** Epoch ms of its first event in the log. */
  firstSeen: number;
  event: Event;
}

/** Every revision that the kept events name, in the order they were first seen: deployments follow each other. */
export function seenRevisions({ issues, context }: Understanding): SeenRevision[] {
  const seen = new Map<string, SeenRevision>();
  const incidents = issues.flatMap((issue) => issue.incidents);
  for (const event of [...context, ...incidents.flatMap(({ members }) => members.map((member) => member.event))]) {
    if (event.revision === null) continue;
    const known = seen.get(event.revision);
    if (!known || event.time < known.firstSeen) {
      seen.set(event.revision, { name: event.revision, firstSeen: event.time, event });
    }
  }
  return [...seen.values()].sort((a, b) => a.firstSeen - b.firstSeen);
}

/** The first revision with the issue, and the last one before it that was seen without; null where the log does not show one. */
export function revisionRange(
  issue: Issue,
  seen: readonly SeenRevision[],
  previous: string | null,
): { first: string | null; without: string | null } {
  const withIssue = new Set(issue.revisions);
  const index = seen.findIndex(({ name }) => withIssue.has(name));
  const first = seen[index]?.name ?? issue.revisions[0] ?? null;
  const before = seen.slice(0, Math.max(0, index)).findLast(({ name }) => !withIssue.has(name));
  const named = previous !== null && !withIssue.has(previous) ? previous : null;
  return { first, without: before?.name ?? named };
}
