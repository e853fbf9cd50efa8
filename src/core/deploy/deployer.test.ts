import { describe, expect, it } from 'vitest';
import { type GuardianError, messagesFor } from '../shared/index.ts';
import { createWorld, type World } from './deployer-fixtures.ts';
import type { Deployment } from './deployment.ts';
import { PLAIN_SETTINGS, WELL } from './fake-target-fixtures.ts';

const MINUTE = 60_000;

function holders(world: World): Record<string, number> {
  return Object.fromEntries(world.target.traffic.shares.map(({ revision, percent }) => [revision, percent]));
}

function kinds(world: World): string[] {
  return world.store.outbox.map(({ kind }) => kind).filter((kind) => kind !== 'deployment-changed');
}

async function deployed(world: World, over: Parameters<World['request']>[0] = {}): Promise<Deployment> {
  const { id } = await world.deployer.deploy(world.request(over));
  return world.run(id);
}

const isNew = (revision: string) => revision !== 'shop-00001';

describe('deployment', () => {
  it('goes 5, 20, 50, 100 % with at least 5 min and 100 requests a side each, is watched 30 min, and leaves no pin', async () => {
    const world = createWorld();
    const startedAt = world.now;
    const over = await deployed(world);
    expect(over).toMatchObject({
      phase: 'promoted',
      watch: 'passed',
      buildId: 1,
      goodRevision: 'shop-00001',
      reason: null,
    });
    expect(world.target.traffic).toEqual({ shares: [{ revision: 'shop-00002', percent: 100 }], followsLatest: true });
    expect(world.target.splits.map(({ shares }) => shares[0]!.percent)).toEqual([5, 20, 50, 100]);
    expect(over.promotedAt! - startedAt).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(over.finishedAt! - over.promotedAt!).toBeGreaterThanOrEqual(30 * MINUTE);
    expect(kinds(world)).toEqual(['deployment-finished']);
    expect(over.initialMetrics).toMatchObject({ successRatio: expect.closeTo(0.99, 2), startMs: 900 });
    expect([world.target.rested, world.target.retired]).toEqual([['shop-00001'], []]);
  });

  it('writes every intent as a row before the target is touched, and its end after it was read back', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'measuring');
    const steps = await world.store.steps(id);
    expect(steps.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'create done',
      'check done',
      'check done',
      'check done',
      'check done',
      'traffic done',
    ]);
    expect(steps.every(({ intentId }) => intentId.startsWith(`${id}/`))).toBe(true);
  });

  it('writes nothing in a dry run, and shows the difference without a value', async () => {
    const world = createWorld();
    const before = structuredClone(world.target.traffic);
    const preview = await world.deployer.plan(
      world.request({
        change: {
          artifact: null,
          commit: null,
          settings: { environment: { FEATURE_X: 'secret-value' }, memoryBytes: 4 },
          unset: ['API_KEY'],
        },
      }),
    );
    expect(preview.plan.difference).toEqual([
      { path: 'environment.FEATURE_X', kind: 'changed', before: null, after: null },
      { path: 'memoryBytes', kind: 'changed', before: String(2 * 1024 ** 3), after: '4' },
      { path: 'secrets.API_KEY', kind: 'removed', before: 'shop-api-key:3', after: null },
    ]);
    expect(JSON.stringify(preview)).not.toContain('secret-value');
    expect([world.store.rows.size, world.target.revisions.length, world.target.traffic]).toEqual([0, 1, before]);
  });

  it('waits for a build for as long as the target is at work on it', async () => {
    const world = createWorld();
    const builtAt = world.now + 14 * MINUTE;
    const readBack = world.target.readBack.bind(world.target);
    world.target.readBack = async (intentId) => ({ ...(await readBack(intentId)), isPending: world.now < builtAt });
    const { id } = await world.deployer.deploy(world.request());
    const checking = await world.runUntil(id, 'checking');
    expect(checking).toMatchObject({ failures: 0, problem: null, revision: 'shop-00002' });
    expect(checking.phaseSince).toBeGreaterThanOrEqual(builtAt);
  });

  it('takes one deployment of a service at a time', async () => {
    const world = createWorld();
    await world.deployer.deploy(world.request());
    await expect(world.deployer.deploy(world.request())).rejects.toMatchObject({ code: 'conflict' });
  });

  it('does not begin while the traffic is split by somebody else', async () => {
    const world = createWorld();
    world.target.traffic = {
      shares: [
        { revision: 'shop-00001', percent: 90 },
        { revision: 'old', percent: 10 },
      ],
      followsLatest: false,
    };
    await expect(world.deployer.deploy(world.request())).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('old 10 %'),
    });
    expect(world.store.rows.size).toBe(0);
  });

  it('drops nothing: a target that would lose a setting which nobody named is refused with its path', async () => {
    const world = createWorld();
    const plan = world.target.plan.bind(world.target);
    world.target.plan = async (change) => {
      const planned = await plan(change);
      return { ...planned, settings: { ...planned.settings, memoryBytes: 512 * 1024 ** 2, environment: {} } };
    };
    await expect(world.deployer.plan(world.request())).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/environment\.DATABASE_URL \(removed\).*memoryBytes \(changed\)/),
    });
  });

  it('reads back what the revision runs with: one that came out otherwise gets no request', async () => {
    const world = createWorld();
    const create = world.target.createRevision.bind(world.target);
    world.target.createRevision = async (intent) => {
      const made = await create(intent);
      world.target.revisions[0] = { ...made, settings: { ...PLAIN_SETTINGS, memoryBytes: 512 * 1024 ** 2 } };
      return made;
    };
    expect(await deployed(world)).toMatchObject({
      phase: 'rolled_back',
      reason: 'settings_differ',
      reasonFacts: { settings: 'memoryBytes' },
    });
    expect(world.target.splits).toEqual([]);
    expect(world.target.retired).toEqual(['shop-00002']);
  });

  it('puts live what was agreed to, and nothing else that goes by the same name by now', async () => {
    const world = createWorld();
    const { plan } = await world.deployer.plan(world.request());
    const planned = world.target.plan.bind(world.target);
    world.target.plan = async (change) => ({ ...(await planned(change)), digest: 'sha256:moved' });
    const refused = world.deployer.deploy(world.request({ agreedDigest: plan.digest }));
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      about: { reason: expect.stringContaining(`sha256:moved in place of ${plan.digest}`) },
    });
    expect(world.store.rows.size).toBe(0);
    world.target.plan = planned;
    expect(await deployed(world, { agreedDigest: plan.digest })).toMatchObject({ plan: { digest: plan.digest } });
  });

  it('refuses in the words of whoever reads it', async () => {
    const world = createWorld();
    const french = (asked: Promise<unknown>) =>
      asked.then(
        () => '',
        (error: GuardianError) => error.explain(messagesFor('fr')).message,
      );
    const back = (revision: string | null) => world.deployer.rollback({ ...world.request(), revision });
    expect(await french(back('nope'))).toBe('Introuvable : révision nope (révisions connues : shop-00001).');
    expect(await french(back('shop-00001'))).toContain('shop-00001 a déjà tout le trafic');
    expect(await french(world.deployer.carryOn('dep-9'))).toBe('Introuvable : déploiement dep-9.');
    const change = { artifact: null, commit: null, settings: {}, unset: ['NOTHING'] };
    expect(await french(world.deployer.plan(world.request({ change })))).toContain('le service n’a pas ce réglage');
    world.target.traffic = {
      shares: [
        { revision: 'shop-00001', percent: 90 },
        { revision: 'old', percent: 10 },
      ],
      followsLatest: false,
    };
    expect(await french(world.deployer.plan(world.request()))).toContain('le trafic de fake est partagé');
  });

  it('goes on from the higher of the store and build_tag.txt', async () => {
    const world = createWorld();
    expect((await deployed(world, { knownBuildId: 41 })).buildId).toBe(42);
    expect((await deployed(world, { knownBuildId: 3 })).buildId).toBe(43);
  });
});

describe('judged under traffic', () => {
  it('goes back to the recorded good revision when errors rise, and says with which numbers', async () => {
    const world = createWorld();
    world.errorShare = (revision) => (isNew(revision) ? 0.06 : 0.01);
    const over = await deployed(world);
    expect(over).toMatchObject({ phase: 'rolled_back', reason: 'errors', step: 0 });
    expect(over.reasonFacts).toMatchObject({ newRequests: expect.any(Number), errorP: expect.any(Number) });
    expect(Number(over.reasonFacts.newRequests)).toBeLessThanOrEqual(400);
    expect(world.target.traffic).toEqual({ shares: [{ revision: 'shop-00001', percent: 100 }], followsLatest: false });
    expect(kinds(world)).toEqual(['deployment-rolled-back']);
    expect(world.store.outbox.at(-1)!.payload).toMatchObject({ pinnedTo: 'shop-00001', reason: 'errors' });
  });

  it('goes back when it is more than 20 % slower, and not when it is 10 % slower', async () => {
    const slow = createWorld();
    slow.latencyMs = (revision) => (isNew(revision) ? 112 : 80);
    expect(await deployed(slow)).toMatchObject({ phase: 'rolled_back', reason: 'latency' });
    const slower = createWorld();
    slower.latencyMs = (revision) => (isNew(revision) ? 88 : 80);
    expect(await deployed(slower)).toMatchObject({ phase: 'promoted' });
  });

  it('does not take a new process back that is slower by a millisecond, or only while it is cold', async () => {
    const tiny = createWorld();
    tiny.latencyMs = (revision) => (isNew(revision) ? 1.1 : 0.6);
    expect(await deployed(tiny)).toMatchObject({ phase: 'promoted' });
    const cold = createWorld();
    let measuredSince: number | null = null;
    cold.latencyMs = (revision) => {
      if (isNew(revision)) measuredSince ??= cold.now;
      return isNew(revision) && cold.now - measuredSince! < 25_000 ? 900 : 80;
    };
    const warmed = await deployed(cold);
    expect([warmed.phase, new Set(warmed.verdicts.map(({ verdict }) => verdict))]).toEqual([
      'promoted',
      new Set(['pass']),
    ]);
    const always = createWorld({ knobs: { latencyLeastMs: 0 } });
    always.latencyMs = tiny.latencyMs;
    expect(await deployed(always)).toMatchObject({ phase: 'rolled_back', reason: 'latency' });
  });

  it('goes back at once on a crash, memory that ran out, or an issue at CRITICAL that came or came back, and reports', async () => {
    for (const vitals of [
      { ...WELL, crashes: 1 },
      { ...WELL, outOfMemory: 1 },
      { ...WELL, restarts: 2 },
    ]) {
      const world = createWorld();
      const { id } = await world.deployer.deploy(world.request());
      await world.runUntil(id, 'measuring');
      world.target.vitalsOf.set('shop-00002', vitals);
      expect(await world.run(id)).toMatchObject({ phase: 'rolled_back', reason: 'critical_error', step: 0 });
    }
    const critical = { id: 'issue-1', title: 'TypeError', firstSeen: 0, incidents: 1, isCritical: true };
    for (const issues of [{ newIssues: [critical] }, { regressedIssues: [critical] }]) {
      const world = createWorld();
      const { id } = await world.deployer.deploy(world.request());
      await world.runUntil(id, 'measuring');
      Object.assign(world, issues);
      expect(await world.run(id)).toMatchObject({
        phase: 'rolled_back',
        reason: 'critical_error',
        reasonFacts: { critical: 1, first: 'TypeError', id: 'issue-1' },
      });
      expect(kinds(world)).toEqual(['report-wanted', 'deployment-rolled-back']);
    }
  });

  it('reports a critical error too where it may not go back by itself', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request({ isIrreversible: true }));
    await world.runUntil(id, 'measuring');
    world.target.vitalsOf.set('shop-00002', { ...WELL, crashes: 1 });
    expect(await world.run(id)).toMatchObject({ phase: 'held', reason: 'critical_error' });
    expect(kinds(world)).toEqual(['deployment-held', 'report-wanted']);
  });

  it('takes what cannot be read as inconclusive: no rollback, held after 30 min, and told', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'measuring');
    world.canRead = false;
    const held = await world.run(id);
    expect(held).toMatchObject({ phase: 'held', reason: 'inconclusive', heldFrom: 'measuring' });
    expect(holders(world)).toEqual({ 'shop-00002': 5, 'shop-00001': 95 });
    expect(kinds(world)).toEqual(['deployment-held']);
    world.canRead = true;
    await world.deployer.carryOn(id);
    expect(await world.run(id)).toMatchObject({ phase: 'promoted' });
  });

  it('holds for want of traffic, and promotes only where the knob says so', async () => {
    const quiet = createWorld();
    quiet.requestsPerSecond = 0.01;
    expect(await deployed(quiet)).toMatchObject({
      phase: 'held',
      reason: 'inconclusive',
      reasonFacts: { because: 'traffic' },
    });
    const bold = createWorld({ knobs: { promotesInconclusive: true } });
    bold.requestsPerSecond = 0.01;
    expect(await deployed(bold)).toMatchObject({ phase: 'promoted' });
  });

  it('goes back in the watch after the promotion, once; then for 30 min it alerts instead', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'watching');
    world.errorShare = (revision) => (isNew(revision) ? 0.2 : 0.01);
    const over = await world.run(id);
    expect(over).toMatchObject({
      phase: 'rolled_back',
      reason: 'errors',
      cooldownUntil: over.finishedAt! + 30 * MINUTE,
    });
    expect(kinds(world)).toEqual(['deployment-finished', 'deployment-rolled-back']);
    expect(await deployed(world)).toMatchObject({ phase: 'held', reason: 'errors' });
    expect(kinds(world).at(-1)).toBe('deployment-held');
  });

  it('alerts instead of going back when it is irreversible; a person may still send it back', async () => {
    const world = createWorld();
    world.errorShare = (revision) => (isNew(revision) ? 0.2 : 0.01);
    const held = await deployed(world, { isIrreversible: true });
    expect(held).toMatchObject({ phase: 'held', reason: 'errors' });
    await world.deployer.rollback({ ...world.request(), revision: null });
    expect(await world.run(held.id)).toMatchObject({ phase: 'rolled_back', reason: 'by_hand', cooldownUntil: null });
    expect(holders(world)).toEqual({ 'shop-00001': 100 });
  });

  it('goes back when people without a login are kept out, looked at every 5 min', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'watching');
    world.reply = () => ({ status: 403 });
    const closedAt = world.now;
    const over = await world.run(id);
    expect(over).toMatchObject({
      phase: 'rolled_back',
      reason: 'access_changed',
      reasonFacts: { before: 200, now: 403 },
    });
    expect(over.finishedAt! - closedAt).toBeLessThanOrEqual(5.5 * MINUTE);
  });
});

describe('held by a person', () => {
  const word = { actor: 'user:ana', note: 'looking at the prices' };

  it('grows no further, says who and why, and goes on with the step it was at', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'measuring');
    const held = await world.deployer.hold(id, word);
    expect(held).toMatchObject({
      phase: 'held',
      heldFrom: 'measuring',
      reason: 'held_by_hand',
      reasonFacts: { actor: 'user:ana', why: 'looking at the prices' },
    });
    expect(kinds(world)).toEqual(['deployment-held']);
    expect(await world.deployer.hold(id, word)).toEqual(held);
    world.now += 24 * 60 * MINUTE;
    await world.turn();
    expect(holders(world)).toEqual({ 'shop-00002': 5, 'shop-00001': 95 });
    expect(await world.deployer.carryOn(id)).toMatchObject({ phase: 'measuring', step: 0, reason: null });
    expect(await world.run(id)).toMatchObject({ phase: 'promoted' });
    expect(world.target.splits.map(({ shares }) => shares[0]!.percent)).toEqual([5, 20, 50, 100]);
  });

  it('before its revision is made keeps the values that were named for it', async () => {
    const world = createWorld();
    const change = { artifact: null, commit: null, settings: { environment: { FEATURE_Y: 'on' } }, unset: [] };
    const { id } = await world.deployer.deploy(world.request({ change }));
    await world.deployer.hold(id, word);
    await world.turn();
    expect(world.target.revisions).toHaveLength(1);
    await world.deployer.carryOn(id);
    expect(await world.run(id)).toMatchObject({ phase: 'promoted' });
  });

  it('may be rolled back; what has all the traffic, goes back or is over is not held', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'measuring');
    await world.deployer.hold(id, { ...word, note: null });
    await world.deployer.rollback({ ...world.request(), revision: null });
    expect(await world.run(id)).toMatchObject({ phase: 'rolled_back', reason: 'by_hand' });
    await expect(world.deployer.hold(id, word)).rejects.toMatchObject({ code: 'conflict' });
    const next = await world.deployer.deploy(world.request());
    await world.runUntil(next.id, 'watching');
    await expect(world.deployer.hold(next.id, word)).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.deployer.hold('dep-unknown', word)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a service that is ended', () => {
  it('has its watch ended with it, and is not ended while a deployment is under way, or where it runs elsewhere', async () => {
    const world = createWorld();
    await expect(world.deployer.end(world.target)).rejects.toMatchObject({ code: 'conflict' });
    const ending = { ...world.target, end: async () => ['shop-00002', 'shop-00001'] };
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'measuring');
    await expect(world.deployer.end(ending)).rejects.toMatchObject({
      code: 'conflict',
      about: { reason: expect.stringContaining(id) },
    });
    await world.runUntil(id, 'watching');
    expect(await world.deployer.end(ending)).toEqual(['shop-00002', 'shop-00001']);
    expect(world.store.rows.get(id)).toMatchObject({ phase: 'promoted', watch: 'superseded', nextAt: null });
  });
});

/** Answers the first analysis at length, the second from its cache. */
function analyses(world: World, cachedMs: number): void {
  world.asked = { ...world.asked, analysisPath: '/api/memory/analyze' };
  const given = ['none', 'memory'];
  world.reply = ({ method }) => {
    const cache = method === 'POST' ? given.shift() : undefined;
    if (cache === undefined) return {};
    const body = JSON.stringify({ status: 'completed', metadata: { provider: 'builtin', cache } });
    return { body, durationMs: cache === 'none' ? 900 : cachedMs };
  };
}

describe('checks at 0 %', () => {
  const atNew = ({ url }: { url: string }) => url.includes('00002');
  const failing: [string, string, (world: World) => void][] = [
    [
      'the new one never answers',
      'check_failed',
      (world) => {
        world.reply = (request) => (atNew(request) ? { status: null, problem: 'refused' } : {});
      },
    ],
    [
      'it flaps',
      'check_failed',
      (world) => {
        let answers = 0;
        world.reply = (request) => (atNew(request) && answers++ % 3 === 2 ? { status: 503 } : {});
      },
    ],
    [
      'fewer than 90 % of the tests pass',
      'tests_failed',
      (world) => {
        world.asked = { ...world.asked, own: [{ kind: 'tests', name: 'smoke', command: 'npm' }] };
        world.command = () => ({ output: 'Tests: 2 failed, 11 passed', exitStatus: 1 });
      },
    ],
    [
      'the named feature is broken',
      'feature_broken',
      (world) => {
        world.asked = { ...world.asked, own: [{ kind: 'feature', name: 'checkout', path: '/checkout' }] };
        world.reply = ({ url }) => (url.endsWith('/checkout') ? { status: 500 } : {});
      },
    ],
    [
      'one of the metrics is missing',
      'check_failed',
      (world) => {
        world.asked = { ...world.asked, metrics: { path: '/api/metrics', names: ['a_total', 'b_seconds'] } };
        world.reply = ({ url }) =>
          url.endsWith('metrics') ? { body: '# TYPE b_seconds histogram\na_total{x="1"} 0\n' } : {};
      },
    ],
    [
      'memory is nearly full',
      'check_failed',
      (world) => {
        world.target.vitalsOf.set('shop-00002', { ...WELL, memoryBytes: 1.9 * 1024 ** 3 });
      },
    ],
    [
      'an issue has a new fingerprint',
      'new_issue',
      (world) => {
        world.newIssues = [{ id: 'issue-1', title: 'TypeError', firstSeen: 0, incidents: 1, isCritical: false }];
      },
    ],
    [
      'an issue at CRITICAL is back',
      'critical_error',
      (world) => {
        world.regressedIssues = [{ id: 'issue-1', title: 'TypeError', firstSeen: 0, incidents: 9, isCritical: true }];
      },
    ],
    [
      'it keeps people out',
      'access_changed',
      (world) => {
        world.reply = (request) =>
          atNew(request) && request.headers.authorization === undefined ? { status: 401 } : {};
      },
    ],
  ];

  it.each(failing)('gives no traffic when %s', async (_what, reason, spoil) => {
    const world = createWorld();
    world.target.authorize = async () => ({ authorization: 'Bearer token' });
    spoil(world);
    const over = await deployed(world);
    expect(over).toMatchObject({ phase: 'rolled_back', reason, step: -1, cooldownUntil: null });
    expect(world.target.splits).toEqual([]);
    expect(holders(world)).toEqual({ 'shop-00001': 100 });
    expect(world.target.retired).toEqual(['shop-00002']);
  });

  it('takes the analysis as checked when it is completed, and comes from the cache in time the second time', async () => {
    const quick = createWorld();
    analyses(quick, 20);
    expect((await deployed(quick)).checks.find(({ kind }) => kind === 'analysis')).toMatchObject({
      outcome: 'passed',
      facts: { cachedMs: 20, provider: 'builtin' },
    });
    const slow = createWorld();
    analyses(slow, 150);
    expect(await deployed(slow)).toMatchObject({
      phase: 'rolled_back',
      reason: 'check_failed',
      reasonFacts: { check: 'analysis', cachedMs: 150 },
    });
  });
});

describe('rollback by hand', () => {
  it('moves all traffic to a former revision, checks it, pins it; the next deployment lifts the pin and goes back there', async () => {
    const world = createWorld();
    await deployed(world);
    const row = await world.deployer.rollback({ ...world.request(), revision: 'shop-00001' });
    expect(await world.run(row.id)).toMatchObject({ kind: 'rollback', phase: 'promoted' });
    expect(world.target.traffic).toEqual({ shares: [{ revision: 'shop-00001', percent: 100 }], followsLatest: false });
    const next = await world.deployer.deploy(world.request());
    expect(next).toMatchObject({ goodRevision: 'shop-00001', before: { pin: 'shop-00001' } });
    await world.run(next.id);
    expect(world.target.traffic).toEqual({ shares: [{ revision: 'shop-00003', percent: 100 }], followsLatest: true });
  });

  it('answers an unknown name with the list, and shows in a dry run where it would go', async () => {
    const world = createWorld();
    await expect(world.deployer.rollback({ ...world.request(), revision: 'nope' })).rejects.toMatchObject({
      code: 'not_found',
      about: { reason: expect.stringContaining('shop-00001') },
    });
    await deployed(world);
    await deployed(world);
    const preview = await world.deployer.planRollback({ ...world.request(), revision: null });
    expect(preview).toMatchObject({ underWay: null, revision: 'shop-00002' });
    expect(holders(world)).toEqual({ 'shop-00003': 100 });
  });

  const flaky = () => {
    const given = { refuses: false };
    const world = createWorld({ fault: (call) => (given.refuses && call === 'setTraffic' ? 'refused' : 'ok') });
    return { world, given };
  };
  const back = (world: World, revision: string | null) =>
    world.deployer.rollback({ ...world.request(), revision }).then(({ id }) => world.run(id));

  it('that the target refused moves the traffic when it is carried on, and until then nothing of it is good', async () => {
    const { world, given } = flaky();
    await deployed(world);
    given.refuses = true;
    const { id, ...held } = await back(world, 'shop-00001');
    expect(held).toMatchObject({ phase: 'held', heldFrom: 'promoting', reason: 'target_refused', promotedAt: null });
    await world.deployer.carryOn(id);
    expect(await world.run(id)).toMatchObject({ phase: 'held', promotedAt: null, watch: null });
    expect(holders(world)).toEqual({ 'shop-00002': 100 });
    expect(await world.store.lastGood('shop')).toMatchObject({ revision: 'shop-00002' });
    given.refuses = false;
    await world.deployer.carryOn(id);
    expect(await world.run(id)).toMatchObject({ phase: 'promoted', watch: 'passed' });
    expect(holders(world)).toEqual({ 'shop-00001': 100 });
    expect(await world.store.lastGood('shop')).toMatchObject({ revision: 'shop-00001' });
  });

  it('whose checks failed ends where it is when it is carried on, is told, and is not taken for good', async () => {
    const world = createWorld();
    await deployed(world);
    world.reply = () => ({ status: 503 });
    const { id, ...held } = await back(world, 'shop-00001');
    expect(held).toMatchObject({ phase: 'held', heldFrom: 'checking', reason: 'check_failed' });
    expect(await world.deployer.carryOn(id)).toMatchObject({ phase: 'promoted', watch: null });
    expect(holders(world)).toEqual({ 'shop-00001': 100 });
    expect(await world.store.lastGood('shop')).toMatchObject({ revision: 'shop-00002' });
    expect(world.store.outbox.at(-1)).toMatchObject({
      kind: 'deployment-rolled-back',
      payload: { pinnedTo: 'shop-00001' },
    });
  });

  it('that is held gives way to the next: to another revision, to the last good one, to a deployment', async () => {
    const { world, given } = flaky();
    await deployed(world);
    await deployed(world);
    given.refuses = true;
    const refused = await back(world, 'shop-00002');
    given.refuses = false;
    const other = await back(world, null);
    expect(other).toMatchObject({ phase: 'promoted', revision: 'shop-00002' });
    expect(world.store.rows.get(refused.id)).toMatchObject({ phase: 'rolled_back', watch: 'superseded', nextAt: null });
    world.reply = () => ({ status: 503 });
    const failed = await back(world, 'shop-00003');
    expect(failed).toMatchObject({ phase: 'held', heldFrom: 'checking' });
    world.reply = () => ({});
    const next = await world.deployer.deploy(world.request());
    expect(world.store.rows.get(failed.id)).toMatchObject({ phase: 'promoted', watch: 'superseded' });
    expect(await world.run(next.id)).toMatchObject({ phase: 'promoted', watch: 'passed', baseRevision: 'shop-00003' });
  });

  it('from a revision that keeps people out is well when they are let in as the good one had let them', async () => {
    const world = createWorld();
    await deployed(world);
    await deployed(world);
    world.reply = () => ({ status: world.target.traffic.shares[0]!.revision === 'shop-00003' ? 403 : 200 });
    expect(await back(world, null)).toMatchObject({ phase: 'promoted', watch: 'passed', revision: 'shop-00002' });
  });

  it('finds the revision before for as long as it is the one to go back to, and older ones no more', async () => {
    const world = createWorld();
    await deployed(world);
    await deployed(world);
    expect(world.target.revisions.map(({ name }) => name)).toEqual(['shop-00003', 'shop-00002', 'shop-00001']);
    await deployed(world);
    // What somebody else made is not Guardian's to end.
    expect(world.target.revisions.map(({ name }) => name)).toEqual(['shop-00004', 'shop-00003', 'shop-00001']);
    await expect(back(world, 'shop-00002')).rejects.toMatchObject({ code: 'not_found' });
    expect(await back(world, null)).toMatchObject({ phase: 'promoted', revision: 'shop-00003' });
    expect(holders(world)).toEqual({ 'shop-00003': 100 });
  });

  it('does not take a superseded revision for good: the next failure goes to the one before it', async () => {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    await world.runUntil(id, 'watching');
    world.errorShare = (revision) => (revision === 'shop-00003' ? 0.3 : 0.01);
    const over = await deployed(world, { supersedes: true });
    expect(world.store.rows.get(id)).toMatchObject({ phase: 'promoted', watch: 'superseded' });
    expect(over).toMatchObject({ phase: 'rolled_back', baseRevision: 'shop-00002' });
    expect(over.goodRevision).toBe('shop-00001');
    expect(holders(world)).toEqual({ 'shop-00001': 100 });
  });
});
