import { GuardianError } from '../shared/index.ts';
import type { SettingHash } from './setting-hash.ts';
import type { RevisionChange, RevisionSettings, SettingDifference } from './settings.ts';

type PlainField =
  | 'memoryBytes'
  | 'cpu'
  | 'timeoutMs'
  | 'concurrency'
  | 'minInstances'
  | 'maxInstances'
  | 'serviceAccount';

const PLAIN_FIELDS: readonly PlainField[] = [
  'memoryBytes',
  'cpu',
  'timeoutMs',
  'concurrency',
  'minInstances',
  'maxInstances',
  'serviceAccount',
];

/** The settings after a change: what it does not name stays as it is. Throws `usage_invalid` for an `unset` that names nothing there. */
export function applyChange(
  settings: RevisionSettings,
  { settings: named, unset }: Pick<RevisionChange, 'settings' | 'unset'>,
  hash: SettingHash,
): RevisionSettings {
  const environment = Object.entries(named.environment ?? {}).map(
    ([name, value]) => [name, hash(name, value)] as const,
  );
  const { environment: _values, ...given } = named;
  const changed: RevisionSettings = {
    ...settings,
    ...definedOf(given),
    environment: { ...settings.environment, ...Object.fromEntries(environment) },
    secrets: { ...settings.secrets, ...named.secrets },
  };
  return unset.reduce((before, name) => without(before, name), changed);
}

function definedOf<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function without(settings: RevisionSettings, name: string): RevisionSettings {
  const [group, ...rest] = name.split('.');
  const inner = rest.join('.');
  if (group === 'environment' && Object.hasOwn(settings.environment, inner))
    return { ...settings, environment: omit(settings.environment, inner) };
  if (group === 'secrets' && Object.hasOwn(settings.secrets, inner))
    return { ...settings, secrets: omit(settings.secrets, inner) };
  if (group === 'other' && Object.hasOwn(settings.other, inner))
    return { ...settings, other: omit(settings.other, inner) };
  if (group === 'probes' && isProbe(inner) && settings.probes[inner] !== null) {
    return { ...settings, probes: { ...settings.probes, [inner]: null } };
  }
  if (Object.hasOwn(settings.environment, name)) return { ...settings, environment: omit(settings.environment, name) };
  if (Object.hasOwn(settings.secrets, name)) return { ...settings, secrets: omit(settings.secrets, name) };
  const field = PLAIN_FIELDS.find((known) => known === name);
  if (field !== undefined && settings[field] !== null) return { ...settings, [field]: null };
  throw new GuardianError('usage_invalid', { reason: (m) => m.deploying.errors.noSetting(name) });
}

function isProbe(name: string): name is keyof RevisionSettings['probes'] {
  return name === 'startup' || name === 'liveness' || name === 'readiness';
}

function omit<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** Everything that is not the same, by path; empty: nothing changes. */
export function settingsDifference(before: RevisionSettings, after: RevisionSettings): SettingDifference[] {
  const old = flatten(before);
  const next = flatten(after);
  const paths = [...new Set([...old.keys(), ...next.keys()])].sort();
  return paths.flatMap((path): SettingDifference[] => {
    const was = old.get(path);
    const is = next.get(path);
    if (was === is) return [];
    const isHidden = path.startsWith('environment.');
    return [
      {
        path,
        kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        before: isHidden ? null : (was ?? null),
        after: isHidden ? null : (is ?? null),
      },
    ];
  });
}

/** Path → text; what is null is not there. */
function flatten(settings: RevisionSettings): Map<string, string> {
  const flat = new Map<string, string>();
  const put = (path: string, value: string | number | null) => {
    if (value !== null) flat.set(path, String(value));
  };
  for (const [name, hash] of Object.entries(settings.environment)) put(`environment.${name}`, hash);
  for (const [name, { secret, version }] of Object.entries(settings.secrets))
    put(`secrets.${name}`, `${secret}:${version}`);
  for (const [name, value] of Object.entries(settings.other)) put(`other.${name}`, value);
  for (const [name, value] of Object.entries(settings.probes)) put(`probes.${name}`, value);
  for (const field of PLAIN_FIELDS) put(field, settings[field]);
  put('access.isAnonymousAllowed', String(settings.access.isAnonymousAllowed));
  put('access.callers', [...settings.access.callers].sort().join(', ') || null);
  return flat;
}
