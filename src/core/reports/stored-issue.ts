import type { EventIndex, StoredEvent } from '../events/index.ts';
import {
  createUnderstanding,
  type Issue,
  type IssueReader,
  type StoredIssue,
  type Understanding,
  type UnderstandingOptions,
} from '../issues/index.ts';

/** Incidents looked at: the newest ones, and their members. */
const INCIDENTS = 10;
const MEMBERS = 200;
/** Lines around the newest incident. */
const CONTEXT = { lines: 60, beforeMs: 60_000, afterMs: 5_000 };

/**
 * An issue of the store with its newest incidents whole, as a window's understanding: what evidence and hand-offs are made of. Null when none of
 * its events is left.
 */
export async function understandStoredIssue(
  stored: StoredIssue,
  options: {
    issues: Pick<IssueReader, 'incidents' | 'about'>;
    index: Pick<EventIndex, 'get' | 'search'>;
    understanding: UnderstandingOptions;
  },
): Promise<{ understanding: Understanding; issue: Issue } | null> {
  const { items } = await options.issues.incidents(stored.id, { cursor: null, limit: INCIDENTS });
  // The representatives first: of an incident with very many members they are what the fingerprint is made of.
  const telling = [...items.map(({ eventSeq }) => eventSeq), stored.lastEventSeq];
  const seqs = new Set([...telling, ...items.flatMap(({ members }) => members.map(({ eventSeq }) => eventSeq))]);
  const members = await options.index.get([...seqs].slice(0, MEMBERS));
  const accumulator = createUnderstanding(options.understanding);
  accumulator.add(members.map(({ event }) => event));
  accumulator.add((await contextOf(stored, members, options.index)).map(({ event }) => event));
  const understanding = accumulator.finish();
  const { hashes, revisions } = await options.issues.about(stored.id);
  const known = new Set(hashes);
  const own = new Set(members.map(({ event }) => event.id));
  // Rules for frames may have changed since: then its own events tell it from what else failed around it.
  const found =
    understanding.issues.find(({ fingerprint }) => known.has(fingerprint)) ??
    understanding.issues.find(({ incidents }) => incidents.some(({ representative }) => own.has(representative.id))) ??
    null;
  if (!found) return null;
  const issue: Issue = {
    ...found,
    id: stored.id,
    fingerprint: stored.fingerprint,
    title: stored.title,
    state: stored.state,
    incidentCount: stored.incidents,
    entries: stored.events,
    firstSeen: stored.firstSeen,
    lastSeen: stored.lastSeen,
    revisions: revisions.map(({ revision }) => revision),
    affectedUsers: stored.users > 0 ? stored.users : null,
    why: stored.why,
  };
  return { understanding: { ...understanding, issues: [issue] }, issue };
}

async function contextOf(
  stored: StoredIssue,
  members: readonly StoredEvent[],
  index: Pick<EventIndex, 'search'>,
): Promise<StoredEvent[]> {
  const newest = members.reduce((latest, { event }) => Math.max(latest, event.time), 0);
  if (newest === 0) return [];
  const page = await index.search({
    words: [],
    fields: [{ name: 'service', value: stored.service, isExcluded: false }],
    minimumSeverity: null,
    projectId: stored.projectId,
    from: newest - CONTEXT.beforeMs,
    to: newest + CONTEXT.afterMs,
    cursor: null,
    limit: CONTEXT.lines,
    order: 'newest',
  });
  return page.events;
}
