import type {
  AccessPolicy,
  RevisionSettings,
  SettingHash,
  TargetRevision,
  TargetState,
} from '../../../core/deploy/index.ts';
import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import type { GoogleApi } from './google-api.ts';
import { readSettings } from './read-settings.ts';
import {
  ARTIFACT,
  BUILD_ID,
  COMMIT,
  conditionOf,
  digestOfImage,
  intentOf,
  mainContainer,
  objectsOf,
  REVISION,
  shortName,
  statusTraffic,
  templateOf,
  textsOf,
} from './resources.ts';
import { splitOf } from './traffic.ts';

const PAGE = 100;
/** Cloud Run keeps a thousand revisions of a service. */
const PAGES = 10;
const INVOKERS = new Set(['roles/run.invoker', 'roles/run.servicesInvoker']);

/** Everything that was read of the service, at one moment. */
export interface Look {
  service: JsonObject;
  revisions: JsonObject[];
  access: AccessPolicy;
}

export interface ServiceReader {
  look(): Promise<Look>;
  /** Newest first. */
  listRevisions(): Promise<JsonObject[]>;
  /** Who may call it: members of the roles that invoke. */
  readCallers(): Promise<string[]>;
  settingsOf(seen: Look, template: JsonObject): RevisionSettings;
  asRevision(seen: Look, revision: JsonObject): TargetRevision;
  asState(seen: Look): TargetState;
}

export interface ServiceReaderOptions {
  api: GoogleApi;
  /** Of the service. */
  url: string;
  hash: SettingHash;
}

/** What there is, in the words of the core; nothing is kept from one look to the next. */
export function createServiceReader({ api, url: service, hash }: ServiceReaderOptions): ServiceReader {
  async function listRevisions(): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    let token: string | null = '';
    for (let page = 0; page < PAGES && token !== null; page++) {
      const query: string = `pageSize=${PAGE}${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`;
      const body: JsonObject = await api.read({ method: 'GET', url: `${service}/revisions?${query}` });
      found.push(...objectsOf(body.revisions));
      token = asText(body.nextPageToken);
    }
    return found.filter(({ deleteTime }) => deleteTime === undefined).sort((a, b) => createdAt(b) - createdAt(a));
  }

  async function readCallers(): Promise<string[]> {
    const url = `${service}:getIamPolicy?options.requestedPolicyVersion=3`;
    const policy = await api.read({ method: 'GET', url });
    const callers = objectsOf(policy.bindings)
      .filter(({ role }) => INVOKERS.has(asText(role) ?? ''))
      .flatMap(({ members }) => (Array.isArray(members) ? members.filter((one) => typeof one === 'string') : []));
    return [...new Set(callers)].sort();
  }

  async function look(): Promise<Look> {
    const [found, revisions, callers] = await Promise.all([
      api.read({ method: 'GET', url: service }),
      listRevisions(),
      readCallers(),
    ]);
    return { service: found, revisions, access: accessOf(found, callers) };
  }

  const settingsOf = (seen: Look, template: JsonObject) =>
    readSettings({ service: seen.service, template, access: seen.access, hash });

  function asRevision(seen: Look, revision: JsonObject): TargetRevision {
    const annotations = textsOf(revision.annotations);
    const isOwn = intentOf(revision) !== null;
    const image = asText(mainContainer(revision)?.image) ?? '';
    const own = (key: string) => (isOwn ? (annotations[key] ?? null) : null);
    const known = shortName(revision.name) ?? '';
    return {
      name: known,
      createdAt: createdAt(revision),
      address: addressOf(seen.service, known),
      artifact: own(ARTIFACT) ?? image,
      digest: digestOfImage(image) ?? '',
      buildId: asNumber(own(BUILD_ID)),
      commit: own(COMMIT),
      intentId: intentOf(revision),
      isReady: conditionOf(revision, 'Ready')?.state === 'CONDITION_SUCCEEDED',
      settings: settingsOf(seen, templateOf(revision)),
    };
  }

  function asState(seen: Look): TargetState {
    const { service: found, revisions } = seen;
    return {
      address: asText(found.uri),
      etag: versionOf(found),
      revisions: revisions.filter((revision) => !hasFailed(revision)).map((revision) => asRevision(seen, revision)),
      traffic: splitOf(found),
      settings: settingsOf(seen, baseTemplate(seen)),
    };
  }

  return { look, listRevisions, readCallers, settingsOf, asRevision, asState };
}

/** Grows with every change of what somebody asked for, and not while Cloud Run is at work on it, as the etag does. */
export function versionOf({ uid, generation }: JsonObject): string {
  return `${asText(uid) ?? ''}/${asText(generation) ?? ''}`;
}

export function accessOf({ invokerIamDisabled }: JsonObject, callers: readonly string[]): AccessPolicy {
  return { isAnonymousAllowed: invokerIamDisabled === true || callers.includes('allUsers'), callers };
}

export function createdAt({ createTime }: JsonObject): number {
  return Date.parse(asText(createTime) ?? '') || 0;
}

export function hasFailed(revision: JsonObject): boolean {
  return conditionOf(revision, 'Ready')?.state === 'CONDITION_FAILED';
}

export function addressOf(service: JsonObject, revision: string): string | null {
  const found = statusTraffic(service).filter((target) => target.revision === revision && target.uri !== null);
  return (found.find(({ tag }) => /^b\d+$/.test(tag ?? '')) ?? found.find(({ tag }) => tag !== null))?.uri ?? null;
}

/**
 * What the next revision is made from: the template, which holds what somebody changed last, but not one of Guardian's own that was taken back: then it is what
 * most of the traffic runs on.
 */
export function baseTemplate({ service, revisions }: Look): JsonObject {
  const template = asObject(service.template) ?? {};
  const [most] = [...splitOf(service).shares].sort((a, b) => b.percent - a.percent);
  const isOwn = asText(template.revision) !== null && textsOf(template.annotations)[REVISION] === template.revision;
  if (!isOwn || !most || most.revision === template.revision) return template;
  const holder = revisions.find(({ name }) => shortName(name) === most.revision);
  if (!holder) return template;
  return templateOf(holder);
}
