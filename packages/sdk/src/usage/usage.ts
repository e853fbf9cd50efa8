import type { DeliveryTime } from '../delivery/delivery.ts';
import { createBatchWriter } from './batch-writer.ts';
import { classOf, framesOf } from './describe-error.ts';
import { Outbox } from './outbox.ts';
import { RING_SLOTS, Ring } from './ring.ts';
import { createTemplates } from './route-table.ts';
import { createWho, MAX_PENDING_ACTIVITIES, PendingActivities } from './signs-of-life.ts';
import { createSkipList } from './skip-list.ts';
import { statusName } from './status-name.ts';
import { createAddressReader, createTracker, isUserName, type Tracker } from './tracker.ts';
import { noUsage, type UsageCounters } from './usage-counters.ts';
import type { Person, ReportedFailure, TrackOptions, UsageOptions } from './usage-options.ts';
import { USAGE_BOUNDS, type UserErrorRecord } from './usage-record.ts';

/** Records who uses what. Made by the client, given to a middleware. */
export interface Usage {
  /** For a middleware: where it reports the requests of its framework. */
  track<Request>(options: TrackOptions<Request>): Tracker<Request>;
  /** A sign of life outside a request, such as a frame on a WebSocket: keeps the session open. */
  activity(person: Person): void;
  /** Ends the open session of this user and client, and starts one. */
  login(person: Person): void;
  logout(person: Person): void;
  /** A failure that hit a user outside a request. */
  failed(failure: ReportedFailure): void;
  counters(): UsageCounters;
  /** Hands everything recorded so far to the delivery, at once. What the delivery does with it is its own matter. */
  drain(): void;
  /** Drains and says goodbye; what ends afterwards is counted as lost. Close the servers before. Synchronous, and harmless twice. */
  stop(): void;
}

const FLUSH_AFTER_MS = 500;
/** Half a millisecond of writing out. */
const DRAIN_FROM = 500;
const MARK_EVERY_MS = 60_000;

/**
 * A request writes primitives into a ring; the ring is written out off the request, when 500 wait or the oldest is `flushAfterMs`
 * old. Throws `TypeError` for options that cannot be.
 */
export function createUsage(options: UsageOptions): Usage {
  const { clientAddress = 'off', optedOut = 'anonymous', time = SYSTEM_TIME } = checked(options);
  const flushAfterMs = Math.min(1_000, Math.max(10, options.flushAfterMs ?? FLUSH_AFTER_MS));
  const counters = noUsage();
  const ring = new Ring();
  const templates = createTemplates(options.maxTemplates);
  const reported = templates.table({ features: {}, messages: {}, isSkipped: () => false });
  const outbox = new Outbox(options, { time, counters });
  let writeBatch = createBatchWriter({ json: outbox.senderJson }, counters);
  const whoIs = createWho(createAddressReader(clientAddress));
  const activities = new PendingActivities();
  let isStopped = false;
  let isScheduled = false;
  let isSoon = false;
  let markedAt = Number.NEGATIVE_INFINITY;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    time.after(flushAfterMs, () => {
      isScheduled = false;
      drain();
    });
  }

  /** After each record. */
  function written(): void {
    if (!isScheduled) schedule();
    const { waiting } = ring;
    if (waiting < DRAIN_FROM) return;
    if (waiting >= RING_SLOTS) drain();
    else if (!isSoon) {
      isSoon = true;
      setImmediate(() => {
        isSoon = false;
        writeRows();
        if (ring.waiting >= DRAIN_FROM) written();
      });
    }
  }

  function mark(state: 'start' | 'running' | 'stop'): void {
    markedAt = time.now();
    outbox.sendRecord('sequence', time.wall(), `"state":"${state}","counters":${JSON.stringify(counters)}`);
  }

  function markIfDue(): void {
    if (markedAt === Number.NEGATIVE_INFINITY) mark('start');
    else if (time.now() - markedAt >= MARK_EVERY_MS) mark('running');
  }

  /** One batch of what waits in the ring. */
  function writeRows(): void {
    if (ring.waiting === 0) return;
    markIfDue();
    const from = ring.drained;
    try {
      const batch = writeBatch({ ring, sequence: outbox.sequence, now: time.wall(), monotonic: time.now() });
      ring.release(batch.slots);
      if (batch.line !== null) outbox.send(batch.line, batch.rows);
    } catch {
      // Watching must not end the application: what could not be written is counted, and the writer begins anew.
      if (ring.drained === from) {
        counters.lost += ring.waiting;
        ring.release(ring.waiting);
      }
      writeBatch = createBatchWriter({ json: outbox.senderJson }, counters);
    }
  }

  function writeActivities(): void {
    if (activities.size === 0) return;
    markIfDue();
    for (const { first, last, who } of activities.take()) {
      const until = last > first ? `,"until":"${new Date(last).toISOString()}"` : '';
      outbox.sendRecord('activity', first, who + until);
    }
  }

  function drain(): void {
    while (ring.waiting > 0) writeRows();
    writeActivities();
  }

  /** Null: nobody that may be recorded. */
  function admit(person: Person): string | null {
    if (isStopped) {
      counters.lost++;
      return null;
    }
    if (!isUserName(person.user)) {
      counters.identityFailed++;
      return null;
    }
    const who = whoIs(person);
    if (who === null) counters.optedOut++;
    return who;
  }

  function tell(kind: 'login' | 'logout', person: Person): void {
    const who = admit(person);
    if (who === null) return;
    counters[`${kind}s`]++;
    drain();
    markIfDue();
    outbox.sendRecord(kind, time.wall(), who);
  }

  return {
    track({ identify, requestId, features = {}, messages = {}, skip = [], keep = [] }) {
      const isSkipped = createSkipList({ skip, keep });
      const table = templates.table({ features, messages, isSkipped });
      return createTracker(
        { ring, counters, monotonic: time.now, written, isStopped: () => isStopped, clientAddress, optedOut },
        { route: table.route, isSkippedPath: isSkipped },
        { identify, requestId },
      );
    },
    activity(person) {
      const who = admit(person);
      if (who === null) return;
      counters.activities++;
      activities.add(who, time.wall());
      if (activities.size >= MAX_PENDING_ACTIVITIES) writeActivities();
      else schedule();
    },
    login: (person) => tell('login', person),
    logout: (person) => tell('logout', person),
    failed(failure) {
      if (isStopped) {
        counters.lost++;
        return;
      }
      counters.reported++;
      markIfDue();
      outbox.sendRecord('error', time.wall(), failureJson(failure, reported.route('POST', failure.endpoint).template));
    },
    counters: () => ({ ...counters }),
    drain,
    stop() {
      if (isStopped) return;
      drain();
      isStopped = true;
      if (markedAt !== Number.NEGATIVE_INFINITY) mark('stop');
    },
  };
}

function failureJson(failure: ReportedFailure, endpoint: string): string {
  const { user, method = '-', code = 500, thrown, message } = failure;
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
  const type = classOf(thrown) ?? statusName(status);
  const stack = framesOf(thrown);
  const fields: Pick<UserErrorRecord, 'user' | 'endpoint' | 'method' | 'error'> = {
    user: isUserName(user) ? user : null,
    endpoint,
    method: method.toUpperCase().slice(0, USAGE_BOUNDS.method),
    error: {
      type,
      code: status,
      message: (message ?? `${type} ${status}`).slice(0, USAGE_BOUNDS.errorMessage),
      ...(stack === '' ? {} : { stack }),
    },
  };
  return JSON.stringify(fields).slice(1, -1);
}

function checked(options: UsageOptions): UsageOptions {
  if (typeof options.delivery?.accept !== 'function') throw new TypeError('usage needs a delivery');
  if (typeof options.service !== 'string' || options.service === '')
    throw new TypeError('usage needs the name of the service');
  return options;
}

const SYSTEM_TIME: DeliveryTime = {
  now: () => performance.now(),
  wall: Date.now,
  after(ms, work) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
