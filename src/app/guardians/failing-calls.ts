import type { Configuration } from '../../config/index.ts';
import type { Event, EventIndex } from '../../core/events/index.ts';
import { type Clock, messagesFor } from '../../core/shared/index.ts';
import { everySpan, type OwnWork } from '../jobs/own-jobs.ts';

const TIMEOUT_MS = 10 * 60_000;
/** Events of one page. */
const PAGE = 500;
/** Nothing is there, or not by that method. */
const STATUSES = ['404', '405'];

export interface FailingCallsOptions {
  configuration: Configuration;
  index: Pick<EventIndex, 'search'>;
  clock: Clock;
}

/** Requests that the application itself makes and that nothing answers: a page, a client or somebody signed in got 404 or 405. Null: switched off. */
export function failingCallsWork({ configuration, index, clock }: FailingCallsOptions): OwnWork | null {
  const { every, within, hosts, agents, events: bound } = configuration.guardians.calls;
  if (every === null) return null;
  const { guardians: t, jobs } = messagesFor(configuration.language);
  return {
    name: 'failing-calls',
    label: jobs.own.failingCalls,
    trigger: everySpan(every),
    timeoutMs: TIMEOUT_MS,
    async run({ signal }) {
      const { endpointOf, isOwnCall } = await import('../../core/issues/index.ts');
      const now = clock.now();
      const tally: Tally = { calls: new Map(), looked: 0, isCut: false };
      for (const status of STATUSES) {
        const events = answered(status, { index, from: now - within, to: now, signal });
        await count(events, tally, {
          bound,
          callOf: (event) =>
            isOwnCall(event, { hosts, agents }) ? `${event.service} ${endpointOf(event) ?? '?'} → ${status}` : null,
        });
      }
      const found = [...tally.calls].toSorted(([, a], [, b]) => b - a);
      const requests = found.reduce((sum, [, times]) => sum + times, 0);
      return {
        ...{ looked: tally.looked, calls: found.length, requests },
        recordErrors: found.map(([subject, times]) => ({ subject, reason: t.requests(times) })),
        warnings: [
          ...(found.length > 0 ? [t.failingCalls(found.length)] : []),
          ...(tally.isCut ? [t.cutOff(bound)] : []),
        ],
      };
    },
  };
}

interface Tally {
  calls: Map<string, number>;
  looked: number;
  /** There were more than may be looked at. */
  isCut: boolean;
}

async function count(
  events: AsyncIterable<Event>,
  tally: Tally,
  { bound, callOf }: { bound: number; callOf(event: Event): string | null },
): Promise<void> {
  for await (const event of events) {
    tally.isCut = tally.looked >= bound;
    if (tally.isCut) return;
    tally.looked++;
    const call = callOf(event);
    if (call !== null) tally.calls.set(call, (tally.calls.get(call) ?? 0) + 1);
  }
}

interface Asked {
  index: Pick<EventIndex, 'search'>;
  from: number;
  to: number;
  signal: AbortSignal;
}

/** Page by page: they are never all in memory. */
async function* answered(status: string, { index, from, to, signal }: Asked): AsyncGenerator<Event> {
  let cursor: number | null = null;
  do {
    signal.throwIfAborted();
    const page = await index.search({
      ...{ words: [], minimumSeverity: null, projectId: null, from, to, cursor, limit: PAGE, order: 'newest' },
      fields: [{ name: 'status', value: status, isExcluded: false }],
    });
    for (const { event } of page.events) yield event;
    cursor = page.cursor;
  } while (cursor !== null);
}
