import { shortHash } from '../../../core/shared/index.ts';
import type { Attributes } from './items.ts';

/** What a resource says of all the records below it (https://opentelemetry.io/docs/specs/semconv/resource/). */
export interface ResourceFields {
  service: string | null;
  revision: string | null;
  environment: string | null;
  instance: string | null;
  /** What no field of an event says; every event of the resource carries it. */
  attributes: readonly (readonly [name: string, value: unknown])[];
  /** Tells this resource from others. */
  key: string;
  isCut: boolean;
}

/** Bounds of what is copied into every event of a resource or span, so that a small request cannot become a large one. */
const SHARED_BOUNDS = {
  /** Names; a node of Kubernetes in a cloud has about 40. */
  attributes: 64,
  /** Characters of one value's JSON. */
  valueLength: 1_024,
  /** Characters of all of them. */
  length: 8_192,
} as const;

/** Characters of a field such as the service's name. */
const FIELD_LENGTH = 256;

const SERVICE = ['service.name'];
/** The commit wins over the version that people gave. */
const REVISION = ['vcs.ref.head.revision', 'service.version'];
const ENVIRONMENT = ['deployment.environment.name', 'deployment.environment'];
const INSTANCE = ['service.instance.id', 'k8s.pod.name', 'faas.instance'];

export function resourceFields({ values, isCut }: Attributes): ResourceFields {
  const used = new Set<string>();
  const first = (names: readonly string[]): string | null => {
    for (const name of names) {
      const text = fieldText(values[name]);
      if (text === null) continue;
      used.add(name);
      return text;
    }
    return null;
  };
  const fields = {
    service: first(SERVICE),
    revision: first(REVISION),
    environment: first(ENVIRONMENT),
    instance: first(INSTANCE),
  };
  const { attributes, left } = sharedAttributes(values, used);
  return { ...fields, attributes, key: shortHash(JSON.stringify(values)), isCut: isCut || left };
}

/** What of the values may be copied into many events; `left`: not all of them. */
export function sharedAttributes(
  values: Attributes['values'],
  used: ReadonlySet<string> = new Set(),
): { attributes: [string, unknown][]; left: boolean } {
  const attributes: [string, unknown][] = [];
  let length = 0;
  let left = false;
  for (const [name, value] of Object.entries(values)) {
    if (used.has(name) || value === null) continue;
    const size = name.length + JSON.stringify(value).length;
    if (attributes.length === SHARED_BOUNDS.attributes || length + size > SHARED_BOUNDS.length) {
      left = true;
      break;
    }
    if (size > SHARED_BOUNDS.valueLength) {
      left = true;
      continue;
    }
    length += size;
    attributes.push([name, value]);
  }
  return { attributes, left };
}

/** A text or number as a field's text; null when it says nothing. */
export function fieldText(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.slice(0, FIELD_LENGTH) : null;
}

/** The first of the names that says something. */
export function firstField(values: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const text = fieldText(values[name]);
    if (text !== null) return text;
  }
  return null;
}
