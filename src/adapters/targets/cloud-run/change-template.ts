import { basename, dirname } from 'node:path/posix';
import type { RevisionChange, SecretReference, SettingsChange } from '../../../core/deploy/index.ts';
import { asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { cpuText, durationText, memoryText } from './quantities.ts';
import { mainContainer, objectsOf } from './resources.ts';

export interface ChangedTemplate {
  template: JsonObject;
  /** Fields of the service beside its template that may go, and do. */
  removed: readonly string[];
  service: JsonObject;
}

/**
 * A copy of the template with what the change names, and nothing else touched: what this code does not know is carried as it came. The image is not
 * among it.
 */
export function changeTemplate(
  given: { template: JsonObject; service: JsonObject },
  { settings, unset }: Pick<RevisionChange, 'settings' | 'unset'>,
): ChangedTemplate {
  const template = structuredClone(given.template);
  const service = structuredClone(given.service);
  const container = mainContainer(template);
  if (container) setInContainer(template, container, settings);
  const { timeoutMs, concurrency, minInstances, maxInstances, serviceAccount } = settings;
  if (timeoutMs !== undefined) template.timeout = durationText(timeoutMs);
  if (concurrency !== undefined) template.maxInstanceRequestConcurrency = concurrency;
  if (minInstances !== undefined) inner(template, 'scaling').minInstanceCount = minInstances;
  if (maxInstances !== undefined) inner(template, 'scaling').maxInstanceCount = maxInstances;
  if (serviceAccount !== undefined) template.serviceAccount = serviceAccount;
  const removed = unset.flatMap((name) => remove({ template, service, container }, name));
  return { template, service, removed };
}

function setInContainer(template: JsonObject, container: JsonObject, settings: SettingsChange): void {
  for (const [name, value] of Object.entries(settings.environment ?? {})) setVariable(container, { name, value });
  for (const [place, reference] of Object.entries(settings.secrets ?? {})) {
    if (place.startsWith('/')) mountSecret(template, container, place, reference);
    else setVariable(container, { name: place, valueSource: { secretKeyRef: { ...reference } } });
  }
  const { memoryBytes, cpu } = settings;
  if (memoryBytes !== undefined) limitsOf(container).memory = memoryText(memoryBytes);
  if (cpu !== undefined) limitsOf(container).cpu = cpuText(cpu);
}

/** In its place among the others; a new one comes last. */
function setVariable(container: JsonObject, variable: JsonObject): void {
  const variables = objectsOf(container.env);
  const index = variables.findIndex(({ name }) => name === variable.name);
  if (index === -1) variables.push(variable);
  else variables[index] = variable;
  container.env = variables;
}

function mountSecret(template: JsonObject, container: JsonObject, place: string, reference: SecretReference): void {
  const known = secretFiles(template, container).find((file) => file.place === place);
  if (known?.item) {
    known.source.secret = reference.secret;
    known.item.version = reference.version;
    return;
  }
  if (known) {
    known.source.secret = reference.secret;
    return;
  }
  const volumes = objectsOf(template.volumes);
  const name = freeName(volumes.map((volume) => asText(volume.name) ?? ''));
  const items = [{ path: basename(place), version: reference.version }];
  template.volumes = [...volumes, { name, secret: { secret: reference.secret, items } }];
  container.volumeMounts = [...objectsOf(container.volumeMounts), { name, mountPath: dirname(place) }];
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) if (!taken.includes(`secret-${number}`)) return `secret-${number}`;
}

interface SecretFile {
  /** As the settings call it. */
  place: string;
  volume: JsonObject;
  source: JsonObject;
  item: JsonObject | null;
}

function secretFiles(template: JsonObject, container: JsonObject): SecretFile[] {
  return objectsOf(container.volumeMounts).flatMap((mount): SecretFile[] => {
    const volume = objectsOf(template.volumes).find(({ name }) => name === mount.name);
    const source = asObject(volume?.secret);
    const path = asText(mount.mountPath);
    if (!volume || !source || path === null) return [];
    const items = objectsOf(source.items);
    if (items.length === 0) return [{ place: path, volume, source, item: null }];
    return items.map((item) => ({
      place: `${path.replace(/\/$/, '')}/${asText(item.path) ?? ''}`,
      volume,
      source,
      item,
    }));
  });
}

interface Draft {
  template: JsonObject;
  service: JsonObject;
  container: JsonObject | null;
}

const PLAIN: Record<string, (draft: Draft) => void> = {
  memoryBytes: ({ container }) => container && delete limitsOf(container).memory,
  cpu: ({ container }) => container && delete limitsOf(container).cpu,
  timeoutMs: ({ template }) => delete template.timeout,
  concurrency: ({ template }) => delete template.maxInstanceRequestConcurrency,
  minInstances: ({ template }) => delete inner(template, 'scaling').minInstanceCount,
  maxInstances: ({ template }) => delete inner(template, 'scaling').maxInstanceCount,
  serviceAccount: ({ template }) => delete template.serviceAccount,
};

/** Takes away what `--unset` names, as `applyChange` of the core reads it; gives the fields of the service that it touched. */
function remove(draft: Draft, name: string): string[] {
  const { container } = draft;
  const [group = '', ...parts] = name.split('.');
  const rest = parts.join('.');
  if (group === 'other') return removeOther(draft, rest);
  if (group === 'probes') {
    if (container) delete container[`${rest}Probe`];
    return [];
  }
  const setting = group === 'environment' || group === 'secrets' ? rest : name;
  if (!container || !takeSetting(draft, container, setting)) PLAIN[name]?.(draft);
  return [];
}

/** A variable, or a mounted secret. */
function takeSetting({ template }: Draft, container: JsonObject, name: string): boolean {
  const variables = objectsOf(container.env);
  if (variables.some((variable) => variable.name === name)) {
    container.env = variables.filter((variable) => variable.name !== name);
    return true;
  }
  const file = secretFiles(template, container).find(({ place }) => place === name);
  if (!file) return false;
  const others = objectsOf(file.source.items).filter((item) => item !== file.item);
  if (others.length > 0) {
    file.source.items = others;
    return true;
  }
  template.volumes = objectsOf(template.volumes).filter((volume) => volume !== file.volume);
  container.volumeMounts = objectsOf(container.volumeMounts).filter((mount) => mount.name !== file.volume.name);
  return true;
}

function removeOther({ template, service, container }: Draft, path: string): string[] {
  const [group = '', ...parts] = path.split('.');
  const rest = parts.join('.');
  switch (group) {
    case 'labels':
    case 'annotations':
      delete inner(service, group)[rest];
      return [group];
    case 'template':
      removePath(template, rest, ['labels', 'annotations', 'scaling']);
      return [];
    case 'container':
      if (container) removePath(container, rest, ['resources', 'resources.limits']);
      if (container && rest.startsWith('env.'))
        container.env = objectsOf(container.env).filter(({ name }) => name !== rest.slice(4));
      return [];
    case 'volumes':
    case 'mounts':
      if (container) removeVolume(template, container, group, rest);
      return [];
    case 'containers':
      template.containers = objectsOf(template.containers).filter(
        (one, index) => one === container || (asText(one.name) ?? String(index)) !== rest,
      );
      return [];
    default:
      delete service[path];
      return [path];
  }
}

/** A key with dots in it stands in one of the maps, or is a field. */
function removePath(object: JsonObject, path: string, maps: readonly string[]): void {
  const map = [...maps].reverse().find((name) => path.startsWith(`${name}.`));
  if (map === undefined) {
    delete object[path];
    return;
  }
  const holder = map.split('.').reduce<JsonObject>((at, name) => inner(at, name), object);
  delete holder[path.slice(map.length + 1)];
}

function removeVolume(template: JsonObject, container: JsonObject, group: 'volumes' | 'mounts', name: string): void {
  const mounts = objectsOf(container.volumeMounts);
  if (group === 'mounts') {
    container.volumeMounts = mounts.filter(({ mountPath }) => mountPath !== name);
    return;
  }
  if (name.endsWith('.defaultMode')) {
    const volume = objectsOf(template.volumes).find((one) => one.name === name.slice(0, -'.defaultMode'.length));
    delete asObject(volume?.secret)?.defaultMode;
    return;
  }
  template.volumes = objectsOf(template.volumes).filter((volume) => volume.name !== name);
  container.volumeMounts = mounts.filter((mount) => mount.name !== name);
}

function limitsOf(container: JsonObject): JsonObject {
  return inner(inner(container, 'resources'), 'limits');
}

/** The object under the name, made where there is none. */
function inner(object: JsonObject, name: string): JsonObject {
  const known = asObject(object[name]);
  if (known) return known;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}
