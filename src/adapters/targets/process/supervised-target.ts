import {
  applyChange,
  type CreateIntent,
  type DeployTarget,
  type MetricReader,
  type RevisionChange,
  type RevisionSettings,
  type RevisionVitals,
  type SettingHash,
  type TargetKind,
  type TargetRevision,
  type TargetState,
} from '../../../core/deploy/index.ts';
import type { Redactor } from '../../../core/events/index.ts';
import { GuardianError, isSaying, type Sentence } from '../../../core/shared/index.ts';
import { say } from '../sayings.ts';
import type { KeptRevision, Launch, SupervisorState } from './supervisor/state.ts';
import { connectSupervisor } from './supervisor-client.ts';

const LINE_BYTES = 400;

/** What is said of a service that runs on this machine. */
export interface SupervisedService {
  name: string;
  service: string;
  /** Of the first revision; later ones keep what the one before had. */
  environment: Readonly<Record<string, string>>;
  memoryBytes: number | null;
  timeoutMs: number | null;
  /** Of this target alone; mode 0700. */
  folder: string;
  hash: SettingHash;
  redactor: Pick<Redactor, 'text'>;
}

export interface ResolvedArtifact {
  artifact: string;
  digest: string;
  commit: string | null;
}

/** What a revision is: a process of a commit, a container of an image. */
export interface RevisionMaker {
  kind: TargetKind;
  launch: Launch;
  defaultArtifact: () => Promise<string>;
  /** Throws `target_refused` where it does not exist. */
  resolve(artifact: string): Promise<ResolvedArtifact>;
  /** Everything that the next revision gets beside environment, memory and time limit. */
  plainSettings(): Promise<PlainSettings>;
  /** Of one that was made. */
  plainSettingsOf(revision: KeptRevision, now: PlainSettings): Promise<PlainSettings>;
  /** Before the supervisor hears of it; may be done again. Gives the command. `known`: the revisions that there are. */
  prepare(made: PreparedRevision, known: readonly string[]): Promise<readonly string[]>;
  /** What only this kind knows. */
  vitalsOf(revision: KeptRevision, residentBytes: number | null): Promise<Partial<RevisionVitals>>;
}

export type PlainSettings = Omit<RevisionSettings, 'environment' | 'memoryBytes' | 'timeoutMs'>;

export type PreparedRevision = Pick<KeptRevision, 'name' | 'artifact' | 'digest' | 'environment' | 'memoryBytes'>;

export interface SupervisedTarget extends DeployTarget {
  /** The reverse proxy sees every request of every revision. */
  readonly metrics: MetricReader;
  /** Sees that the service runs: a supervisor is started where there is none. */
  ensure(): Promise<void>;
  /** Ends the proxy and every revision; whoever asks next starts them again. */
  shutDown(): Promise<void>;
  end(): Promise<string[]>;
}

/** Revisions on this machine behind a reverse proxy, both kept by a supervisor that outlives Guardian. */
export function createSupervisedTarget(options: SupervisedService, maker: RevisionMaker): SupervisedTarget {
  const { name, service, folder, hash } = options;
  const { launch } = maker;
  const supervisor = connectSupervisor({ name, folder, launch });
  const address = `http://${launch.host}:${launch.port}`;

  async function read(): Promise<SupervisorState> {
    const answer = await supervisor.ask({ kind: 'state' });
    if (answer.kind === 'failed') throw unreachable(name, answer.reason);
    if (answer.kind !== 'state') throw unreachable(name, say.supervisor.unknownAnswer(answer.kind));
    return answer.state;
  }

  async function look(): Promise<{ kept: SupervisorState; plain: PlainSettings }> {
    const [kept, plain] = await Promise.all([read(), maker.plainSettings()]);
    return { kept, plain };
  }

  async function settingsOf(revision: KeptRevision, plain: PlainSettings): Promise<RevisionSettings> {
    const { environment, memoryBytes, timeoutMs } = revision;
    return {
      ...(await maker.plainSettingsOf(revision, plain)),
      environment: hashed(environment, hash),
      memoryBytes,
      timeoutMs,
    };
  }

  async function asRevision(kept: KeptRevision, plain: PlainSettings): Promise<TargetRevision> {
    return {
      name: kept.name,
      createdAt: kept.createdAt,
      // One that is being stopped will have another when it is started again.
      address: kept.port === null || kept.phase === 'draining' ? null : `http://127.0.0.1:${kept.port}`,
      artifact: kept.artifact,
      digest: kept.digest,
      buildId: kept.buildId,
      commit: kept.commit,
      intentId: kept.intentId,
      isReady: kept.phase === 'ready',
      settings: await settingsOf(kept, plain),
    };
  }

  async function asState({ revisions, traffic }: SupervisorState, plain: PlainSettings): Promise<TargetState> {
    const open = revisions.filter((revision) => !isGoing(revision) && revision.phase !== 'failed');
    const { environment, memoryBytes, timeoutMs } = currentOf(revisions, traffic) ?? options;
    return {
      address,
      etag: null,
      revisions: await Promise.all(open.map((revision) => asRevision(revision, plain))),
      traffic,
      settings: { ...plain, environment: hashed(environment, hash), memoryBytes, timeoutMs },
    };
  }

  async function plan(change: RevisionChange) {
    const { kept, plain } = await look();
    const state = await asState(kept, plain);
    const current = currentOf(kept.revisions, kept.traffic);
    const resolved = await maker.resolve(change.artifact ?? current?.artifact ?? (await maker.defaultArtifact()));
    const before = current ? { ...state.settings, other: (await settingsOf(current, plain)).other } : state.settings;
    return {
      state: { ...state, settings: before },
      ...resolved,
      settings: applyChange(state.settings, change, hash),
    };
  }

  async function createRevision({ id, sequence, change, digest, buildId }: CreateIntent): Promise<TargetRevision> {
    const kept = await read();
    if (!kept.revisions.some(({ intentId }) => intentId === id)) {
      const current = currentOf(kept.revisions, kept.traffic);
      const resolved = await maker.resolve(change.artifact ?? current?.artifact ?? (await maker.defaultArtifact()));
      if (resolved.digest !== digest) throw refused(name, say.otherDigest(resolved.artifact, digest));
      const next = {
        name: `${service}-${buildId}`,
        // A branch may be elsewhere by the time it is started.
        artifact: resolved.commit ?? resolved.artifact,
        digest,
        environment: environmentAfter(current?.environment ?? options.environment, change),
        memoryBytes: change.settings.memoryBytes ?? current?.memoryBytes ?? options.memoryBytes,
      };
      const command = await maker.prepare(
        next,
        kept.revisions.map((one) => one.name),
      );
      await done({
        kind: 'create',
        revision: {
          ...next,
          commit: resolved.commit ?? change.commit,
          buildId,
          intentId: id,
          timeoutMs: change.settings.timeoutMs ?? current?.timeoutMs ?? options.timeoutMs,
          command,
          sequence,
        },
      });
    }
    return asRevision(await made(id), await maker.plainSettings());
  }

  /** Without an address while it is built: `readBack` says when that is over. */
  async function made(intentId: string): Promise<KeptRevision> {
    const revision = (await read()).revisions.find((one) => one.intentId === intentId);
    if (!revision || isGoing(revision)) throw refused(name, say.gone);
    if (revision.phase === 'failed') throw refused(name, redacted(revision.problem ?? say.failed, options.redactor));
    return revision;
  }

  async function done(question: Parameters<typeof supervisor.ask>[0]): Promise<void> {
    const answer = await supervisor.ask(question);
    if (answer.kind === 'refused') throw refused(name, answer.reason);
    if (answer.kind === 'failed') throw unreachable(name, answer.reason);
    if (answer.kind === 'starting') throw unreachable(name, say.startsAgain(answer.revision));
  }

  return {
    name,
    kind: maker.kind,
    service,
    async describe() {
      const { kept, plain } = await look();
      return asState(kept, plain);
    },
    plan,
    async readBack(intentId) {
      const { kept, plain } = await look();
      const found = kept.revisions.find((one) => one.intentId === intentId && one.phase !== 'failed');
      const isPending = found !== undefined && found.port === null && COMING.has(found.phase);
      return { revision: found ? await asRevision(found, plain) : null, isPending, state: await asState(kept, plain) };
    },
    createRevision,
    setTraffic: ({ split, sequence }) => done({ kind: 'traffic', split, sequence }),
    retire: ({ revision, drainMs, sequence, keeps }) =>
      done({ kind: keeps ? 'rest' : 'retire', revision, drainMs, sequence }),
    async vitals(revision) {
      const kept = (await read()).revisions.find((one) => one.name === revision);
      if (!kept) throw refused(name, say.noRevision(revision));
      const memory = await supervisor.ask({ kind: 'memory', revision });
      return {
        instances: kept.pid === null ? 0 : 1,
        restarts: kept.restarts,
        outOfMemory: kept.outOfMemory,
        crashes: kept.crashes,
        memoryBytes: null,
        memoryLimitBytes: kept.memoryBytes,
        startMs: kept.startMs,
        ...(await maker.vitalsOf(kept, memory.kind === 'memory' ? memory.bytes : null)),
      };
    },
    async logs(revision, lines) {
      const answer = await supervisor.ask({ kind: 'logs', revision, bytes: lines * LINE_BYTES });
      const text = answer.kind === 'logs' ? answer.text.trimEnd() : '';
      return text === '' ? [] : text.split('\n').slice(-lines).map(options.redactor.text);
    },
    authorize: async () => ({}),
    metrics: {
      async read({ revision, from, to, samples }) {
        const answer = await supervisor.ask({ kind: 'measured', window: { revision, from, to, samples } });
        if (answer.kind !== 'measured' || answer.measured === null) throw unreachable(name, say.supervisor.begunLater);
        return answer.measured;
      },
    },
    ensure: async () => void (await read()),
    shutDown: () => supervisor.stop(),
    end: () => supervisor.end(),
  };
}

/** What will have an address. */
const COMING: ReadonlySet<KeptRevision['phase']> = new Set(['preparing', 'starting', 'waking']);

/** For good. */
function isGoing({ phase, rests }: KeptRevision): boolean {
  return phase === 'draining' && !rests;
}

function currentOf(revisions: readonly KeptRevision[], { shares }: SupervisorState['traffic']): KeptRevision | null {
  const [most] = [...shares].sort((a, b) => b.percent - a.percent);
  return revisions.find(({ name }) => name === most?.revision) ?? null;
}

function hashed(environment: Readonly<Record<string, string>>, hash: SettingHash): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, hash(name, value)]));
}

function environmentAfter(before: Readonly<Record<string, string>>, change: RevisionChange): Record<string, string> {
  const after = { ...before, ...change.settings.environment };
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name]) => !change.unset.includes(name) && !change.unset.includes(`environment.${name}`),
    ),
  );
}

/** What programs printed may hold secrets, whoever says it. */
export function redacted(told: Sentence, redactor: SupervisedService['redactor']): Sentence {
  if (!isSaying(told)) return redactor.text(told);
  return { ...told, about: told.about.map((part) => (typeof part === 'string' ? redactor.text(part) : part)) };
}

export function refused(target: string, reason: Sentence): GuardianError {
  return new GuardianError('target_refused', { path: target, reason });
}

export function unreachable(target: string, reason: Sentence): GuardianError {
  return new GuardianError('target_unreachable', { path: target, reason });
}
