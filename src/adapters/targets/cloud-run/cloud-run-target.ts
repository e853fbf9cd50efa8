import {
  applyChange,
  type CreateIntent,
  type DeployTarget,
  type IntentOutcome,
  type MetricReader,
  type RetireIntent,
  type RevisionChange,
  type SecretState,
  type TargetPlan,
  type TargetRevision,
  type TrafficIntent,
} from '../../../core/deploy/index.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { say } from '../sayings.ts';
import { changeTemplate } from './change-template.ts';
import { createGoogleApi, messageOf, refused, unreachable } from './google-api.ts';
import { applicationDefaultTokens } from './google-tokens.ts';
import {
  accessOf,
  addressOf,
  baseTemplate,
  createdAt,
  createServiceReader,
  hasFailed,
  type Look,
  versionOf,
} from './look-at-service.ts';
import { createObserver } from './observe.ts';
import { CLOUD_RUN_ADDRESSES, CLOUD_RUN_KNOBS, type CloudRunOptions } from './options.ts';
import { memoryBytesOf } from './quantities.ts';
import { resolveDigest, withDigest } from './registry.ts';
import {
  ARTIFACT,
  BUILD_ID,
  COMMIT,
  conditionOf,
  INTENT,
  intentOf,
  mainContainer,
  objectsOf,
  REVISION,
  SEQUENCE,
  shortName,
  statusTraffic,
  textsOf,
  wantedTraffic,
} from './resources.ts';
import { createSecretVersions } from './secret-versions.ts';
import { createServiceWriter } from './service-writer.ts';
import { pinned, tagged, targetsOf, withTag } from './traffic.ts';

/** What whoever deploys must be allowed on the service. */
const PERMISSIONS = ['run.services.get', 'run.services.update', 'run.services.getIamPolicy', 'run.revisions.list'];
export interface CloudRunTarget extends DeployTarget {
  readonly metrics: MetricReader;
  /** Of those that deploying needs, the permissions that Guardian has not; for the doctor. */
  missingPermissions(): Promise<string[]>;
  /** Secrets of the running revision, beside what Secret Manager holds by now; for the doctor. */
  secretStates(): Promise<SecretState[]>;
}

/**
 * Revisions of a Cloud Run service, over its REST API (https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services). Each write names
 * its fields and the etag it was read with; who may call the service is read and never written.
 */
export function createCloudRunTarget(options: CloudRunOptions): CloudRunTarget {
  const { name, project, region, cloudRunService, hash, clock } = options;
  const tokens = options.tokens ?? applicationDefaultTokens();
  const knobs = { ...CLOUD_RUN_KNOBS, ...options.knobs };
  const addresses = { ...CLOUD_RUN_ADDRESSES, ...options.addresses };
  const base = `${addresses.run}/v2`;
  const path = `projects/${project}/locations/${region}/services/${cloudRunService}`;
  const api = createGoogleApi({ name, tokens, knobs, now: clock.now });
  const writer = createServiceWriter({ name, api, base, service: path, knobs, now: clock.now });
  const reader = createServiceReader({ api, url: `${base}/${path}`, hash });
  const { look, listRevisions, readCallers, settingsOf, asRevision, asState } = reader;
  const secretStatesOf = createSecretVersions({ api, address: addresses.secrets, project });
  const observer = createObserver({ ...options, api, addresses });

  async function plan(change: RevisionChange): Promise<TargetPlan> {
    const seen = await look();
    const state = asState(seen);
    const template = baseTemplate(seen);
    const artifact = change.artifact ?? asText(mainContainer(template)?.image) ?? '';
    // Refuses what cannot be unset.
    applyChange(state.settings, change, hash);
    const changed = changeTemplate({ template, service: seen.service }, change);
    return {
      state,
      artifact,
      digest: await resolveDigest(artifact, { name, tokens, address: addresses.registry, knobs }),
      commit: change.commit,
      settings: settingsOf({ ...seen, service: changed.service }, changed.template),
    };
  }

  async function createRevision(intent: CreateIntent): Promise<TargetRevision> {
    const { id, buildId } = intent;
    const before = await look();
    const revisionName = nameOf(id, buildId);
    const made = before.revisions.find((revision) => intentOf(revision) === id);
    if (made) return started(before, made);
    if (before.revisions.some((revision) => shortName(revision.name) === revisionName))
      throw refused(name, say.cloudRun.foreignRevision(revisionName));
    await writer.write((service) => creation(intent, { ...before, service }, revisionName));
    const after = await look();
    const revision = after.revisions.find((one) => intentOf(one) === id);
    if (!revision) throw unreachable(name, say.cloudRun.notYetThere(revisionName));
    return started(after, revision);
  }

  function started(seen: Look, revision: JsonObject): TargetRevision {
    const told = asText(conditionOf(revision, 'Ready')?.message);
    if (hasFailed(revision))
      throw refused(name, told === null ? say.cloudRun.notStarting : options.redactor.text(told));
    return asRevision(seen, revision);
  }

  /** Template, traffic and annotations in one write: no moment in which the new revision could take requests. */
  function creation(intent: CreateIntent, seen: Look, revision: string): JsonObject | null {
    const { id, sequence, change, digest, buildId, etag } = intent;
    const { service } = seen;
    if (asObject(service.template)?.revision === revision) return null;
    refuseLate(service, sequence);
    if (etag !== null && versionOf(service) !== etag) throw refused(name, say.cloudRun.changedSince);
    const changed = changeTemplate({ template: baseTemplate(seen), service }, change);
    const { template } = changed;
    const container = mainContainer(template);
    const image = change.artifact ?? asText(container?.image);
    if (!container || !image) throw refused(name, say.cloudRun.noContainer);
    container.image = withDigest(image, digest);
    template.revision = revision;
    template.annotations = {
      ...ownless(template.annotations),
      [INTENT]: id,
      [REVISION]: revision,
      [BUILD_ID]: String(buildId),
      [ARTIFACT]: image,
      ...(change.commit === null ? {} : { [COMMIT]: change.commit }),
    };
    return {
      ...Object.fromEntries(changed.removed.map((field) => [field, changed.service[field]])),
      template,
      traffic: withTag(pinned(service), tagOf(buildId), revision),
      annotations: { ...textsOf(changed.service.annotations), [SEQUENCE]: String(sequence), [INTENT]: id },
    };
  }

  async function setTraffic({ id, sequence, split }: TrafficIntent): Promise<void> {
    const running = new Set((await listRevisions()).filter((one) => !hasFailed(one)).map((one) => shortName(one.name)));
    const absent = split.shares.find(({ revision }) => !running.has(revision));
    if (absent) throw refused(name, say.notRunning(absent.revision));
    await writer.write((service) => {
      refuseLate(service, sequence);
      refuseUnfit(split, service);
      const traffic = targetsOf(split, service);
      const annotations = textsOf(service.annotations);
      if (annotations[INTENT] === id && isSame(traffic, objectsOf(service.traffic))) return null;
      return { traffic, annotations: { ...annotations, [SEQUENCE]: String(sequence), [INTENT]: id } };
    });
  }

  /** All that goes to the latest must be meant for it. */
  function refuseUnfit({ shares, followsLatest }: TrafficIntent['split'], service: JsonObject): void {
    const latest = shortName(service.latestCreatedRevision);
    const [only] = shares;
    if (followsLatest && shares.length === 1 && only!.revision !== latest)
      throw refused(name, say.cloudRun.newerRevision(latest ?? '', only!.revision));
  }

  /** Without an address of its own, and without traffic, Cloud Run lets its requests end and its instances go. */
  async function retire({ id, sequence, revision }: RetireIntent): Promise<void> {
    await writer.write((service) => {
      refuseLate(service, sequence);
      const all = [...wantedTraffic(service), ...statusTraffic(service)];
      if (all.some((target) => target.revision === revision && target.percent > 0))
        throw refused(name, say.hasTraffic(revision));
      const isOwnTag = (target: JsonObject) => target.revision === revision && /^b\d+$/.test(asText(target.tag) ?? '');
      if (!tagged(service).some(isOwnTag)) return null;
      const annotations = { ...textsOf(service.annotations), [SEQUENCE]: String(sequence), [INTENT]: id };
      return { traffic: objectsOf(service.traffic).filter((target) => !isOwnTag(target)), annotations };
    });
  }

  function refuseLate(service: JsonObject, sequence: number): void {
    const done = asNumber(textsOf(service.annotations)[SEQUENCE]) ?? 0;
    if (sequence < done) throw refused(name, say.late(sequence, done));
  }

  async function readBack(intentId: string): Promise<IntentOutcome> {
    const seen = await look();
    const { service } = seen;
    const revision = seen.revisions.find((one) => intentOf(one) === intentId && !hasFailed(one)) ?? null;
    const isUnderWay = service.reconciling === true && textsOf(service.annotations)[INTENT] === intentId;
    // Until Cloud Run has given it the address that it was promised.
    const known = shortName(revision?.name);
    const hasTag = wantedTraffic(service).some((target) => target.revision === known && target.tag !== null);
    const isWithoutAddress = revision !== null && hasTag && addressOf(service, known!) === null;
    return {
      revision: revision ? asRevision(seen, revision) : null,
      isPending: isUnderWay || (isWithoutAddress && service.reconciling === true),
      state: asState(seen),
    };
  }

  function nameOf(intentId: string, buildId: number): string {
    return `${cloudRunService.slice(0, 45)}-b${buildId}-${shortHash(intentId, 6)}`;
  }

  return {
    name,
    kind: 'cloud-run',
    service: options.service,
    describe: async () => asState(await look()),
    plan,
    readBack,
    createRevision,
    setTraffic,
    retire,
    async vitals(revision) {
      const known = /^[a-z0-9-]{1,63}$/.test(revision) ? revision : '-';
      const found = await api.read({ method: 'GET', url: `${base}/${path}/revisions/${known}` });
      const limit = textsOf(asObject(mainContainer(found)?.resources)?.limits).memory ?? null;
      return observer.vitals({ name: known, createdAt: createdAt(found), memoryLimitBytes: memoryBytesOf(limit) });
    },
    logs: observer.logs,
    async authorize(url): Promise<Readonly<Record<string, string>>> {
      const [service, callers] = await Promise.all([writer.read(), readCallers()]);
      const address = asText(service.uri);
      if (address === null || accessOf(service, callers).isAnonymousAllowed) return {};
      const known = [address, ...statusTraffic(service).map(({ uri }) => uri)].filter((uri) => uri !== null);
      // Nobody else is shown who we are.
      if (!known.some((uri) => new URL(uri).origin === new URL(url).origin)) return {};
      // Of the service, whichever of its addresses is called: https://cloud.google.com/run/docs/authenticating/service-to-service
      const token = await tokens.identityToken(address).catch((cause: unknown) => {
        throw refused(name, say.cloudRun.noIdentityToken(address, messageOf(cause)));
      });
      return { authorization: `Bearer ${token}` };
    },
    metrics: { read: observer.read },
    secretStates: async () => secretStatesOf(asState(await look())),
    async missingPermissions() {
      const url = `${base}/${path}:testIamPermissions`;
      const answer = await api.read({ method: 'POST', url, body: { permissions: PERMISSIONS } });
      const held = Array.isArray(answer.permissions) ? answer.permissions : [];
      return PERMISSIONS.filter((permission) => !held.includes(permission));
    },
  };
}

function tagOf(buildId: number): string {
  return `b${buildId}`;
}

function ownless(annotations: unknown): Record<string, string> {
  const own = new Set([INTENT, REVISION, BUILD_ID, ARTIFACT, COMMIT, SEQUENCE]);
  return Object.fromEntries(Object.entries(textsOf(annotations)).filter(([key]) => !own.has(key)));
}

function isSame(wanted: readonly JsonObject[], current: readonly JsonObject[]): boolean {
  const text = (targets: readonly JsonObject[]) =>
    targets
      .map(({ type, revision, percent, tag }) => `${type} ${revision ?? ''} ${percent ?? 0} ${tag ?? ''}`)
      .sort()
      .join('\n');
  return text(wanted) === text(current);
}
