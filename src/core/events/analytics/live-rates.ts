/** What came of one service since it was told last. */
export interface LiveCount {
  service: string;
  events: number;
  errors: number;
  /** Epoch ms of the newest event. */
  lastAt: number;
}

export interface LiveRate {
  service: string;
  eventsPerSecond: number;
  errorsPerSecond: number;
  /** Epoch ms; null: not since the start. */
  lastEventAt: number | null;
}

/** Rates are of the last so many seconds. */
const WINDOW_SECONDS = 10;
const MOST_SERVICES = 1_000;

/** Adds up what is new until it is taken: one look into a map for each event. Services beyond the bound count as `(other)`. */
export function createLiveTally() {
  let counts = new Map<string, LiveCount>();
  return {
    add(service: string, isError: boolean, at: number): void {
      const known = counts.get(service);
      if (known !== undefined) {
        known.events++;
        if (isError) known.errors++;
        if (at > known.lastAt) known.lastAt = at;
      } else if (counts.size < MOST_SERVICES || service === '(other)') {
        counts.set(service, { service, events: 1, errors: isError ? 1 : 0, lastAt: at });
      } else this.add('(other)', isError, at);
    },
    take(): LiveCount[] {
      if (counts.size === 0) return [];
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
  };
}

interface Known {
  lastAt: number;
  /** By second; the oldest first. */
  seconds: { at: number; events: number; errors: number }[];
}

/** Rates over a sliding window of what is told, in memory; services that are silent longest are forgotten first. */
export function createLiveRates({ now }: { now(): number }) {
  const services = new Map<string, Known>();
  const current = () => Math.floor(now() / 1_000);

  return {
    add(counts: readonly LiveCount[]): void {
      const second = current();
      for (const { service, events, errors, lastAt } of counts) {
        const known = services.get(service) ?? { lastAt: 0, seconds: [] };
        services.delete(service);
        services.set(service, known);
        known.lastAt = Math.max(known.lastAt, lastAt);
        const last = known.seconds.at(-1);
        if (last?.at === second) {
          last.events += events;
          last.errors += errors;
        } else known.seconds.push({ at: second, events, errors });
        dropOld(known, second);
      }
      while (services.size > MOST_SERVICES) services.delete(services.keys().next().value!);
    },
    read(): LiveRate[] {
      const second = current();
      return [...services]
        .map(([service, known]) => {
          dropOld(known, second);
          const sum = (of: 'events' | 'errors') => known.seconds.reduce((total, one) => total + one[of], 0);
          return {
            service,
            eventsPerSecond: sum('events') / WINDOW_SECONDS,
            errorsPerSecond: sum('errors') / WINDOW_SECONDS,
            lastEventAt: known.lastAt === 0 ? null : known.lastAt,
          };
        })
        .sort((a, b) => (a.service < b.service ? -1 : 1));
    },
  };
}

export type LiveRates = ReturnType<typeof createLiveRates>;

function dropOld({ seconds }: Known, second: number): void {
  // A clock that was set back must not keep seconds of a future for ever.
  while (seconds[0] && (seconds[0].at <= second - WINDOW_SECONDS || seconds[0].at > second)) seconds.shift();
}
