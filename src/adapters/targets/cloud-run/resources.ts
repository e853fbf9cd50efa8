import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';

/** What Guardian writes of its own into annotations; they are no setting of the service. */
export const OWN = 'guardian/';
export const INTENT = `${OWN}intent`;
export const SEQUENCE = `${OWN}sequence`;
/** The revision that was made with them: who copies a template copies its annotations, and makes another revision. */
export const REVISION = `${OWN}revision`;
export const BUILD_ID = `${OWN}build-id`;
export const COMMIT = `${OWN}commit`;
export const ARTIFACT = `${OWN}artifact`;

/** Fields of a revision that no template has: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services.revisions */
const REVISION_OUTPUT = new Set([
  'name',
  'uid',
  'generation',
  'createTime',
  'updateTime',
  'deleteTime',
  'expireTime',
  'launchStage',
  'service',
  'reconciling',
  'conditions',
  'observedGeneration',
  'logUri',
  'satisfiesPzs',
  'scalingStatus',
  'etag',
  'creator',
]);

export interface TrafficTarget {
  revision: string | null;
  isLatest: boolean;
  percent: number;
  tag: string | null;
  uri: string | null;
}

export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((one) => one !== null) : [];
}

export function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** `projects/P/locations/L/services/S/revisions/R` → `R` */
export function shortName(name: unknown): string | null {
  return asText(name)?.split('/').at(-1) ?? null;
}

/** What Cloud Run does now; until it has done what it was told, that is not what it was told. */
export function statusTraffic(service: JsonObject): TrafficTarget[] {
  return objectsOf(service.trafficStatuses).map((target) => ({
    ...trafficTarget(target),
    revision: shortName(target.revision) ?? (isLatest(target) ? shortName(service.latestReadyRevision) : null),
  }));
}

/** What Cloud Run was told. */
export function wantedTraffic(service: JsonObject): TrafficTarget[] {
  return objectsOf(service.traffic).map(trafficTarget);
}

function trafficTarget(target: JsonObject): TrafficTarget {
  return {
    revision: shortName(target.revision),
    isLatest: isLatest(target),
    percent: asNumber(target.percent) ?? 0,
    tag: asText(target.tag),
    uri: asText(target.uri),
  };
}

function isLatest({ type, revision }: JsonObject): boolean {
  return type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' || (type === undefined && asText(revision) === null);
}

/** The one that takes the requests; sidecars have no port. */
export function mainContainer(template: JsonObject): JsonObject | null {
  const containers = objectsOf(template.containers);
  return containers.find(({ ports }) => objectsOf(ports).length > 0) ?? containers[0] ?? null;
}

export function conditionOf(resource: JsonObject, type: string): JsonObject | null {
  return objectsOf(resource.conditions).find((condition) => condition.type === type) ?? null;
}

/** The intent that made this revision; a copy of its template by somebody else bears the same words, but another name. */
export function intentOf(revision: JsonObject): string | null {
  const annotations = textsOf(revision.annotations);
  return annotations[REVISION] === shortName(revision.name) ? (annotations[INTENT] ?? null) : null;
}

/** `repository@sha256:…` → `sha256:…`; null: by tag. */
export function digestOfImage(image: string | null): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(image ?? '')?.[1] ?? null;
}

/** What a revision was made from, with what this code does not know. */
export function templateOf(revision: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(revision).filter(([field]) => !REVISION_OUTPUT.has(field)));
}
