import type { z } from 'zod';
import type { IssueChange, IssueIncident, issueCounts } from '../../contracts/api/issues.ts';
import type { Page } from '../../core/issues/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import { actorNames } from '../actor-names.ts';
import type { Services } from '../app-env.ts';
import { HOUR_MS, incidentView } from '../views/issue-view.ts';

interface PageAsked {
  cursor?: string | undefined;
  limit: number;
}

/** Members listed of one incident; the counts are whole. */
const MOST_MEMBERS = 50;

export async function issueIncidents({ store }: Services, id: string, asked: PageAsked): Promise<Page<IssueIncident>> {
  const page = await store.issues.incidents(id, { cursor: asked.cursor ?? null, limit: asked.limit });
  const incidents = page.items.map((one) => ({ ...one, members: one.members.slice(0, MOST_MEMBERS) }));
  const events = await store.events.get(incidents.flatMap(({ members }) => members.map(({ eventSeq }) => eventSeq)));
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  return { ...page, items: incidents.map((incident) => incidentView(incident, bySeq)) };
}

/** How far back the counts go, full steps and the current one. */
const STEPS = { hour: { ms: HOUR_MS, count: 7 * 24 }, day: { ms: 24 * HOUR_MS, count: 30 } };

/** Steps without incidents are points too: 0. Days are those of UTC. */
export async function issueCountsOf(
  { store, clock }: Services,
  id: string,
  step: 'hour' | 'day',
): Promise<z.infer<typeof issueCounts>> {
  const { ms, count } = STEPS[step];
  const first = Math.floor(clock.now() / ms) * ms - (count - 1) * ms;
  const counts = new Array<number>(count).fill(0);
  for (const { hour, incidents } of await store.issues.hours([id], first)) {
    const index = Math.floor((hour - first) / ms);
    if (index >= 0 && index < count) counts[index]! += incidents;
  }
  return { step, points: counts.map((value, index) => ({ at: toInstant(first + index * ms), count: value })) };
}

/** The cursor is the id of the last change that was shown. */
export async function issueChanges(
  services: Services,
  id: string,
  { cursor, limit }: PageAsked,
  messages: Messages,
): Promise<Page<IssueChange>> {
  const { history } = await services.store.issues.about(id);
  const all = history.toSorted((a, b) => b.id - a.id);
  const after = cursor === undefined ? all : all.filter((change) => change.id < Number(cursor));
  const shown = after.slice(0, limit);
  const actors = shown.map(({ actor }) => actor);
  const name = await actorNames(services, actors, messages);
  return {
    items: shown.map(({ id: number, at, actor, action, detail }) => ({
      id: number,
      at: toInstant(at),
      actor: name(actor),
      action,
      detail,
    })),
    nextCursor: after.length > limit ? String(shown.at(-1)!.id) : null,
    total: all.length,
  };
}
