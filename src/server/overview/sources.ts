import type { SourceActivity } from '../../contracts/api/overview.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Wire formats by the kind of source their events name. */
const KIND_OF_FORMAT: Readonly<Record<string, string>> = {
  'sentry-envelope': 'sentry',
  'sentry-store': 'sentry',
  'sentry-security': 'sentry',
  'otlp-logs': 'otlp',
  'otlp-traces': 'otlp',
  'cloud-logging-push': 'cloud-logging',
};

interface Tally {
  projectId: number;
  kind: string;
  lastEventAt: number;
  eventsLastDay: number;
  dropped: SourceActivity['dropped'];
  /** Why Guardian cannot read what it goes to by itself. */
  problems: string[];
}

/**
 * By project and kind: what came, and what did not get in. A source whose requests are all refused shows as failing, and so does one that Guardian goes to
 * by itself and cannot read.
 */
export async function sourceActivities(
  { store, ingestKeys, clock, knobs, followed }: Services,
  messages: Messages,
): Promise<SourceActivity[]> {
  const now = clock.now();
  const [received, dropped, projects, gone] = await Promise.all([
    store.activity.sources(now),
    store.activity.dropped(now - DAY_MS),
    ingestKeys.projects(),
    followed(),
  ]);
  const tallies = new Map<string, Tally>();
  const tally = (projectId: number, kind: string) =>
    getOrInsert(tallies, `${projectId} ${kind}`, {
      ...{ projectId, kind, lastEventAt: 0, eventsLastDay: 0, dropped: [], problems: [] },
    });
  for (const { projectId, kind, lastEventAt, eventsLastDay } of received)
    Object.assign(tally(projectId, kind), { lastEventAt, eventsLastDay });
  for (const { projectId, source, reason, category, quantity } of dropped)
    tally(projectId, KIND_OF_FORMAT[source] ?? source).dropped.push({ reason, category, quantity });
  for (const { projectId, kind, problem } of gone)
    tally(projectId, kind).problems.push(...(problem === null ? [] : [problem]));
  return [...tallies.values()].map(({ projectId, kind, lastEventAt, eventsLastDay, dropped: lost, problems }) => {
    const quantity = lost.reduce((sum, one) => sum + one.quantity, 0);
    const isRefused = lastEventAt === 0 && quantity > 0;
    if (isRefused) problems.push(messages.server.overview.refusedRequests(quantity));
    const state = stateOf({
      ...{ lastEventAt, isFailing: problems.length > 0, isSilent: now - lastEventAt > knobs.silentMs },
    });
    return {
      project: projects.find(({ id }) => id === projectId)?.slug ?? null,
      kind,
      name: kind,
      state,
      lastEventAt: lastEventAt === 0 ? null : toInstant(lastEventAt),
      eventsLastDay,
      dropped: lost,
      problem: problems.length > 0 ? problems.join(' ') : null,
    };
  });
}

function stateOf(about: { lastEventAt: number; isFailing: boolean; isSilent: boolean }): SourceActivity['state'] {
  if (about.isFailing) return 'failing';
  if (about.lastEventAt === 0) return 'never';
  return about.isSilent ? 'silent' : 'receiving';
}

function getOrInsert<V>(map: Map<string, V>, key: string, value: V): V {
  const known = map.get(key);
  if (known) return known;
  map.set(key, value);
  return value;
}
