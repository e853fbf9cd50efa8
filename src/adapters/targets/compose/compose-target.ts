import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { withDigest } from '../cloud-run/registry.ts';
import {
  createSupervisedTarget,
  type PlainSettings,
  type PreparedRevision,
  redacted,
  refused,
  type SupervisedService,
  type SupervisedTarget,
  unreachable,
} from '../process/supervised-target.ts';
import { say } from '../sayings.ts';
import { modelOfRevision, serviceOf, settingsOfModel, usedBytes } from './compose-model.ts';
import { runDocker } from './run-docker.ts';

export interface ComposeTargetOptions extends SupervisedService {
  /** The compose file, and which of its services is deployed; the others are left as they are. */
  file: string;
  composeService: string;
  /** Of the file: its networks and volumes are shared by all revisions. */
  project: string;
  /** Where the service listens within its container; it learns it by `PORT`. */
  containerPort: number;
  /** Where users call it. */
  host: string;
  port: number;
  healthPath: string | null;
  /** Of the machine: PATH, HOME, DOCKER_HOST. */
  base: Readonly<Record<string, string>>;
  /** Default: `docker`, found by PATH. */
  program?: string;
  /** Of one call of it, ms. */
  timeoutMsOfDocker?: number;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Within the ten seconds that the supervisor gives before it ends the watcher by force. */
const STOP_SECONDS = 8;
const TIMEOUT_MS = 30_000;

/**
 * Revisions of one service of a Compose file, each a project of its own behind the reverse proxy of the process target. The supervisor runs `docker compose up` for each
 * and so sees it live and end; images go by their digest.
 */
export function createComposeTarget(options: ComposeTargetOptions): SupervisedTarget {
  const { name, file, composeService, project, containerPort, folder, base, hash } = options;
  const program = options.program ?? 'docker';
  const prepared = join(folder, 'compose');
  const docker = (args: readonly string[]) =>
    runDocker(args, { program, environment: base, timeoutMs: options.timeoutMsOfDocker ?? TIMEOUT_MS });
  const projectOf = (revision: string) => `${project}-rev-${revision.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}`;

  async function readModel(): Promise<JsonObject> {
    const args = ['compose', '--project-name', project, '--file', file, 'config', '--format', 'json'];
    const { output, problem, isLost } = await docker(args);
    if (problem !== null)
      throw isLost ? unreachable(name, problem) : refused(name, redacted(problem, options.redactor));
    const model = parsed(output);
    if (!model || Object.keys(serviceOf(model, composeService)).length === 0)
      throw refused(name, say.compose.noService(file, composeService));
    return model;
  }

  /** The registry's digest; of an image that was only built here, its id. */
  async function resolve(artifact: string) {
    if (!/^[\w][\w./:@-]{0,400}$/.test(artifact)) throw refused(name, say.noImageName(artifact.slice(0, 100)));
    const pushed = await docker(['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest}}', artifact]);
    const known = pushed.problem === null ? asText(parsed(pushed.output)?.digest) : null;
    if (known !== null && DIGEST.test(known)) return { artifact, digest: known, commit: null };
    const local = await docker(['image', 'inspect', '--format', '{{json .}}', artifact]);
    if (local.isLost) throw unreachable(name, local.problem ?? say.noAnswer);
    const digest = local.problem === null ? digestOfLocal(parsed(local.output)) : null;
    if (digest === null) throw refused(name, say.noImageHere(artifact));
    return { artifact, digest, commit: null };
  }

  /** What revisions that are gone have left behind: stopped containers. Their volumes and networks are not theirs. */
  async function sweep(known: readonly string[]): Promise<void> {
    const { output, problem } = await docker(['compose', 'ls', '--all', '--format', 'json']);
    if (problem !== null) return;
    const kept = new Set(known.map(projectOf));
    const prefix = projectOf(`${options.service}-`);
    for (const one of listed(output)) {
      const found = asText(one.Name) ?? '';
      // Only a build id follows: `shop` is the beginning of `shop-api` too.
      const isOwn = found.startsWith(prefix) && /^\d+$/.test(found.slice(prefix.length));
      if (!isOwn || kept.has(found)) continue;
      await docker(['compose', '--project-name', found, 'down', '--remove-orphans', '--timeout', String(STOP_SECONDS)]);
    }
  }

  async function prepare(made: PreparedRevision, known: readonly string[]): Promise<readonly string[]> {
    await sweep([...known, made.name]);
    const model = await readModel();
    const local = await docker(['image', 'inspect', '--format', '{{.Id}}', made.artifact]);
    const isLocalOnly = local.problem === null && local.output.trim() === made.digest;
    const image = isLocalOnly ? made.digest : withDigest(made.artifact, made.digest);
    const place = join(prepared, made.name);
    await mkdir(place, { recursive: true, mode: 0o700 });
    const own = modelOfRevision({ model, service: composeService, containerPort, image, revision: made });
    await write(join(place, 'compose.json'), own);
    await write(join(place, 'settings.json'), settingsOfModel(model, composeService, hash));
    return [
      program,
      'compose',
      '--project-name',
      projectOf(made.name),
      '--file',
      'compose.json',
      'up',
      '--no-build',
      '--no-color',
      '--no-log-prefix',
      '--pull',
      'missing',
      '--timeout',
      String(STOP_SECONDS),
      '--exit-code-from',
      composeService,
      composeService,
    ];
  }

  async function madeWith(revision: string, now: PlainSettings): Promise<PlainSettings> {
    const text = await readFile(join(prepared, revision, 'settings.json'), 'utf8').catch(() => null);
    return text === null ? now : (JSON.parse(text) as PlainSettings);
  }

  async function vitalsOf(revision: { name: string; outOfMemory: number }) {
    const container = `${projectOf(revision.name)}-${composeService}-1`;
    const [state, stats] = await Promise.all([
      docker(['inspect', '--format', '{{json .State}}', container]),
      docker(['stats', '--no-stream', '--format', '{{json .}}', container]),
    ]);
    const wasKilled = state.problem === null && parsed(state.output)?.OOMKilled === true;
    return {
      outOfMemory: Math.max(revision.outOfMemory, wasKilled ? 1 : 0),
      memoryBytes: stats.problem === null ? usedBytes(asText(parsed(stats.output)?.MemUsage)) : null,
    };
  }

  const target = createSupervisedTarget(options, {
    kind: 'compose',
    launch: {
      base,
      host: options.host,
      port: options.port,
      command: [],
      build: null,
      buildTimeoutMs: TIMEOUT_MS,
      healthPath: options.healthPath,
      source: { prepared },
    },
    defaultArtifact: async () => asText(serviceOf(await readModel(), composeService).image) ?? '',
    resolve,
    plainSettings: async () => settingsOfModel(await readModel(), composeService, hash),
    plainSettingsOf: ({ name: revision }, now) => madeWith(revision, now),
    prepare,
    vitalsOf,
  });
  return {
    ...target,
    async shutDown() {
      await target.shutDown();
      await sweep([]);
    },
    async end() {
      const ended = await target.end();
      await sweep([]);
      return ended;
    },
  };
}

/** As its registry calls it, or as this machine does. */
function digestOfLocal(image: JsonObject | null): string | null {
  const [first] = Array.isArray(image?.RepoDigests) ? image.RepoDigests : [];
  const digest = asText(first)?.split('@')[1] ?? asText(image?.Id);
  return digest !== null && DIGEST.test(digest) ? digest : null;
}

/** For its owner alone: the file's own values are filled in. */
async function write(path: string, content: object): Promise<void> {
  await writeFile(path, JSON.stringify(content), { mode: 0o600 });
  await chmod(path, 0o600);
}

function parsed(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function listed(text: string): JsonObject[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(asObject).filter((one) => one !== null) : [];
  } catch {
    return [];
  }
}
