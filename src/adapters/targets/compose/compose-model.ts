import type { SettingHash } from '../../../core/deploy/index.ts';
import { canonicalJson } from '../../../core/shared/index.ts';
import { asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import type { PlainSettings, PreparedRevision } from '../process/supervised-target.ts';

export interface RevisionModel {
  /** As `docker compose config --format json` gives it: whole paths, everything filled in. */
  model: JsonObject;
  service: string;
  containerPort: number;
  /** With its digest. */
  image: string;
  revision: Pick<PreparedRevision, 'name' | 'environment' | 'memoryBytes'>;
}

/** What each revision has of its own; the rest of the service is a setting. */
const OWN = new Set(['image', 'build', 'ports', 'container_name', 'depends_on', 'pull_policy', 'restart', 'profiles']);
/** Maps whose values may be secret. */
const HIDDEN_MAPS = new Set(['environment', 'labels']);
const HIDDEN = new Set(['command', 'entrypoint']);

/**
 * The model of one revision: the service alone, its image by digest, on a port of this machine that the environment names. Volumes and networks are those
 * of the file's own project, so that a revision finds the data and the neighbours of the one before. Values of the environment are not in it: they are passed on by name.
 */
export function modelOfRevision({ model, service, containerPort, image, revision }: RevisionModel): JsonObject {
  const {
    build: _build,
    container_name: _name,
    depends_on: _on,
    profiles: _profiles,
    ...kept
  } = serviceOf(model, service);
  const passed = Object.fromEntries(Object.keys(revision.environment).map((name) => [name, null]));
  return {
    services: {
      [service]: {
        ...kept,
        image,
        // The supervisor starts it again, and counts it.
        restart: 'no',
        ports: [`127.0.0.1:\${PORT}:${containerPort}`],
        environment: {
          ...asObject(kept.environment),
          ...passed,
          PORT: String(containerPort),
          HOST: '0.0.0.0',
          GUARDIAN_REVISION: revision.name,
        },
        ...(revision.memoryBytes === null ? {} : { mem_limit: String(revision.memoryBytes) }),
      },
    },
    networks: external(model.networks),
    volumes: external(model.volumes),
    ...(asObject(model.secrets) ? { secrets: model.secrets } : {}),
    ...(asObject(model.configs) ? { configs: model.configs } : {}),
  };
}

/** There before it and after it. */
function external(named: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(named) ?? {}).map(([key, value]) => [
      key,
      { name: asText(asObject(value)?.name) ?? key, external: true },
    ]),
  );
}

export function serviceOf(model: JsonObject, service: string): JsonObject {
  return asObject(asObject(model.services)?.[service]) ?? {};
}

/** Everything of the file that a revision gets: what may hold values by its hash. */
export function settingsOfModel(model: JsonObject, service: string, hash: SettingHash): PlainSettings {
  const kept = Object.entries(serviceOf(model, service)).filter(([key, value]) => !OWN.has(key) && value !== null);
  const other = Object.fromEntries(kept.flatMap(([key, value]) => settingOf(key, value, hash)));
  return {
    secrets: {},
    cpu: null,
    concurrency: null,
    minInstances: 1,
    maxInstances: 1,
    probes: { startup: null, liveness: null, readiness: null },
    serviceAccount: null,
    access: { isAnonymousAllowed: true, callers: [] },
    other,
  };
}

function settingOf(key: string, value: unknown, hash: SettingHash): [string, string][] {
  if (HIDDEN_MAPS.has(key)) {
    return Object.entries(asObject(value) ?? {}).map(([name, one]) => {
      const path = `${key}.${name}`;
      return [path, hash(path, String(one))];
    });
  }
  if (HIDDEN.has(key)) return [[key, hash(key, canonicalJson(value))]];
  return [[key, typeof value === 'string' ? value : canonicalJson(value)]];
}

const UNITS: Record<string, number> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** `12.5MiB / 2GiB`, as `docker stats` says it, → bytes used. */
export function usedBytes(text: string | null): number | null {
  const match = /^([\d.]{1,20})\s*([KMG]i?B|kB|B)\b/.exec(text ?? '');
  return match ? Math.round(Number(match[1]) * UNITS[match[2]!]!) : null;
}
