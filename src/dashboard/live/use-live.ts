import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { IssueDetail } from '../../contracts/api/issues.ts';
import type { LiveEventName } from '../../contracts/api/live.ts';
import type { Change } from '../../contracts/api/overview.ts';
import { createLiveConnection, type LiveStatus } from './connection.ts';

export const live = createLiveConnection('/api/changes');

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(live.subscribe, live.status);
}

/** A burst of changes asks again once: a flood of events must not become a flood of requests. */
const GATHER_MS = 1_500;

/** First parts of the query keys that a kind of change makes old; of one issue, the parts under its id beside. */
const MADE_OLD: Record<Change['kind'], readonly string[]> = {
  issue: ['issues', 'overview'],
  events: ['events', 'event list', 'overview', 'sources'],
  report: ['reports', 'overview'],
  delivery: ['deliveries', 'channels', 'overview'],
  run: ['jobs', 'runs', 'chains', 'logs'],
  output: [],
  alert: ['alerts', 'overview'],
  deployment: ['deployments', 'markers'],
};

/** The same for what is told beside changes. */
const LIVE_MADE_OLD: Record<LiveEventName, readonly string[]> = {
  analysis_status: ['analysis'],
  concept_recall: [],
  debate_started: ['debates'],
  debate_status_update: ['debates'],
  debate_turn_update: ['debates'],
  debate_result: ['debates'],
  debate_ended: ['debates', 'analysis'],
};

/** Each look at what single users did is a row of the audit trail. */
const ASKING_THEMSELVES: ReadonlySet<unknown> = new Set(['looks']);

/** What is done to two issues at once. */
const TOUCHING_TWO: ReadonlySet<string> = new Set(['merge', 'unmerge']);

/** Parts of an issue that are made from the repository or by a model when somebody looks: not anew at each of its events. */
const MADE_WHEN_ASKED: ReadonlySet<unknown> = new Set(['evidence', 'similar', 'explanation']);

/** Keeps what is on screen current for as long as the shell stands. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => {
    const stopGathering = gatherChanges(client);
    live.start();
    return () => {
      stopGathering();
      live.stop();
    };
  }, [client]);
}

/** Calls back, at most every 1.5 s, when such a change came or the connection stands again; not while it is off. */
export function useOnChange(isOn: boolean, isMeant: (change: Change) => boolean, callback: () => void): void {
  const latest = useRef({ isMeant, callback });
  latest.current = { isMeant, callback };
  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.onChange((change) => {
      if (change !== null && !latest.current.isMeant(change)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current.callback();
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isOn]);
}

function gatherChanges(client: QueryClient): () => void {
  let old = nothingOld();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Asked for when a change came: the answer on its way may be older than the change. */
  const askedBefore = new WeakSet<Query>();
  const askAgain = () => {
    timer = undefined;
    const predicate = isOldIn(old);
    old = nothingOld();
    for (const query of client.getQueryCache().findAll({ predicate, fetchStatus: 'fetching' })) askedBefore.add(query);
    // What is being asked is left to come: cut off at each change, nothing slower than the changes would ever arrive.
    void client.invalidateQueries({ predicate }, { cancelRefetch: false });
  };
  const gather = () => {
    timer ??= setTimeout(askAgain, GATHER_MS);
  };
  const stopAnswers = client.getQueryCache().subscribe(({ query }) => {
    if (query.state.fetchStatus === 'fetching' || !askedBefore.delete(query)) return;
    old.queries.add(query);
    gather();
  });
  const stopLive = live.onLive((event) => {
    if (!Object.hasOwn(LIVE_MADE_OLD, event)) return;
    for (const key of LIVE_MADE_OLD[event as LiveEventName]) old.keys.add(key);
    gather();
  });
  const stop = live.onChange((change) => {
    if (change && Object.hasOwn(MADE_OLD, change.kind)) for (const key of MADE_OLD[change.kind]) old.keys.add(key);
    else old.isAll = true;
    if (change?.kind === 'issue') {
      old.issues.add(change.id);
      // The other of the two is not named.
      if (TOUCHING_TWO.has(change.action)) old.keys.add('issue');
    }
    gather();
  });
  return () => {
    clearTimeout(timer);
    stopAnswers();
    stopLive();
    stop();
  };
}

function nothingOld() {
  return { isAll: false, keys: new Set<unknown>(), issues: new Set<unknown>(), queries: new Set<Query>() };
}

function isOldIn({ isAll, keys, issues, queries }: ReturnType<typeof nothingOld>): (query: Query) => boolean {
  return (query) => {
    const [key, id, part] = query.queryKey;
    if (queries.has(query)) return true;
    if (isAll) return !ASKING_THEMSELVES.has(key);
    if (key !== 'issue') return keys.has(key);
    // The address may hold the short id; what is kept under it knows its own.
    const isMeant = keys.has(key) || issues.has(id) || issues.has((query.state.data as IssueDetail | undefined)?.id);
    return isMeant && !MADE_WHEN_ASKED.has(part);
  };
}
