import { expect } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type AlertSeverity, type Alerts, createAlerts, createRuleSet } from '../alerts/index.ts';
import { type GuardianError, messagesFor } from '../shared/index.ts';
import {
  type Channel,
  type ChannelKind,
  createAcknowledgeLinks,
  createDeliveryWorker,
  createIntake,
  createStandIns,
  DEFAULT_NOTIFY_KNOBS,
  type Directory,
  type Message,
  type NotifyKnobs,
  nextSend,
  type Recipient,
  type Route,
} from './index.ts';

/** Monday, 12:00 in Montreal (UTC-5): no quiet hours, no change of clocks near. */
export const NOON = Date.UTC(2026, 0, 12, 17, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A message that left, or tried to. */
export interface Seen {
  at: number;
  channel: ChannelKind;
  address: string;
  message: Message;
  /** Null: it was accepted. */
  refused: GuardianError | null;
}

export interface Want {
  /** Of the first recipient's mail address, unless it is said. */
  to?: string;
  channel?: ChannelKind;
  /** Dedupe keys' subjects that it tells of, in any order. */
  of?: readonly string[];
  occasion?: string;
  ended?: number;
  says?: RegExp;
}

export interface Script {
  /** `at`: minutes from the start, or an instant. */
  push(at: number | string, act: Act): void;
  want(from: number | string, to: number | string, want?: Want): void;
}

/** What happens at that moment. */
export type Act =
  | { fire: string; severity?: AlertSeverity; type?: string; labels?: Record<string, string> }
  | { resolve: string; type?: string }
  | { acknowledge: string; by?: string }
  | { row: { kind: string; subjectId: string; payload: Record<string, unknown> } }
  | { call(context: Context): Promise<void> };

export interface Context {
  stores: OpenedStores;
  alerts: Alerts;
  idOf(subject: string): string;
  now(): number;
}

export interface AcceptanceOptions {
  start?: number;
  /** Minutes from the start, or an instant, until which it goes on. */
  until: number | string;
  directory?: Directory;
  knobs?: Partial<NotifyKnobs>;
  /** What the other side answers to the nth attempt at an address (from 1); null: it accepts. */
  answer?(attempt: { channel: ChannelKind; address: string; number: number; at: number }): GuardianError | null;
  database?: (typeof DATABASES)[number];
  /** Told of each message as it leaves. */
  onSeen?(seen: Seen): void;
}

export const ANA: Recipient = {
  id: 'ana',
  name: 'Ana',
  roles: ['administrators'],
  addresses: { email: ['ana@piano.ca'] },
  timeZone: 'America/Montreal',
  language: 'en',
  quietHours: null,
};

export const TO_ANA: Route = {
  name: 'all',
  occasions: ['alert_fired', 'alert_resolved', 'job_failed', 'job_late', 'guardian_degraded'],
  match: { severityAtLeast: null, jobs: [], types: [], services: [], labels: {} },
  to: ['ana'],
  channels: ['email'],
};

export function directoryOf(recipients: readonly Recipient[] = [ANA], routes: readonly Route[] = [TO_ANA]): Directory {
  return { recipients, routes, rotations: [] };
}

/**
 * Plays a script on the real store, rules of alerts, intake and worker, with the clock moved from one moment at which something is due to the next, as
 * Alertmanager's acceptance tests do: each message that arrives must be wanted in its time, and each that is wanted must arrive, once.
 */
export async function acceptance(options: AcceptanceOptions, write: (script: Script) => void): Promise<Played> {
  const start = options.start ?? NOON;
  const instant = (at: number | string) => (typeof at === 'number' ? start + at * MINUTE : Date.parse(at));
  const pushes: { at: number; act: Act }[] = [];
  const wants: { from: number; to: number; want: Want }[] = [];
  write({
    push: (at, act) => pushes.push({ at: instant(at), act }),
    want: (from, to, want = {}) => wants.push({ from: instant(from), to: instant(to), want }),
  });
  const played = await play({ ...options, start, end: instant(options.until) }, pushes);
  const relative = (at: number) => `${((at - start) / MINUTE).toFixed(2)} min`;
  const left = played.seen.filter(({ refused }) => refused === null);
  const missing: string[] = [];
  for (const { from, to, want } of wants) {
    const found = left.findIndex((seen) => seen.at >= from && seen.at <= to && fits(seen, want));
    if (found < 0)
      missing.push(
        `${relative(from)} to ${relative(to)}: ${JSON.stringify({ ...want, says: String(want.says ?? '') })}`,
      );
    else left.splice(found, 1);
  }
  const unwanted = left.map(({ at, address, message }) => `${relative(at)} ${address}: ${message.subject}`);
  expect({ missing, unwanted }).toEqual({ missing: [], unwanted: [] });
  return played;
}

function fits({ channel, address, message }: Seen, want: Want): boolean {
  const subjects = message.notifications.map(({ facts }) => facts.subject.split(' (')[0]!);
  if (address !== (want.to ?? 'ana@piano.ca')) return false;
  if (want.channel && channel !== want.channel) return false;
  if (want.of && want.of.toSorted().join() !== subjects.toSorted().join()) return false;
  if (want.occasion && !message.notifications.every(({ occasion }) => occasion === want.occasion)) return false;
  return !want.says || want.says.test(`${message.subject}\n${message.text}`);
}

export interface Played {
  seen: Seen[];
  deliveries: { state: string; reason: string | null; address: string; title: string; occasion: string }[];
  failures: string[];
}

async function play(
  options: AcceptanceOptions & { start: number; end: number },
  pushes: readonly { at: number; act: Act }[],
): Promise<Played> {
  let now = options.start;
  const clock = { now: () => now };
  const stores = await (options.database ?? DATABASES[0]!).open({ clock });
  try {
    const turns = await openTurns(options, stores, clock);
    const waiting = pushes.toSorted((a, b) => a.at - b.at);
    while (now <= options.end) {
      for (const due of waiting.filter(({ at }) => at <= now)) {
        waiting.splice(waiting.indexOf(due), 1);
        await turns.act(due.act);
        await turns.settle();
      }
      await turns.settle();
      const next = Math.min(waiting[0]?.at ?? Number.POSITIVE_INFINITY, await turns.nextAt());
      if (next > options.end) break;
      now = Math.max(now + 1, next);
    }
    const { items } = await stores.main.notifications.log.list({}, { cursor: null, limit: 1_000 });
    const deliveries = items.map(({ state, reason, address, title, occasion }) => ({
      state,
      reason,
      address,
      title,
      occasion,
    }));
    return { seen: turns.seen, deliveries: deliveries.reverse(), failures: turns.failures };
  } finally {
    await stores.close();
  }
}

export async function insertRow(
  { stores, now }: Pick<Context, 'stores' | 'now'>,
  { kind, subjectId, payload }: Extract<Act, { row: unknown }>['row'],
): Promise<void> {
  const row = { at: now(), kind, project_id: stores.projectIds[0], subject_id: subjectId };
  await stores.main.kysely
    .insertInto('outbox')
    .values({ ...row, payload: JSON.stringify(payload), done_at: null })
    .execute();
}

async function openTurns(options: AcceptanceOptions, stores: OpenedStores, clock: { now(): number }) {
  const { notifications, alerts: alertStore, measurements, texts, settings, kysely } = stores.main;
  const directory = options.directory ?? directoryOf();
  const knobs = { ...DEFAULT_NOTIFY_KNOBS, ...options.knobs };
  const seen: Seen[] = [];
  const failures: string[] = [];
  const alerts = createAlerts({
    store: alertStore,
    measurements,
    texts,
    rules: createRuleSet({ rules: [], types: ['TOO_DRY', 'TOO_HUMID'] }),
    readers: { issues: null, jobs: null, usage: null, parts: null },
    policy: {
      nextSend: (alert, at) => nextSend(alert, knobs, at),
      acknowledgedForMs: knobs.acknowledgeMs,
      flappingWithinMs: 0,
    },
    messages: messagesFor('en'),
    clock,
  });
  const kinds = new Set(directory.recipients.flatMap(({ addresses }) => Object.keys(addresses) as ChannelKind[]));
  const channels = new Map([...kinds].map((kind) => [kind, recording(kind)]));
  const worker = createDeliveryWorker({
    store: notifications,
    channels,
    directory,
    knobs,
    compose: {
      language: 'en',
      timeZone: 'America/Montreal',
      tag: null,
      publicUrl: 'https://guardian.piano.ca',
      links: createAcknowledgeLinks({ settings, clock, linkMs: knobs.linkMs }),
    },
    clock,
    onFailure: (error, { channel, address }, isDead) =>
      failures.push(`${channel} ${address} ${error.code}${isDead ? ' dead' : ''}`),
  });
  const intake = createIntake({ store: notifications, directory, knobs, clock, sharedKinds: [] });
  const standIns = createStandIns({ store: notifications, directory, knobs, clock });
  const ids = new Map<string, string>();
  const context: Context = { stores, alerts, now: clock.now, idOf: (subject) => ids.get(subject) ?? '' };

  return {
    seen,
    failures,
    act,
    /** Until nothing is due at this moment. */
    async settle(): Promise<void> {
      for (;;) {
        let moved = await alerts.carryOutDue();
        moved += await intake.pass();
        moved += await worker.pass();
        moved += await standIns.pass();
        if (moved === 0) return;
      }
    },
    async nextAt(): Promise<number> {
      const alert = await kysely
        .selectFrom('alert')
        .select(({ fn }) => fn.min('next_send_at').as('at'))
        .executeTakeFirst();
      const [late] = await notifications.undelivered(Number.MAX_SAFE_INTEGER, 1);
      const times = [
        alert?.at ?? null,
        await notifications.nextDueAt(),
        late ? late.dueAt + knobs.undeliveredMs : null,
      ];
      return Math.min(
        ...times
          .map((at) => at ?? Number.POSITIVE_INFINITY)
          .map((at) => (at <= clock.now() ? clock.now() + 1_000 : at)),
      );
    },
  };

  async function act(given: Act): Promise<void> {
    if ('call' in given) return given.call(context);
    if ('row' in given) return insertRow(context, given.row);
    if ('acknowledge' in given) {
      await alerts.act([context.idOf(given.acknowledge)], { kind: 'acknowledge', notes: null }, given.by ?? 'ana');
      return;
    }
    if ('fire' in given) return post(given.fire, 'firing', given);
    return post(given.resolve, 'resolved', given);
  }

  async function post(
    subject: string,
    state: 'firing' | 'resolved',
    { type = 'TOO_DRY', severity = 'warning', labels = {} }: Omit<Extract<Act, { fire: string }>, 'fire'>,
  ): Promise<void> {
    const alert = await alerts.postAlert({
      projectId: stores.projectIds[0],
      type,
      state,
      severity,
      subject: { kind: 'piano', id: subject, name: subject, labels },
      value: 28.5,
      unit: '%',
      threshold: 'below 35 %',
      description: 'humidity is low',
      advice: null,
      evidence: null,
    });
    ids.set(subject, alert.id);
  }

  function recording(kind: ChannelKind): Channel {
    const attempts = new Map<string, number>();
    return {
      kind,
      async send(message, address) {
        const number = (attempts.get(address) ?? 0) + 1;
        attempts.set(address, number);
        const refused = options.answer?.({ channel: kind, address, number, at: clock.now() }) ?? null;
        const one: Seen = { at: clock.now(), channel: kind, address, message, refused };
        seen.push(one);
        options.onSeen?.(one);
        if (refused) throw refused;
        return { outcome: 'sent', detail: '250 taken', providerId: `${kind}-${seen.length}` };
      },
      check: async () => {},
      close: () => {},
    };
  }
}
