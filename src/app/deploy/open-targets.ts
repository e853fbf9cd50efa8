import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ProcessTarget } from '../../adapters/targets/process/process-target.ts';
import * as settings from '../../config/index.ts';
import type { DeployTarget, MetricReader, SecretState, ServiceChecks, SettingHash } from '../../core/deploy/index.ts';
import { createSettingHash } from '../../core/deploy/index.ts';
import { createRedactor, type Redactor } from '../../core/events/index.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';

type Targets = settings.Configuration['deploy']['targets'];
export type TargetSettings = Targets[string];
type Settings<Kind extends TargetSettings['kind']> = Extract<TargetSettings, { kind: Kind }>;

export interface OpenedTarget {
  target: DeployTarget;
  /** Who sees the requests of each revision. */
  metrics: MetricReader;
  asked: ServiceChecks;
  /** Slug of the project its issues belong to. */
  project: string;
  given: TargetSettings;
  /** Where its commits are; null: it is made of none. */
  repository: string | null;
  /** What is deployed where nothing is named; null: what runs. */
  usual: string | null;
  /** Sees that what is embedded runs. */
  ensure(): Promise<void>;
  /** Of those that deploying needs, the permissions that are missing; null: it has none of the kind. */
  missingPermissions: (() => Promise<string[]>) | null;
  /** What the running revision reads of secrets; null: its platform has none. */
  secretStates: (() => Promise<SecretState[]>) | null;
}

export interface OpenTargetsOptions {
  configuration: settings.Configuration;
  folder: string;
  /** Where the key for hashes of settings is kept. */
  kept: { get(name: string): Promise<unknown>; set(name: string, value: unknown): Promise<void> };
  clock: Clock;
}

interface Common {
  name: string;
  folder: string;
  configuration: settings.Configuration;
  environment: settings.Environment;
  hash: SettingHash;
  redactor: Pick<Redactor, 'text'>;
  clock: Clock;
}

/** Of Guardian's own environment, what programs of a service get besides their own. */
const BASE: readonly string[] = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
];

const DOCKER = [...BASE, 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'];

/** Every target of the configuration; nothing is asked and nothing started. Throws `configuration_invalid` for one that cannot be. */
export async function openTargets(options: OpenTargetsOptions): Promise<ReadonlyMap<string, OpenedTarget>> {
  const { configuration, folder, clock } = options;
  const { targets } = configuration.deploy;
  checkServices(targets);
  const common = {
    folder,
    configuration,
    environment: settings.processEnvironment(),
    hash: createSettingHash(await settingKeyOf(options.kept)),
    redactor: createRedactor(configuration.redaction),
    clock,
  };
  const opened = new Map<string, OpenedTarget>();
  for (const [name, given] of Object.entries(targets)) opened.set(name, await openTarget(given, { ...common, name }));
  return opened;
}

/** One service runs at one target: else two deployments of it would move the same traffic. */
function checkServices(targets: Targets): void {
  const seen = new Map<string, string>();
  for (const [name, { service }] of Object.entries(targets)) {
    const other = seen.get(service);
    if (other !== undefined) {
      throw new GuardianError('configuration_invalid', {
        key: `deploy.targets.${name}.service`,
        reason: (m) => m.configuration.deployTargets.sameService(service, other),
      });
    }
    seen.set(service, name);
  }
}

async function openTarget(given: TargetSettings, common: Common): Promise<OpenedTarget> {
  const asked: ServiceChecks = {
    healthPath: given.healthPath,
    metrics: given.metrics,
    analysisPath: given.analysisPath,
    own: given.checks.map((check) => definedOf(check)),
  };
  const made = { asked, project: given.project, given, missingPermissions: null, secretStates: null };
  switch (given.kind) {
    case 'process':
      return { ...made, ...(await openProcess(given, common)) };
    case 'compose':
      return { ...made, ...(await openCompose(given, common)) };
    case 'cloud-run':
      return { ...made, ...(await openCloudRun(given, common)) };
    default:
      return given satisfies never;
  }
}

type OfKind = Pick<OpenedTarget, 'target' | 'metrics' | 'repository' | 'usual' | 'ensure'> &
  Partial<Pick<OpenedTarget, 'missingPermissions' | 'secretStates'>>;

async function openProcess(given: Settings<'process'>, common: Common): Promise<OfKind> {
  const { name, folder, configuration, hash, redactor } = common;
  const { createProcessTarget } = await import('../../adapters/targets/process/process-target.ts');
  const places = settings.placesOf(configuration, folder);
  const repository =
    given.folder !== null ? null : given.repository === null ? places.repository : resolve(folder, given.repository);
  const copied = given.folder === null ? null : resolve(folder, given.folder);
  const target: ProcessTarget = createProcessTarget({
    ...launchedOf(given, common),
    name,
    launch: {
      base: pick(common.environment, BASE),
      host: given.host,
      port: given.port,
      command: given.command,
      build: given.build,
      buildTimeoutMs: given.buildTimeout,
      healthPath: given.healthPath,
      source: repository === null ? { folder: copied! } : { repository },
    },
    folder: join(places.data, 'targets', name),
    hash,
    redactor,
  });
  const usual = repository === null ? copied : 'HEAD';
  return { target, metrics: target.metrics, repository, usual, ensure: target.ensure };
}

async function openCloudRun(given: Settings<'cloud-run'>, common: Common): Promise<OfKind> {
  const { name, folder, configuration, hash, redactor, clock } = common;
  const { createCloudRunTarget } = await import('../../adapters/targets/cloud-run/index.ts');
  const target = createCloudRunTarget({
    name,
    service: given.service,
    project: given.googleProject,
    region: given.region,
    cloudRunService: given.cloudRunService ?? given.service,
    hash,
    redactor,
    clock,
  });
  return {
    target,
    metrics: target.metrics,
    repository: settings.placesOf(configuration, folder).repository,
    usual: null,
    ensure: async () => {},
    missingPermissions: target.missingPermissions,
    secretStates: target.secretStates,
  };
}

async function openCompose(given: Settings<'compose'>, common: Common): Promise<OfKind> {
  const { name, folder, configuration, hash, redactor } = common;
  const { createComposeTarget } = await import('../../adapters/targets/compose/index.ts');
  const places = settings.placesOf(configuration, folder);
  const target = createComposeTarget({
    ...launchedOf(given, common),
    ...{ name, hash, redactor },
    folder: join(places.data, 'targets', name),
    file: resolve(folder, given.file),
    composeService: given.composeService ?? given.service,
    project: given.composeProject ?? name,
    containerPort: given.containerPort,
    host: given.host,
    port: given.port,
    healthPath: given.healthPath,
    base: pick(common.environment, DOCKER),
  });
  return { target, metrics: target.metrics, repository: places.repository, usual: null, ensure: target.ensure };
}

/** What the first revision of a service on this machine has. */
function launchedOf(given: Settings<'process' | 'compose'>, common: Common) {
  return {
    service: given.service,
    environment: { ...given.environment, ...namedOf(given.environmentFrom, common) },
    memoryBytes: given.memory,
    timeoutMs: given.timeout,
  };
}

/** Values of Guardian's own environment; one that is missing would start a service without its secret. */
function namedOf(names: readonly string[], { name, environment }: Common): Record<string, string> {
  const missing = names.find((one) => environment[one] === undefined);
  if (missing !== undefined) {
    throw new GuardianError('configuration_invalid', {
      key: `deploy.targets.${name}.environmentFrom`,
      reason: (m) => m.configuration.deployTargets.noVariable(missing),
    });
  }
  return pick(environment, names);
}

function pick(environment: settings.Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What the schema leaves out is absent, not undefined. */
function definedOf(check: TargetSettings['checks'][number]): ServiceChecks['own'][number] {
  return Object.fromEntries(
    Object.entries(check).filter(([, value]) => value !== undefined),
  ) as unknown as ServiceChecks['own'][number];
}

async function settingKeyOf(kept: OpenTargetsOptions['kept']): Promise<string> {
  const known = await kept.get('deploy.setting-key');
  if (typeof known === 'string') return known;
  const made = randomBytes(32).toString('base64');
  await kept.set('deploy.setting-key', made);
  return made;
}
