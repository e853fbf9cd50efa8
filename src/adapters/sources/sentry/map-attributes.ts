import type { EventUser } from '../../../core/events/index.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { asName, asObject, asPairs, type JsonObject } from './read-value.ts';
import type { Sender } from './sender.ts';

/** As many as the pipeline keeps. */
const MOST_ATTRIBUTES = 128;
const MOST_FINGERPRINT_PARTS = 32;

/** Contexts that are told by named attributes, or that only the payload keeps. */
const KNOWN_CONTEXTS = new Set(['trace', 'otel', 'response', 'culture', 'runtime', 'os', 'browser', 'device', 'app']);

export interface ReadAttributes {
  attributes: Record<string, unknown>;
  truncated: boolean;
}

/**
 * Tags and extra data under their own names, contexts under OpenTelemetry's where it has one, else `context.<name>`. The client's own
 * fingerprint stands in `sentry.fingerprint`, where fingerprints look for it.
 */
export function readAttributes(payload: JsonObject, { sdkName, sdkVersion }: Sender): ReadAttributes {
  const contexts = asObject(payload.contexts);
  const runtime = asObject(contexts?.runtime);
  const system = asObject(contexts?.os);
  const browser = asObject(contexts?.browser);
  const device = asObject(contexts?.device);
  const named: Record<string, unknown> = {
    'sentry.fingerprint': fingerprintOf(payload.fingerprint),
    'sentry.transaction': asName(payload.transaction),
    'sentry.dist': asName(payload.dist, 128),
    'telemetry.sdk.name': sdkName,
    'telemetry.sdk.version': sdkVersion,
    'process.runtime.name': asName(runtime?.name, 128),
    'process.runtime.version': asName(runtime?.version, 128),
    'os.name': asName(system?.name, 128),
    'os.version': asName(system?.version, 128),
    'browser.name': asName(browser?.name, 128),
    'browser.version': asName(browser?.version, 128),
    'device.model.name': asName(device?.model, 128) ?? asName(device?.family, 128),
    'app.version': asName(asObject(contexts?.app)?.app_version, 128),
  };
  const collected = createCollector();
  for (const key of Object.keys(named)) collected.add(key, named[key]);
  for (const [key, value] of asPairs(payload.tags, MOST_ATTRIBUTES + 1)) collected.add(key, value);
  for (const [key, value] of asPairs(payload.extra, MOST_ATTRIBUTES + 1)) collected.add(key, value);
  for (const [key, value] of asPairs(contexts, MOST_ATTRIBUTES + 1)) {
    if (!KNOWN_CONTEXTS.has(key) && !isEmptyObject(value)) collected.add(`context.${key}`, value);
  }
  return { attributes: collected.attributes, truncated: collected.isFull() };
}

function isEmptyObject(value: unknown): boolean {
  const object = asObject(value);
  return object !== null && Object.keys(object).length === 0;
}

interface Collector {
  attributes: Record<string, unknown>;
  add(key: string, value: unknown): void;
  /** Something was left out. */
  isFull(): boolean;
}

/** The first of a name stands. `__proto__` is no name. */
export function createCollector(): Collector {
  const attributes: Record<string, unknown> = {};
  let count = 0;
  let isFull = false;
  return {
    attributes,
    add(key, value) {
      if (value === null || value === undefined || key === '__proto__' || Object.hasOwn(attributes, key)) return;
      if (count === MOST_ATTRIBUTES) {
        isFull = true;
        return;
      }
      attributes[key] = value;
      count++;
    },
    isFull: () => isFull,
  };
}

/** Parts as texts, as the client gave them; null when it gave none. */
function fingerprintOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const parts = value
    .slice(0, MOST_FINGERPRINT_PARTS)
    .map((part) => asName(part, 256))
    .filter((part) => part !== null);
  return parts.length > 0 ? parts : null;
}

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/user/. Who is known by an e-mail address alone is told apart by its hash. */
export function readUser(value: unknown): EventUser | null {
  const user = asObject(value) ?? null;
  if (!user) return null;
  const name = asName(user.username, 256) ?? asName(user.name, 256);
  const email = asName(user.email, 256);
  const id = asName(user.id, 256) ?? name ?? (email === null ? null : `email-${shortHash(email.toLowerCase())}`);
  return id === null ? null : { id, name };
}

/** `service.name` of a tag, of a context `service`, or of the resource that an OpenTelemetry SDK hands on. */
export function serviceOf(payload: JsonObject): string | null {
  const contexts = asObject(payload.contexts);
  const resource = asObject(asObject(contexts?.otel)?.resource);
  const tagged = asPairs(payload.tags, MOST_ATTRIBUTES).find(([key]) => key === 'service.name');
  const named = asName(tagged?.[1], 256) ?? asName(asObject(contexts?.service)?.name, 256);
  if (named !== null) return named;
  const service = asName(resource?.['service.name'], 256);
  // What OpenTelemetry calls a service that nobody named, and what Sentry's Node SDK calls every one.
  return service === null || service.startsWith('unknown_service') || service === 'node' ? null : service;
}
