import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import type { AuditRecorder } from '../../core/audit/index.ts';
import type { Fix, Fixes } from '../../core/fixes/index.ts';
import { OPEN_FIX_STATES } from '../../core/fixes/ports.ts';
import { type Loop, startLoop, systemTimer } from '../../core/jobs/index.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';
import type { FixControl } from '../../server/index.ts';
import type { Round } from '../rounds.ts';
import type { createWorkPool } from '../work-pool.ts';
import type { FixEngine } from './fix-engine.ts';
import { agentProblemOf, isUsed } from './fix-settings.ts';
import { type MailReplies, openMailReplies } from './mail-replies/open-mail-replies.ts';

export interface OpenFixesOptions {
  configuration: Configuration;
  folder: string;
  store: Store;
  work: Pick<ReturnType<typeof createWorkPool>, 'fixMaterialOf'>;
  clock: Clock;
  /** What came by mail is noted here. */
  audit?: AuditRecorder;
  onFailure(what: string, error: GuardianError): void;
}

/** A revision that went live, told by whoever made it so. */
export interface LiveRevision {
  service: string;
  revision: string;
  /** Full hashes that it holds and the one before did not, as far as is known. */
  commits: readonly string[];
}

export interface OpenedFixes {
  /** Hand-offs and answers, for routes and tools. */
  control: FixControl;
  rounds: Round[];
  onRevisionLive(live: LiveRevision): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** What is due is looked for this often, besides when something becomes so. */
const WORK_MS = 5_000;
const FORGET_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 200;
const EVERY = { states: null, projectId: null, issueId: null, service: null, since: null, cursor: null };

/** The closed loop, wired. Its parts are loaded when they are needed first: a server of which nobody is handed anything carries none of them. */
export function openFixes(options: OpenFixesOptions): OpenedFixes {
  const { configuration, store, clock, onFailure } = options;
  const { fixes: given } = configuration;
  const stopping = new AbortController();
  const loops: Loop[] = [];
  let loading: Promise<FixEngine> | null = null;
  const engine = () => {
    loading ??= import('./fix-engine.ts')
      .then(({ createFixEngine }) => createFixEngine(options, wake))
      .catch((error) => {
        // The next call tries again.
        loading = null;
        throw error;
      });
    return loading;
  };
  const reply: Fixes['reply'] = async (...args) => (await engine()).fixes.reply(...args);
  const mail: MailReplies = openMailReplies({ ...options, reply });
  return {
    control: {
      handOff: async (request) => (await engine()).fixes.handOff(request),
      outlook: async (issueId) => (await engine()).fixes.outlook(issueId),
      reply,
      agents: async () =>
        Object.keys(given.agents).length === 0
          ? []
          : (await (await engine()).fixes.agents()).map((agent) => ({
              ...agent,
              problem: agentProblemOf(agent, configuration),
            })),
      takeMail: mail.takePosted,
    },
    rounds: roundsOf(),
    onRevisionLive,
    async start() {
      if (!isUsed(configuration)) return;
      await (await engine()).runner?.sweep();
      work();
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops.splice(0).map((one) => one.stop()));
    },
  };

  function wake(): void {
    if (loops.length === 0) work();
    for (const loop of loops) loop.wake();
  }

  /** What is to be carried out: begun with the server where agents are configured, else when somebody hands off. */
  function work(): void {
    if (loops.length > 0 || stopping.signal.aborted) return;
    const turn = async () => {
      await (await engine()).worker.pass(stopping.signal);
      return null;
    };
    loops.push(startLoop({ name: 'fix attempts', clock, timer: systemTimer, everyMs: WORK_MS, turn, onFailure }));
  }

  function roundsOf(): Round[] {
    const byItself: Round[] =
      given.automatic === null
        ? []
        : [
            {
              name: 'fixes by itself',
              everyMs: given.everyMs,
              run: async (signal) => void (await (await engine()).fixes.handOffByItself(signal)),
            },
          ];
    return [
      {
        name: 'fixes',
        everyMs: given.everyMs,
        isNeeded: isUnderWay,
        run: async (signal) => void (await (await engine()).watch.pass(signal)),
      },
      ...byItself,
      ...mail.rounds,
      { name: 'old fixes', everyMs: FORGET_MS, run: forget },
    ];
  }

  /** Whether anything is to be watched at all. */
  async function isUnderWay(): Promise<boolean> {
    const open = await store.fixes.list({ ...EVERY, states: OPEN_FIX_STATES, limit: 1 });
    if (open.items.length > 0) return true;
    const since = clock.now() - given.watchDays * DAY_MS;
    return (await store.fixes.list({ ...EVERY, states: ['verified'], since, limit: 1 })).items.length > 0;
  }

  async function onRevisionLive({ service, revision, commits }: LiveRevision): Promise<void> {
    let cursor: string | null = null;
    do {
      const page = await store.fixes.list({ ...EVERY, states: OPEN_FIX_STATES, service, cursor, limit: 100 });
      for (const fix of page.items) if (await isHeldBy(fix, commits)) await noteDeployed(fix, revision);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  async function isHeldBy(fix: Fix, commits: readonly string[]): Promise<boolean> {
    const own = fix.mergedCommit ?? fix.proposal?.commit ?? null;
    if (own === null || fix.state === 'deployed') return false;
    if (commits.includes(own)) return true;
    const { history } = await engine();
    // What is listed need not be whole; newest first or oldest first, one of the ends holds the rest.
    for (const end of new Set([commits[0], commits.at(-1)]))
      if (end !== undefined && (await history?.contains(end, own)) === true) return true;
    return false;
  }

  async function noteDeployed(fix: Fix, revision: string): Promise<void> {
    const result = await reply(fix.id, { action: 'deploy', revision }, 'guardian');
    if (result.isRefused && result.reason === 'changed-meanwhile')
      onFailure('fixes', new GuardianError('conflict', { reason: `${fix.id}: ${result.reason}` }));
  }

  async function forget(): Promise<void> {
    const before = clock.now() - given.keepDays * DAY_MS;
    while ((await store.fixes.forget({ before, limit: FORGOTTEN_AT_ONCE })) > 0);
  }
}
