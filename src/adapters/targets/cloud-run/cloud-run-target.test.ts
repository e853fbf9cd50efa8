import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployTargetContract } from '../../../../test/contract/deploy-target.ts';
import { type CloudRunServer, type Json, startCloudRun } from '../../../../test/fixtures/cloud-run-server/index.ts';
import { createSettingHash, type RevisionChange, settingsDifference } from '../../../core/deploy/index.ts';
import { type GuardianError, messagesFor } from '../../../core/shared/index.ts';
import { applicationDefaultTokens } from './google-tokens.ts';
import { type CloudRunOptions, type CloudRunTarget, createCloudRunTarget } from './index.ts';

const IMAGES = 'europe-west1-docker.pkg.dev/shop-project/images/shop';

/** As a service stands after a year: two kinds of secrets, a sidecar, probes, and fields that Guardian has never heard of. */
function shopService(): Json {
  return {
    description: 'The shop',
    labels: { team: 'checkout' },
    annotations: { 'example.org/owner': 'ana' },
    ingress: 'INGRESS_TRAFFIC_ALL',
    launchStage: 'GA',
    customAudiences: ['https://shop.example.org'],
    scaling: { minInstanceCount: 1 },
    futureService: { depth: [1, { two: 'drei' }] },
    template: {
      labels: { 'cost-center': 'k7' },
      annotations: { 'example.org/reviewed': 'yes' },
      scaling: { minInstanceCount: 1, maxInstanceCount: 10 },
      vpcAccess: { connector: 'projects/shop-project/locations/europe-west1/connectors/c', egress: 'ALL_TRAFFIC' },
      timeout: '300s',
      serviceAccount: 'shop@shop-project.iam.gserviceaccount.com',
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      maxInstanceRequestConcurrency: 80,
      futureTemplate: '0.30000000000000004',
      volumes: [
        { name: 'key', secret: { secret: 'signing-key', items: [{ path: 'key.pem', version: '3', mode: 256 }] } },
        { name: 'sql', cloudSqlInstance: { instances: ['shop-project:europe-west1:db'] } },
      ],
      containers: [
        {
          name: 'shop',
          image: `${IMAGES}:first`,
          command: ['node'],
          args: ['server.js', '--token=hunter2'],
          env: [
            { name: 'COLOR', value: 'red' },
            { name: 'EMPTY' },
            { name: 'DATABASE_URL', valueSource: { secretKeyRef: { secret: 'database-url', version: 'latest' } } },
          ],
          resources: { limits: { cpu: '2', memory: '2Gi' }, startupCpuBoost: true },
          ports: [{ name: 'http1', containerPort: 8080 }],
          volumeMounts: [
            { name: 'key', mountPath: '/keys' },
            { name: 'sql', mountPath: '/cloudsql' },
          ],
          startupProbe: { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port: 8080 } },
          livenessProbe: { httpGet: { path: '/healthz' } },
          futureContainer: { isKept: true },
        },
        { name: 'collector', image: 'otel/collector:1', env: [{ name: 'TOKEN', value: 'hunter3' }] },
      ],
    },
  };
}

function openTarget(server: CloudRunServer, given: Partial<CloudRunOptions> = {}): CloudRunTarget {
  return createCloudRunTarget({
    name: 'shop',
    service: 'shop',
    project: server.project,
    region: server.region,
    cloudRunService: 'shop',
    hash: createSettingHash('key of this test'),
    redactor: { text: (text) => text.replace('hunter2', '[redacted]') },
    clock: { now: () => Date.now() },
    tokens: server.tokens,
    addresses: {
      run: server.url,
      monitoring: server.url,
      logging: server.url,
      secrets: server.url,
      registry: (host) => `${server.url}/registry/${host}`,
    },
    knobs: { requestMs: 1_000, firstWaitMs: 5, longestWaitMs: 2_000, operationMs: 5_000, lookMs: 10 },
    ...given,
  });
}

const openServer = () => startCloudRun({ image: `${IMAGES}:first`, says: 'hello', service: shopService() });
const ask = (address: string, path = '/') =>
  fetch(new URL(path, address)).then(
    (reply) => (reply.ok ? reply.text() : ''),
    () => '',
  );

deployTargetContract('Cloud Run', async () => {
  const server = await openServer();
  server.registry.push(`${IMAGES}:1`, 'apples');
  server.registry.push(`${IMAGES}:2`, 'pears');
  return {
    target: openTarget(server),
    artifacts: [`${IMAGES}:1`, `${IMAGES}:2`],
    missing: `${IMAGES}:never-pushed`,
    ask,
    forgetsRetired: false,
    saying: (artifact) => (artifact === `${IMAGES}:1` ? 'apples' : 'pears'),
    close: () => server.close(),
  };
});

describe('a service on Cloud Run', () => {
  let server: CloudRunServer;
  let target: CloudRunTarget;
  let sequence = 0;

  beforeEach(async () => {
    server = await openServer();
    server.registry.push(`${IMAGES}:1`, 'apples');
    target = openTarget(server);
    sequence = 0;
  });
  afterEach(() => server.close());

  const change = (given: Partial<RevisionChange> = {}): RevisionChange => ({
    artifact: `${IMAGES}:1`,
    commit: null,
    settings: {},
    unset: [],
    ...given,
  });
  async function create(given: Partial<RevisionChange> = {}, id = `dep-${sequence + 1}/create`, on = target) {
    const asked = change(given);
    const { digest, state, settings } = await on.plan(asked);
    const intent = { id, sequence: ++sequence, change: asked, digest, buildId: sequence, etag: state.etag };
    const made = await on.createRevision(intent);
    return { intent, made, planned: settings, before: state };
  }
  const give = (revision: string, percent = 100, followsLatest = true) => {
    const [old] = server.run.revisions;
    const rest = { revision: String(old?.name).split('/').at(-1)!, percent: 100 - percent };
    const shares = [{ revision, percent }, ...(percent < 100 ? [rest] : [])];
    return target.setTraffic({ id: `t/${++sequence}`, sequence, split: { shares, followsLatest } });
  };
  const template = () => server.run.service.template as Json;
  const container = (of: Json = template()) => (of.containers as Json[])[0]!;

  it('C1, C2: carries everything through byte for byte, fields it does not know too', async () => {
    const before = structuredClone(server.run.service);
    const { made, planned } = await create({ settings: { environment: { SIZE: 'large' } } });
    const after = structuredClone(template());
    const expected = structuredClone(before.template) as Json;
    const main = container(expected);
    (main.env as Json[]).push({ name: 'SIZE', value: 'large' });
    main.image = `${IMAGES}@${made.digest}`;
    expected.revision = made.name;
    expected.annotations = { ...(expected.annotations as Json), ...(after.annotations as Json) };
    expect(JSON.stringify(after.containers)).toBe(JSON.stringify(expected.containers));
    expect(after).toEqual(expected);
    for (const field of [
      'description',
      'labels',
      'ingress',
      'launchStage',
      'customAudiences',
      'scaling',
      'futureService',
    ])
      expect(JSON.stringify(server.run.service[field])).toBe(JSON.stringify(before[field]));
    expect(settingsDifference(planned, made.settings)).toEqual([]);
  });

  it('C1: sets what is named, and takes away only what may go', async () => {
    const { made, before } = await create({
      settings: {
        environment: { COLOR: 'blue' },
        secrets: {
          DATABASE_URL: { secret: 'database-url', version: '7' },
          '/keys/key.pem': { secret: 'signing-key', version: '4' },
          '/certificates/ca.pem': { secret: 'ca', version: '1' },
        },
        memoryBytes: 4 * 1024 ** 3,
        cpu: 0.5,
        timeoutMs: 60_000,
        concurrency: 40,
        maxInstances: 3,
      },
      unset: ['EMPTY', 'other.labels.team', 'other.template.vpcAccess', 'probes.liveness', 'other.mounts./cloudsql'],
    });
    const difference = settingsDifference(before.settings, made.settings).map(({ path, kind }) => `${kind} ${path}`);
    expect(difference).toEqual([
      'changed concurrency',
      'changed cpu',
      'changed environment.COLOR',
      'removed environment.EMPTY',
      'changed maxInstances',
      'changed memoryBytes',
      'removed other.labels.team',
      'removed other.mounts./cloudsql',
      'removed other.template.vpcAccess',
      'removed probes.liveness',
      'added secrets./certificates/ca.pem',
      'changed secrets./keys/key.pem',
      'changed secrets.DATABASE_URL',
      'changed timeoutMs',
    ]);
    expect(container().resources).toEqual({ limits: { cpu: '500m', memory: '4Gi' }, startupCpuBoost: true });
    expect(template().timeout).toBe('60s');
  });

  it('C1: writes only the fields that it names, with the etag that it read', async () => {
    const { made } = await create();
    await give(made.name);
    expect(server.run.patches.map(({ mask }) => mask)).toEqual(['template,traffic,annotations', 'traffic,annotations']);
    for (const { body } of server.run.patches) expect(body.etag).toMatch(/^".+"$/);
    expect(Object.keys(server.run.patches[1]!.body).sort()).toEqual(['annotations', 'etag', 'name', 'traffic']);
  });

  it('C11: shows no value of the environment, of arguments or of sidecars', async () => {
    const state = JSON.stringify([await target.describe(), await target.plan(change())]);
    expect(state).not.toMatch(/hunter|"red"/);
  });

  it('C4: gives a new revision an address of its own and no traffic, though the service followed the latest', async () => {
    const { made } = await create();
    const { traffic, address } = await target.describe();
    expect(traffic).toEqual({
      shares: [{ revision: expect.stringMatching(/^shop-00001-/), percent: 100 }],
      followsLatest: false,
    });
    expect(await ask(address!)).toBe('hello red');
    expect(await ask((await target.readBack('dep-1/create')).revision!.address!)).toBe('apples red');
    expect(made.name).toMatch(/^shop-b1-[0-9a-f]{6}$/);
  });

  it('C4: splits by percentages, and leaves no pin when all goes to the latest', async () => {
    const { made } = await create();
    await give(made.name, 20, false);
    expect((await target.describe()).traffic.shares).toHaveLength(2);
    await give(made.name);
    const { traffic } = await target.describe();
    expect(traffic).toEqual({ shares: [{ revision: made.name, percent: 100 }], followsLatest: true });
    expect((server.run.service.traffic as Json[])[0]).toEqual({
      type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
      percent: 100,
    });
  });

  it('does not follow the latest where that is another revision', async () => {
    const { made } = await create();
    await server.run.editTemplate((edited) => Object.assign(edited, { timeout: '10s' }));
    await expect(give(made.name)).rejects.toMatchObject({
      code: 'target_refused',
      about: { reason: expect.stringMatching(/was made after/) },
    });
  });

  it('C7: deploys the digest that was planned, whatever the tag says by then', async () => {
    const asked = change();
    const { digest, state } = await target.plan(asked);
    server.registry.push(`${IMAGES}:1`, 'something else');
    const made = await target.createRevision({
      id: 'dep/1',
      sequence: 1,
      change: asked,
      digest,
      buildId: 1,
      etag: state.etag,
    });
    expect(made.digest).toBe(digest);
    expect(await ask((await target.readBack('dep/1')).revision!.address!)).toBe('apples red');
    expect(made.artifact).toBe(`${IMAGES}:1`);
  });

  it('C7: refuses a tag that was never pushed, before anything is written', async () => {
    await expect(target.plan(change({ artifact: `${IMAGES}:unknown` }))).rejects.toMatchObject({
      code: 'target_refused',
      about: { reason: expect.stringContaining('was it pushed?') },
    });
    await expect(target.plan(change({ artifact: 'no image at all' }))).rejects.toMatchObject({
      code: 'target_refused',
    });
    expect(server.run.patches).toEqual([]);
  });

  it('C7: gives the token of Google to registries of Google alone', async () => {
    server.registry.open.add('registry-1.docker.io');
    server.registry.push('registry-1.docker.io/library/shop:3', 'plums');
    const { digest } = await target.plan(change({ artifact: 'shop:3' }));
    expect(server.registry.saying(digest)).toBe('plums');
    const elsewhere = server.registry.asked.filter(({ host }) => host === 'registry-1.docker.io');
    expect(elsewhere.map(({ authorization }) => authorization)).toEqual([
      null,
      'Bearer for repository:library/shop:pull',
    ]);
  });

  it('reads the digest off the manifest where the registry does not name it', async () => {
    const { digest } = await target.plan(change());
    server.registry.namesDigests = false;
    expect((await target.plan(change())).digest).toBe(digest);
  });

  it('C8: reads who may call the service, and never writes it', async () => {
    expect((await target.describe()).settings.access).toEqual({ isAnonymousAllowed: true, callers: ['allUsers'] });
    const { made } = await create();
    await give(made.name);
    expect(server.requests.filter((one) => /setIamPolicy/.test(one))).toEqual([]);
    server.callers = ['serviceAccount:shop@example.org'];
    expect((await target.describe()).settings.access.isAnonymousAllowed).toBe(false);
    server.run.service.invokerIamDisabled = true;
    expect((await target.describe()).settings.access.isAnonymousAllowed).toBe(true);
  });

  it('shows who it is to addresses of a closed service, and to nobody else', async () => {
    const { made } = await create();
    const address = (await target.readBack('dep-1/create')).revision!.address!;
    expect(await target.authorize(address)).toEqual({});
    server.callers = ['serviceAccount:guardian@example.org'];
    const headers = await target.authorize(address);
    expect((await fetch(address)).status).toBe(403);
    expect((await fetch(address, { headers })).status).toBe(200);
    expect(await target.authorize('https://elsewhere.example.org')).toEqual({});
    expect(made.intentId).toBe('dep-1/create');
  });

  it('409: writes again on what somebody else wrote in between', async () => {
    const { made } = await create();
    server.faults.add({
      match: /^PATCH/,
      how: { status: 409, body: JSON.stringify({ error: { status: 'ABORTED', message: 'etag' } }) },
    });
    await give(made.name);
    expect((await target.describe()).traffic.shares).toEqual([{ revision: made.name, percent: 100 }]);
  });

  it('makes no revision of a plan that is older than the service', async () => {
    const asked = change();
    const { digest, state } = await target.plan(asked);
    await server.run.editTemplate((edited) => (container(edited).env as Json[]).push({ name: 'FLAG', value: 'on' }));
    const intent = { id: 'dep/1', sequence: 1, change: asked, digest, buildId: 1, etag: state.etag };
    await expect(target.createRevision(intent)).rejects.toMatchObject({ code: 'target_refused' });
    expect(server.run.patches).toEqual([]);
  });

  it('says in the reader’s language why it refuses or does not answer, and Google’s own words as they are', async () => {
    const french = (asked: Promise<unknown>) =>
      asked.then(
        () => '',
        (error: GuardianError) => error.explain(messagesFor('fr')).message,
      );
    const { made } = await create();
    expect(await french(target.plan(change({ artifact: `${IMAGES}:unknown` })))).toBe(
      `La cible de déploiement shop a refusé : il n’y a pas d’image ${IMAGES}:unknown (a-t-elle été poussée ?).`,
    );
    expect(await french(give('shop-nobody'))).toBe(
      'La cible de déploiement shop a refusé : la révision shop-nobody ne tourne pas.',
    );
    const retired = { id: 't/0', sequence: 0, revision: made.name, drainMs: 0, keeps: false };
    expect(await french(target.retire(retired))).toMatch(/: l’étape 0 est arrivée après l’exécution de l’étape \d+\.$/);
    server.faults.add({ match: /^GET/, how: { status: 503, body: '<html>busy</html>' }, times: 50 });
    expect(await french(target.describe())).toMatch(
      /^La cible de déploiement shop ne répond pas : 503 Service Unavailable, \d fois\.$/,
    );
  });

  it('429: waits as long as it is told', async () => {
    server.faults.add({ match: /^GET .*services\/shop$/, how: { status: 429, headers: { 'retry-after': '1' } } });
    const began = performance.now();
    await target.describe();
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('503 and answers that are no JSON are tried again, and then the target is out of reach', async () => {
    server.faults.add({ match: /^GET/, how: { status: 503, body: '<html>busy</html>' }, times: 2 });
    server.faults.add({ match: /^GET/, how: { status: 200, body: 'WARNING: your tool is out of date\n{}' } });
    await target.describe();
    server.faults.add({ match: /^GET/, how: { status: 503 }, times: 50 });
    await expect(target.describe()).rejects.toMatchObject({
      code: 'target_unreachable',
      about: { reason: expect.stringContaining('503') },
    });
  });

  it('a slow answer is bounded in time', async () => {
    const hurried = openTarget(server, { knobs: { requestMs: 50, tries: 2, firstWaitMs: 1 } });
    server.faults.add({ match: /^GET/, how: { slowMs: 2_000 }, times: 20 });
    await expect(hurried.describe()).rejects.toMatchObject({ code: 'target_unreachable' });
  });

  it.each(['lost', 'cut'] as const)('makes one revision when the answer to its making is %s', async (how) => {
    server.faults.add({ match: /^PATCH/, how });
    const { made, intent } = await create();
    await server.run.settled();
    await target.createRevision(intent);
    expect(server.run.revisions).toHaveLength(2);
    expect((await target.readBack(intent.id)).revision).toMatchObject({ name: made.name, isReady: true });
    expect(server.run.patches).toHaveLength(1);
  });

  it.each(['lost', 'cut'] as const)('sets the traffic when the answer to it is %s', async (how) => {
    const { made } = await create();
    server.faults.add({ match: /^PATCH/, how });
    await give(made.name);
    await server.run.settled();
    expect((await target.describe()).traffic.shares).toEqual([{ revision: made.name, percent: 100 }]);
    expect(server.run.patches).toHaveLength(2);
  });

  it('does not wait for ever for an operation: what is under way is read back as such, then as done', async () => {
    server.operationMs = 400;
    const hurried = openTarget(server, { knobs: { operationMs: 20, lookMs: 5, firstWaitMs: 5 } });
    const { intent } = await create({}, 'dep/1', hurried);
    expect(await hurried.readBack(intent.id)).toMatchObject({ isPending: true, revision: { isReady: false } });
    await server.run.settled();
    expect(await hurried.readBack(intent.id)).toMatchObject({ isPending: false, revision: { isReady: true } });
  });

  it('refuses a revision that does not start, with what Cloud Run says of it', async () => {
    const asked = change();
    const { state } = await target.plan(asked);
    const digest = `sha256:${'0'.repeat(64)}`;
    const intent = { id: 'dep/1', sequence: 1, change: asked, digest, buildId: 1, etag: state.etag };
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(target.createRevision(intent)).rejects.toMatchObject({
        code: 'target_refused',
        about: { reason: expect.stringContaining('not found') },
      });
    expect((await target.readBack('dep/1')).revision).toBeNull();
    expect((await target.describe()).revisions.map(({ name }) => name)).toEqual([expect.stringMatching(/^shop-00001/)]);
    expect(await ask((await target.describe()).address!)).toBe('hello red');
  });

  it('C5: makes the next revision from what runs, not from one of its own that was taken back', async () => {
    const { made } = await create({ settings: { memoryBytes: 512 * 1024 ** 2 } });
    await give(made.name, 20, false);
    const good = String(server.run.revisions[0]!.name).split('/').at(-1)!;
    await give(good, 100, false);
    expect((await target.describe()).settings.memoryBytes).toBe(2 * 1024 ** 3);
    const { made: next, before } = await create();
    expect(settingsDifference(before.settings, next.settings)).toEqual([]);
    expect(next.settings.memoryBytes).toBe(2 * 1024 ** 3);
  });

  it('C1: keeps what somebody else changed last, though it has no traffic yet', async () => {
    const { made } = await create();
    await give(made.name, 100);
    await give(made.name, 100, false);
    await server.run.editTemplate((edited) => (container(edited).env as Json[]).push({ name: 'FLAG', value: 'on' }));
    const { revisions, settings } = await target.describe();
    expect(Object.keys(settings.environment)).toContain('FLAG');
    expect(revisions.filter(({ intentId }) => intentId === 'dep-1/create').map(({ name }) => name)).toEqual([
      made.name,
    ]);
  });

  it('takes its own address from a retired revision, and leaves those of others', async () => {
    const { made } = await create();
    (server.run.service.traffic as Json[]).push({
      type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
      tag: 'preview',
      note: 'kept',
    });
    await give(String(server.run.revisions[0]!.name).split('/').at(-1)!, 100, false);
    await target.retire({ id: 'r', sequence: ++sequence, revision: made.name, drainMs: 1, keeps: false });
    const tags = (server.run.service.traffic as Json[]).filter(({ tag }) => tag !== undefined);
    expect(tags).toEqual([{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', tag: 'preview', note: 'kept' }]);
  });

  it('counts crashes, memory and failed probes by the words of Cloud Run', async () => {
    const { made } = await create();
    const say = (text: string, severity: 'WARNING' | 'ERROR' = 'WARNING') =>
      server.observability.entries.push({
        at: Date.now() - 5,
        revision: made.name,
        log: 'varlog/system',
        severity,
        text,
      });
    say('Memory limit of 2048 MiB exceeded with 2061 MiB used. Consider increasing the memory limit', 'ERROR');
    say('Container called exit(1).');
    say('Container called exit(0).');
    say('Uncaught signal: 6, pid=1, tid=1, fault_addr=0.');
    say('Uncaught signal: 15, pid=1, tid=1, fault_addr=0.');
    say('LIVENESS HTTP probe failed 3 times consecutively for container "shop" on path "/healthz".', 'ERROR');
    server.observability.entries.push({
      at: Date.now() - 5,
      revision: 'another',
      log: 'varlog/system',
      severity: 'ERROR',
      text: 'Container called exit(1).',
    });
    const later = openTarget(server, { clock: { now: () => Date.now() + 100 } });
    expect(await later.vitals(made.name)).toEqual({
      instances: 1,
      restarts: 1,
      outOfMemory: 1,
      crashes: 2,
      memoryBytes: Math.round(0.4 * 2 * 1024 ** 3),
      memoryLimitBytes: 2 * 1024 ** 3,
      startMs: 850,
    });
  });

  it('gives the last lines of a revision, oldest first, without secrets', async () => {
    const { made } = await create();
    for (const [index, text] of ['one', 'token hunter2', 'three'].entries())
      server.observability.entries.push({
        at: Date.now() + index,
        revision: made.name,
        log: 'stdout',
        severity: 'INFO',
        text,
      });
    expect(await target.logs(made.name, 2)).toEqual(['token [redacted]', 'three']);
    await expect(target.logs('x" OR resource.type="gce_instance', 1)).rejects.toMatchObject({ code: 'target_refused' });
  });

  it('measures requests, errors and latencies of each revision', async () => {
    const { made } = await create();
    const { address } = (await target.readBack('dep-1/create')).revision!;
    const from = Date.now();
    for (let index = 0; index < 10; index++) await ask(address!, index < 3 ? '/bad' : '/');
    const window = { service: 'shop', revision: made.name, from, to: Date.now() + 1_000 };
    expect(await target.metrics.read({ ...window, samples: 50 })).toEqual({
      requests: 10,
      errors: 3,
      latenciesMs: Array(10).fill(12),
    });
    expect((await target.metrics.read({ ...window, samples: 0 })).latenciesMs).toEqual([]);
    server.observability.isMonitoringClosed = true;
    await expect(target.metrics.read({ ...window, samples: 0 })).rejects.toMatchObject({ code: 'target_refused' });
  });

  it('C10: says which service is not there, and which permissions are missing', async () => {
    server.permissions = ['run.services.get'];
    expect(await target.missingPermissions()).toEqual([
      'run.services.update',
      'run.services.getIamPolicy',
      'run.revisions.list',
    ]);
    await expect(openTarget(server, { cloudRunService: 'shopp' }).describe()).rejects.toMatchObject({
      code: 'target_refused',
      about: { reason: expect.stringContaining('services/shopp') },
    });
    const nobody = openTarget(server, {
      tokens: { ...server.tokens, accessToken: async () => Promise.reject(new Error('no login')) },
    });
    await expect(nobody.describe()).rejects.toMatchObject({
      code: 'target_refused',
      about: { reason: expect.stringContaining('no login') },
    });
  });
});

describe('who Guardian is to Google', () => {
  it('takes tokens of the metadata server, as on Google Cloud itself, by google-auth-library', async () => {
    const asked: string[] = [];
    const metadata = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('metadata-flavor', 'Google');
      if (request.url?.includes('/identity'))
        return void response.end(
          `h.${Buffer.from(JSON.stringify({ exp: Date.now() / 1_000 + 3_600 })).toString('base64url')}.s`,
        );
      if (request.url?.includes('/token'))
        return void response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ access_token: 'of-the-machine', expires_in: 3_600, token_type: 'Bearer' }));
      response.end(request.url?.includes('project-id') ? 'shop-project' : '{}');
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    const kept = { ...process.env };
    process.env.GCE_METADATA_HOST = `127.0.0.1:${(metadata.address() as AddressInfo).port}`;
    process.env.HOME = '/nonexistent';
    process.env.METADATA_SERVER_DETECTION = 'assume-present';
    try {
      const tokens = applicationDefaultTokens();
      expect(await tokens.accessToken()).toBe('of-the-machine');
      expect(await tokens.identityToken('https://shop.example.org')).toMatch(/^h\./);
      expect(asked.some((url) => url.includes('audience=https://shop.example.org'))).toBe(true);
    } finally {
      process.env = kept;
      metadata.closeAllConnections();
      metadata.close();
    }
  });
});
