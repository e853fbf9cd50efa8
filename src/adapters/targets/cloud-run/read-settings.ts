import type { AccessPolicy, RevisionSettings, SecretReference, SettingHash } from '../../../core/deploy/index.ts';
import { canonicalJson } from '../../../core/shared/index.ts';
import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { cpuOf, durationMsOf, memoryBytesOf } from './quantities.ts';
import { mainContainer, OWN, objectsOf, textsOf } from './resources.ts';

/** Fields of a service that Cloud Run writes, or that are said elsewhere; everything else is a setting. */
const SERVICE_OUTPUT = new Set([
  'name',
  'uid',
  'generation',
  'createTime',
  'updateTime',
  'deleteTime',
  'expireTime',
  'creator',
  'lastModifier',
  'client',
  'clientVersion',
  'observedGeneration',
  'terminalCondition',
  'conditions',
  'latestReadyRevision',
  'latestCreatedRevision',
  'trafficStatuses',
  'uri',
  'urls',
  'satisfiesPzs',
  'threatDetectionEnabled',
  'reconciling',
  'etag',
  'traffic',
  'template',
  'labels',
  'annotations',
  'invokerIamDisabled',
]);

const TEMPLATE_READ = new Set([
  'revision',
  'labels',
  'annotations',
  'scaling',
  'timeout',
  'serviceAccount',
  'containers',
  'volumes',
  'maxInstanceRequestConcurrency',
]);

const CONTAINER_READ = new Set([
  'image',
  'env',
  'resources',
  'livenessProbe',
  'startupProbe',
  'readinessProbe',
  'volumeMounts',
]);

/** May hold values: they are compared by their hash, as the environment is. */
const HIDDEN = new Set(['command', 'args']);

/** Namespaces that Cloud Run keeps for itself: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */
const SYSTEM = /^(?:(?:[a-z0-9-]+\.)*(?:run\.googleapis\.com|cloud\.googleapis\.com|knative\.dev))\//;

export interface SettingsInput {
  service: JsonObject;
  /** Of the service, or what a revision was made from. */
  template: JsonObject;
  access: AccessPolicy;
  hash: SettingHash;
}

/** Everything a revision of this template runs with; what the common shape does not name is in `other`, unknown fields too. */
export function readSettings({ service, template, access, hash }: SettingsInput): RevisionSettings {
  const container = mainContainer(template) ?? {};
  const limits = textsOf(asObject(container.resources)?.limits);
  const scaling = asObject(template.scaling) ?? {};
  const { environment, secrets, otherEnvironment } = readEnvironment(container, hash);
  return {
    environment,
    secrets: { ...secrets, ...mountedSecrets(template, container) },
    memoryBytes: memoryBytesOf(limits.memory ?? null),
    cpu: cpuOf(limits.cpu ?? null),
    timeoutMs: durationMsOf(asText(template.timeout)),
    concurrency: asNumber(template.maxInstanceRequestConcurrency),
    minInstances: asNumber(scaling.minInstanceCount),
    maxInstances: asNumber(scaling.maxInstanceCount),
    probes: {
      startup: probeText(container.startupProbe),
      liveness: probeText(container.livenessProbe),
      readiness: probeText(container.readinessProbe),
    },
    serviceAccount: asText(template.serviceAccount),
    access,
    other: {
      ...serviceRest(service),
      ...templateRest(template),
      ...containerRest(container, hash),
      ...otherEnvironment,
      ...volumesRest(template),
      ...sidecars(template, container, hash),
    },
  };
}

function readEnvironment(container: JsonObject, hash: SettingHash) {
  const environment: Record<string, string> = {};
  const secrets: Record<string, SecretReference> = {};
  const otherEnvironment: Record<string, string> = {};
  for (const variable of objectsOf(container.env)) {
    const name = asText(variable.name);
    if (name === null) continue;
    const reference = asObject(asObject(variable.valueSource)?.secretKeyRef);
    if (reference) {
      secrets[name] = { secret: asText(reference.secret) ?? '', version: asText(reference.version) ?? 'latest' };
    } else if (variable.valueSource === undefined) {
      environment[name] = hash(name, typeof variable.value === 'string' ? variable.value : '');
    } else {
      otherEnvironment[`container.env.${name}`] = canonicalJson(variable.valueSource);
    }
  }
  return { environment, secrets, otherEnvironment };
}

/** Path of the mount and of the file in it → the secret. */
function mountedSecrets(template: JsonObject, container: JsonObject): Record<string, SecretReference> {
  const secrets: Record<string, SecretReference> = {};
  for (const mount of objectsOf(container.volumeMounts)) {
    const volume = objectsOf(template.volumes).find(({ name }) => name === mount.name);
    const source = asObject(volume?.secret);
    const path = asText(mount.mountPath);
    if (!source || path === null) continue;
    const secret = asText(source.secret) ?? '';
    const items = objectsOf(source.items);
    if (items.length === 0) secrets[path] = { secret, version: 'latest' };
    for (const item of items) {
      const file = asText(item.path) ?? '';
      secrets[`${path.replace(/\/$/, '')}/${file}`] = { secret, version: asText(item.version) ?? 'latest' };
    }
  }
  return secrets;
}

function probeText(probe: unknown): string | null {
  return asObject(probe) === null ? null : canonicalJson(probe);
}

function serviceRest(service: JsonObject): Record<string, string> {
  return {
    ...prefixed('labels', ownless(service.labels)),
    ...prefixed('annotations', ownless(service.annotations)),
    ...rest(service, SERVICE_OUTPUT, ''),
  };
}

function templateRest(template: JsonObject): Record<string, string> {
  const { minInstanceCount: _min, maxInstanceCount: _max, ...scaling } = asObject(template.scaling) ?? {};
  return {
    ...prefixed('template.labels', ownless(template.labels)),
    ...prefixed('template.annotations', ownless(template.annotations)),
    ...rest(scaling, new Set(), 'template.scaling.'),
    ...rest(template, TEMPLATE_READ, 'template.'),
  };
}

function containerRest(container: JsonObject, hash: SettingHash): Record<string, string> {
  const { limits, ...resources } = asObject(container.resources) ?? {};
  const { memory: _memory, cpu: _cpu, ...otherLimits } = asObject(limits) ?? {};
  const plain = rest(container, CONTAINER_READ, 'container.');
  for (const name of HIDDEN) {
    const path = `container.${name}`;
    if (plain[path] !== undefined) plain[path] = hash(path, plain[path]);
  }
  return {
    ...plain,
    ...rest(resources, new Set(), 'container.resources.'),
    ...rest(otherLimits, new Set(), 'container.resources.limits.'),
  };
}

/** Where something else than a secret is mounted, and what that is. */
function volumesRest(template: JsonObject): Record<string, string> {
  const volumes: Record<string, string> = {};
  const container = mainContainer(template) ?? {};
  for (const volume of objectsOf(template.volumes)) {
    const { secret, ...plain } = volume;
    const name = asText(volume.name) ?? '';
    const source = asObject(secret);
    if (source === null) volumes[`volumes.${name}`] = canonicalJson(plain);
    else if (source.defaultMode !== undefined) volumes[`volumes.${name}.defaultMode`] = String(source.defaultMode);
  }
  for (const mount of objectsOf(container.volumeMounts)) {
    const name = asText(mount.name) ?? '';
    if (volumes[`volumes.${name}`] !== undefined)
      volumes[`mounts.${asText(mount.mountPath) ?? ''}`] = canonicalJson(mount);
  }
  return volumes;
}

/** Whole, by their hash: they have an environment of their own. */
function sidecars(template: JsonObject, main: JsonObject, hash: SettingHash): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [index, container] of objectsOf(template.containers).entries()) {
    if (container === main) continue;
    const path = `containers.${asText(container.name) ?? index}`;
    found[path] = hash(path, canonicalJson(container));
  }
  return found;
}

/** Without what Guardian and Cloud Run write there themselves. */
function ownless(map: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(textsOf(map)).filter(([key]) => !key.startsWith(OWN) && !SYSTEM.test(key)));
}

function prefixed(prefix: string, map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [`${prefix}.${key}`, value]));
}

/** Whatever is left, by its name; nothing for what is empty: Cloud Run leaves those out as it likes. */
function rest(object: JsonObject, known: ReadonlySet<string>, prefix: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(object)) {
    if (known.has(key) || isEmpty(value)) continue;
    found[`${prefix}${key}`] = typeof value === 'string' ? value : canonicalJson(value);
  }
  return found;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
