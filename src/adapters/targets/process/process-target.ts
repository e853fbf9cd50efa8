import { createHash } from 'node:crypto';
import { glob, lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyChange,
  type CreateIntent,
  type DeployTarget,
  type MetricReader,
  type RevisionChange,
  type RevisionSettings,
  type SettingHash,
  type TargetRevision,
  type TargetState,
} from '../../../core/deploy/index.ts';
import type { Redactor } from '../../../core/events/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { DEFAULT_GIT_LIMITS, runGit } from '../../git/run-git.ts';
import type { KeptRevision, Launch, SupervisorState } from './supervisor/state.ts';
import { connectSupervisor } from './supervisor-client.ts';

/** Building may take longer: then the next call goes on waiting. */
const CREATE_WAIT_MS = 60_000;
const LOOK_MS = 100;
const LINE_BYTES = 400;

export interface ProcessTargetOptions {
  name: string;
  service: string;
  launch: Launch;
  /** Of the first revision; later ones keep what the one before had. */
  environment: Readonly<Record<string, string>>;
  memoryBytes: number | null;
  timeoutMs: number | null;
  /** Of this target alone; mode 0700. */
  folder: string;
  hash: SettingHash;
  redactor: Pick<Redactor, 'text'>;
}

export interface ProcessTarget extends DeployTarget {
  /** The reverse proxy sees every request of every revision. */
  readonly metrics: MetricReader;
  /** Sees that the service runs: a supervisor is started where there is none. */
  ensure(): Promise<void>;
  /** Ends the proxy and every revision. */
  shutDown(): Promise<void>;
}

/** The embedded default: revisions are processes of this machine behind a reverse proxy, both kept by a supervisor that outlives Guardian. */
export function createProcessTarget(options: ProcessTargetOptions): ProcessTarget {
  const { name, service, launch, folder, hash } = options;
  const supervisor = connectSupervisor({ name, folder, launch });
  const address = `http://${launch.host}:${launch.port}`;

  async function read(): Promise<SupervisorState> {
    const answer = await supervisor.ask({ kind: 'state' });
    if (answer.kind !== 'state') throw unreachable(name, `an answer of kind ${answer.kind}`);
    return answer.state;
  }

  function settingsOf(revision: KeptRevision): RevisionSettings {
    const { environment, memoryBytes, timeoutMs, command } = revision;
    return { ...plainSettings(launch, command), environment: hashed(environment, hash), memoryBytes, timeoutMs };
  }

  function firstSettings(): RevisionSettings {
    const { environment, memoryBytes, timeoutMs } = options;
    return { ...plainSettings(launch, launch.command), environment: hashed(environment, hash), memoryBytes, timeoutMs };
  }

  function asRevision(kept: KeptRevision): TargetRevision {
    return {
      name: kept.name,
      createdAt: kept.createdAt,
      address: kept.port === null ? null : `http://127.0.0.1:${kept.port}`,
      artifact: kept.artifact,
      digest: kept.digest,
      buildId: kept.buildId,
      commit: kept.commit,
      intentId: kept.intentId,
      isReady: kept.phase === 'ready',
      settings: settingsOf(kept),
    };
  }

  function asState({ revisions, traffic }: SupervisorState): TargetState {
    const open = revisions.filter(({ phase }) => phase !== 'draining' && phase !== 'failed');
    const current = currentOf(revisions, traffic);
    return {
      address,
      etag: null,
      revisions: open.map(asRevision),
      traffic,
      settings: current
        ? { ...settingsOf(current), other: plainSettings(launch, launch.command).other }
        : firstSettings(),
    };
  }

  async function plan(change: RevisionChange) {
    const kept = await read();
    const state = asState(kept);
    const current = currentOf(kept.revisions, kept.traffic);
    const artifact = change.artifact ?? current?.artifact ?? defaultArtifact(launch);
    const resolved = await resolveArtifact(launch, artifact);
    const before = current ? { ...state.settings, other: settingsOf(current).other } : state.settings;
    return {
      state: { ...state, settings: before },
      ...resolved,
      settings: { ...applyChange(state.settings, change, hash) },
    };
  }

  async function createRevision({ id, sequence, change, digest, buildId }: CreateIntent): Promise<TargetRevision> {
    const kept = await read();
    if (!kept.revisions.some(({ intentId }) => intentId === id)) {
      const current = currentOf(kept.revisions, kept.traffic);
      const resolved = await resolveArtifact(launch, change.artifact ?? current?.artifact ?? defaultArtifact(launch));
      if (resolved.digest !== digest) throw refused(name, `${resolved.artifact} is no longer ${digest}`);
      await done({
        kind: 'create',
        revision: {
          name: `${service}-${buildId}`,
          artifact: resolved.commit ?? resolved.artifact,
          digest,
          commit: resolved.commit,
          buildId,
          intentId: id,
          environment: environmentAfter(current?.environment ?? options.environment, change),
          memoryBytes: change.settings.memoryBytes ?? current?.memoryBytes ?? options.memoryBytes,
          timeoutMs: change.settings.timeoutMs ?? current?.timeoutMs ?? options.timeoutMs,
          command: launch.command,
          sequence,
        },
      });
    }
    return asRevision(await untilStarted(id));
  }

  async function untilStarted(intentId: string): Promise<KeptRevision> {
    const until = Date.now() + CREATE_WAIT_MS;
    for (;;) {
      const revision = (await read()).revisions.find((one) => one.intentId === intentId);
      if (!revision) throw refused(name, 'the revision is gone');
      if (revision.phase === 'failed') throw refused(name, options.redactor.text(revision.problem ?? 'it failed'));
      if (revision.port !== null) return revision;
      if (Date.now() > until) throw unreachable(name, `${revision.name} is still being built`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async function done(question: Parameters<typeof supervisor.ask>[0]): Promise<void> {
    const answer = await supervisor.ask(question);
    if (answer.kind === 'refused') throw refused(name, answer.reason);
  }

  return {
    name,
    kind: 'process',
    service,
    describe: async () => asState(await read()),
    plan,
    async readBack(intentId) {
      const kept = await read();
      const found = kept.revisions.find((one) => one.intentId === intentId && one.phase !== 'failed');
      const isPending = found !== undefined && found.port === null;
      return { revision: found ? asRevision(found) : null, isPending, state: asState(kept) };
    },
    createRevision,
    setTraffic: ({ split, sequence }) => done({ kind: 'traffic', split, sequence }),
    retire: ({ revision, drainMs, sequence }) => done({ kind: 'retire', revision, drainMs, sequence }),
    async vitals(revision) {
      const kept = (await read()).revisions.find((one) => one.name === revision);
      if (!kept) throw refused(name, `there is no revision ${revision}`);
      const memory = await supervisor.ask({ kind: 'memory', revision });
      return {
        instances: kept.pid === null ? 0 : 1,
        restarts: kept.restarts,
        outOfMemory: kept.outOfMemory,
        crashes: kept.crashes,
        memoryBytes: memory.kind === 'memory' ? memory.bytes : null,
        memoryLimitBytes: kept.memoryBytes,
        startMs: kept.startMs,
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
        if (answer.kind !== 'measured' || answer.measured === null)
          throw unreachable(name, 'its proxy has begun after the time that is asked about');
        return answer.measured;
      },
    },
    ensure: async () => void (await read()),
    shutDown: () => supervisor.stop(),
  };
}

function currentOf(revisions: readonly KeptRevision[], { shares }: SupervisorState['traffic']): KeptRevision | null {
  const [most] = [...shares].sort((a, b) => b.percent - a.percent);
  return revisions.find(({ name }) => name === most?.revision) ?? null;
}

/** What every revision of this target has in common with the configuration. */
function plainSettings(
  { healthPath, build }: Launch,
  command: readonly string[],
): Omit<RevisionSettings, 'environment' | 'memoryBytes' | 'timeoutMs'> {
  return {
    secrets: {},
    cpu: null,
    concurrency: null,
    minInstances: 1,
    maxInstances: 1,
    probes: {
      startup: healthPath === null ? null : JSON.stringify({ path: healthPath }),
      liveness: null,
      readiness: null,
    },
    serviceAccount: null,
    access: { isAnonymousAllowed: true, callers: [] },
    other: { command: JSON.stringify(command), ...(build ? { build: JSON.stringify(build) } : {}) },
  };
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

function defaultArtifact({ source }: Launch): string {
  return 'repository' in source ? 'HEAD' : source.folder;
}

/** What would run, by its content: the tree of a commit, or every file of a folder. Throws `target_refused` where it does not exist. */
async function resolveArtifact(
  { source, base }: Launch,
  artifact: string,
): Promise<{ artifact: string; digest: string; commit: string | null }> {
  if ('folder' in source) return { artifact, digest: await digestOf(artifact), commit: null };
  const place = {
    folder: source.repository,
    environment: base,
    limits: DEFAULT_GIT_LIMITS,
  };
  const ask = (revision: string) =>
    runGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', revision]).then((bytes) =>
      bytes.toString('utf8').trim(),
    );
  try {
    const commit = await ask(`${artifact}^{commit}`);
    const tree = await ask(`${commit}^{tree}`);
    return { artifact, digest: `sha256:${createHash('sha256').update(tree).digest('hex')}`, commit };
  } catch (cause) {
    throw new GuardianError('target_refused', { reason: `there is no revision ${artifact} in the repository`, cause });
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  try {
    if (!(await lstat(folder)).isDirectory()) throw new Error('it is no folder');
    for await (const path of glob('**/*', { cwd: folder, exclude: (name) => name === '.git' })) paths.push(path);
  } catch (cause) {
    throw new GuardianError('target_refused', { reason: `the folder ${folder} cannot be read`, cause });
  }
  for (const path of paths.sort()) {
    const whole = join(folder, path);
    const kind = await lstat(whole);
    if (kind.isDirectory()) continue;
    const content = kind.isSymbolicLink() ? await readlink(whole) : await readFile(whole);
    hash.update(path).update('\0').update(createHash('sha256').update(content).digest());
  }
  return `sha256:${hash.digest('hex')}`;
}

function refused(target: string, reason: string): GuardianError {
  return new GuardianError('target_refused', { path: target, reason });
}

function unreachable(target: string, reason: string): GuardianError {
  return new GuardianError('target_unreachable', { path: target, reason });
}
