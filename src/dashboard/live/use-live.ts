import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveEventName } from '../../contracts/api/live.ts';
import type { Change } from '../../contracts/api/overview.ts';
import { createLiveConnection, type LiveStatus } from './connection.ts';

export const live = createLiveConnection('/api/changes');

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(live.subscribe, live.status);
}

/** A burst of changes asks again once: a flood of events must not become a flood of requests. */
const GATHER_MS = 1_500;

/** First parts of the query keys that a kind of change makes old. */
const MADE_OLD: Record<Change['kind'], readonly string[]> = {
  issue: ['issues', 'issue', 'overview'],
  events: ['events', 'overview', 'sources'],
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

/** The list of events stands still when it is stopped; each look at what single users did is a row of the audit trail. */
const ASKING_THEMSELVES: ReadonlySet<unknown> = new Set(['event list', 'looks']);

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
  let old = new Set<string>();
  let isAllOld = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const askAgain = () => {
    timer = undefined;
    if (isAllOld) void client.invalidateQueries({ predicate: ({ queryKey }) => !ASKING_THEMSELVES.has(queryKey[0]) });
    else for (const key of old) void client.invalidateQueries({ queryKey: [key] });
    old = new Set();
    isAllOld = false;
  };
  const stopLive = live.onLive((event) => {
    if (!Object.hasOwn(LIVE_MADE_OLD, event)) return;
    for (const key of LIVE_MADE_OLD[event as LiveEventName]) old.add(key);
    timer ??= setTimeout(askAgain, GATHER_MS);
  });
  const stop = live.onChange((change) => {
    if (change && Object.hasOwn(MADE_OLD, change.kind)) for (const key of MADE_OLD[change.kind]) old.add(key);
    else isAllOld = true;
    timer ??= setTimeout(askAgain, GATHER_MS);
  });
  return () => {
    clearTimeout(timer);
    stopLive();
    stop();
  };
}
