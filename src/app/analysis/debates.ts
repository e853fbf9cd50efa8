import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import type { Clock, GuardianError } from '../../core/shared/index.ts';
import type { DebateControl, PublishLive } from '../../server/index.ts';
import type { Round } from '../rounds.ts';
import type { OpenedAnalysis } from './open-analysis.ts';

export interface StartDebatesOptions {
  configuration: Configuration;
  store: Pick<Store, 'debates' | 'kind'>;
  /** Opens models and the built-in analyser at the first call. */
  analysis(): Promise<Pick<OpenedAnalysis, 'chain' | 'builtin' | 'redactor'>>;
  publishLive: PublishLive;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

export interface DebatesPart {
  /** What routes use. */
  control: DebateControl;
  rounds: Round[];
  /** Fails what the process that died before held. */
  start(): Promise<void>;
  /** Ends what is held here. */
  stop(): Promise<void>;
}

const SWEEP_MS = 30_000;
const FORGET_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 200;
const DAY_MS = 86_400_000;

/** Debates, as far as they are there before anybody asks for one: those that died with their process are failed. */
export function startDebates(options: StartDebatesOptions): DebatesPart {
  const { configuration, store, publishLive, clock } = options;
  let opened: ReturnType<typeof open> | null = null;
  const open = () => import('./open-debates.ts').then(({ openDebates }) => openDebates(options));
  const load = () => {
    opened ??= open();
    // What could not be opened now may be later.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };

  async function sweep(aliveBefore: number): Promise<void> {
    for (const id of await store.debates.failAbandoned({ aliveBefore, at: clock.now() })) {
      publishLive({ event: 'debate_ended', data: { id, state: 'failed', endedBecause: 'stopped' } });
    }
  }

  async function forget(): Promise<void> {
    const before = clock.now() - configuration.analysis.debateDays * DAY_MS;
    while ((await store.debates.forgetBefore(before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  }

  // The lock of the database's folder says that nobody else holds any; of other nodes only what they say themselves is known.
  const isAlone = store.kind === 'sqlite';
  return {
    control: {
      start: async (asked, messages) => (await load()).control.start(asked, messages),
      cancel: async (id) => (await load()).control.cancel(id),
      read: async (id) => (await load()).control.read(id),
      list: async (query) => (await load()).control.list(query),
    },
    rounds: [
      { name: 'old debates', everyMs: FORGET_MS, run: forget },
      ...(isAlone ? [] : [{ name: 'abandoned debates', everyMs: SWEEP_MS, run: () => sweep(clock.now()) }]),
    ],
    start: () => sweep(isAlone ? Number.MAX_SAFE_INTEGER : clock.now()),
    stop: async () => (await opened?.catch(() => null))?.stop(),
  };
}
