import { type Clock, type GuardianError, toGuardianError } from '../../shared/index.ts';

/** Whether each part turns. A part whose look throws does not. */
export interface TurningParts {
  store(): Promise<boolean>;
  scheduler(): Promise<boolean>;
  deliveries(): Promise<boolean>;
}

export interface DeadManSwitchOptions {
  parts: TurningParts;
  /** Reaches the outside address; rejects when it was not reached. Null: none is configured. */
  ping: (() => Promise<void>) | null;
  /** The one channel that needs no store; rejects when it did not take the message. Null: none is configured. */
  emergency: ((outage: Outage) => Promise<void>) | null;
  clock: Clock;
  /** No second message about the same outage within this time; in memory, for the store is what is down. */
  coolDownMs: number;
  /** Turns in a row that find the store down before it is told: one may be chance. */
  turns?: number;
  onFailure(what: string, error: GuardianError): void;
}

export interface Outage {
  kind: 'began' | 'over';
  since: number;
  /** In the words of who threw; null: it does not turn, and nothing was thrown. */
  reason: string | null;
}

/**
 * Says outside that all parts turn; silence there is the alarm. With the store down the emergency channel is used directly, at most once in the cool-down,
 * and told when it is over. Nothing of it needs the store.
 */
export function createDeadManSwitch(options: DeadManSwitchOptions) {
  const { parts, ping, emergency, clock, coolDownMs, turns = 2, onFailure } = options;
  let outage: { since: number; turns: number; told: number | null } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> | null = null;
  let lastPingAt: number | null = null;

  return {
    turn,
    start(everyMs: number): void {
      timer ??= setInterval(() => {
        running ??= turn().finally(() => (running = null));
      }, everyMs);
      timer.unref();
    },
    async stop(): Promise<void> {
      if (timer) clearInterval(timer);
      timer = null;
      await running;
    },
    state: () => ({ lastPingAt, storeDownSince: outage?.since ?? null }),
  };

  /** One look at all parts; gives those that do not turn. */
  async function turn(): Promise<(keyof TurningParts)[]> {
    const reasons = new Map<keyof TurningParts, string | null>();
    const names = ['store', 'scheduler', 'deliveries'] as const;
    await Promise.all(
      names.map(async (name) => {
        const isTurning = await parts[name]().catch((thrown) => {
          reasons.set(name, toGuardianError(thrown).about.reason ?? toGuardianError(thrown).message);
          return false;
        });
        if (!isTurning && !reasons.has(name)) reasons.set(name, null);
      }),
    );
    await tellOutage(reasons.get('store'));
    if (reasons.size === 0 && ping) {
      await ping().then(
        () => (lastPingAt = clock.now()),
        (thrown) => onFailure('dead-man’s ping', toGuardianError(thrown)),
      );
    }
    return [...reasons.keys()];
  }

  /** Undefined: the store is there. */
  async function tellOutage(reason: string | null | undefined): Promise<void> {
    const now = clock.now();
    if (reason === undefined) {
      const ended = outage;
      outage = null;
      if (ended?.told) await send({ kind: 'over', since: ended.since, reason: null });
      return;
    }
    outage ??= { since: now, turns: 0, told: null };
    outage.turns++;
    const isDue = outage.told === null ? outage.turns >= turns : now >= outage.told + coolDownMs;
    if (isDue && (await send({ kind: 'began', since: outage.since, reason }))) outage.told = now;
  }

  async function send(told: Outage): Promise<boolean> {
    if (!emergency) return false;
    return emergency(told).then(
      () => true,
      (thrown) => {
        onFailure('emergency channel', toGuardianError(thrown));
        return false;
      },
    );
  }
}

export type DeadManSwitch = ReturnType<typeof createDeadManSwitch>;
