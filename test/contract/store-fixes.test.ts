import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fix, Forge, HandOffResult, PullRequestState } from '../../src/core/fixes/index.ts';
import { GuardianError } from '../../src/core/shared/index.ts';
import {
  addDeployment,
  addIncident,
  addIssue,
  addRequests,
  addRevision,
  DAY_MS,
  HOUR_MS,
  loopOver,
  MENDED,
  NOW,
} from './fixes-fixtures.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const { signal } = new AbortController();

function fixOf(result: HandOffResult): Fix {
  if (result.isRefused) throw new Error(result.reason);
  return result.fix;
}

describe.each(DATABASES)('fixes in $name', ({ open }) => {
  let stores: OpenedStores;
  let now = NOW;
  const clock = { now: () => now };
  let project: number;
  beforeEach(async () => {
    now = NOW;
    stores = await open({ clock });
    project = stores.projectIds[0];
    await addIssue(stores.main, { id: 'issue-1', projectId: project });
    await addRevision(stores.main, { projectId: project, name: 'r-1', firstSeen: NOW - 3 * DAY_MS, lastSeen: NOW });
  });
  afterEach(() => stores.close());

  const command = { issueId: 'issue-1', way: 'command', by: 'user:7' } as const;
  const outbox = async () =>
    (await stores.main.kysely.selectFrom('outbox').select(['kind', 'subject_id']).orderBy('id').execute()).map(
      ({ kind, subject_id }) => `${kind} ${subject_id}`,
    );
  const issueState = async (id = 'issue-1') => (await stores.main.issues.get(id))?.state;

  it('one open fix an issue: of many that are handed off at once one is a row, and the issue is handed off', async () => {
    const { fixes } = loopOver(stores.main, { clock });
    const results = await Promise.all(Array.from({ length: 5 }, () => fixes.handOff(command)));
    const [made] = results.filter((one) => !one.isRefused);
    expect(results.filter(({ isRefused }) => isRefused)).toHaveLength(4);
    const fix = fixOf(made!);
    for (const one of results) if (one.isRefused) expect([one.reason, one.fix?.id]).toEqual(['open', fix.id]);
    expect(await issueState()).toBe('handed off');
    expect(await outbox()).toEqual([`fix-changed ${fix.id}`, 'issue-changed issue-1']);
    expect(await stores.main.fixes.get(fix.id)).toEqual(fix);
    const about = await stores.main.fixes.about(fix.id);
    expect(about?.handOff?.markdown).toContain('What is asked');
    expect(about?.history.map(({ actor, action }) => [actor, action])).toEqual([['user:7', 'handed off']]);
    expect((await stores.main.issues.about('issue-1')).history.map(({ action }) => action)).toEqual(['handed off']);
  });

  it('an answer by mail that comes at once to several nodes counts once, and is known until its time is over', async () => {
    const nodes = Array.from(
      { length: 3 },
      (_, index) => loopOver(stores.main, { clock, node: `node-${index}` }).fixes,
    );
    const fix = fixOf(await nodes[0]!.handOff(command));
    for (const [action, mail] of [
      ['note', 'first'],
      ['propose', 'second'],
    ] as const) {
      const answer = { action, text: 'Look', branch: 'mend', marks: [mail, `text of ${mail}`] };
      const results = await Promise.all(nodes.map(({ reply }) => reply(fix.id, answer, 'mail:ana@example.com')));
      expect(results.filter(({ isRefused }) => !isRefused)).toHaveLength(1);
    }
    const again = { action: 'note', text: 'Look', marks: ['other', 'text of second'] } as const;
    expect(await nodes[0]!.reply(fix.id, again, 'mail:ana@example.com')).toEqual({
      isRefused: true,
      reason: 'repeated',
    });
    expect((await stores.main.fixes.about(fix.id))?.history).toHaveLength(3);
    expect(await stores.main.fixes.forget({ before: NOW + 1, limit: 3 })).toBe(3);
    expect(await stores.main.fixes.forget({ before: NOW + 1, limit: 3 })).toBe(1);
    expect(await nodes[0]!.reply(fix.id, again, 'mail:ana@example.com')).toMatchObject({ isRefused: false });
  });

  it('runs the command once, keeps what came of it, and the fix is proposed', async () => {
    let runs = 0;
    const loop = loopOver(stores.main, {
      clock,
      run: async () => {
        runs += 1;
        return MENDED;
      },
    });
    const fix = fixOf(await loop.fixes.handOff(command));
    const other = loopOver(stores.main, { clock, node: 'node-2' });
    const done = await Promise.all([loop.worker.pass(signal), other.worker.pass(signal)]);
    expect(done[0]! + done[1]!).toBe(1);
    expect(runs).toBeLessThanOrEqual(1);
    const now_ = await stores.main.fixes.get(fix.id);
    expect(now_).toMatchObject({
      state: 'proposed',
      proposal: { branch: 'guardian/fix-shop-1', commit: 'c'.repeat(40) },
    });
    const about = await stores.main.fixes.about(fix.id);
    expect(about?.attempts).toMatchObject([{ state: 'done', tries: 1, run: MENDED }]);
    expect(await outbox()).toContain(`fix-proposed ${fix.id}`);
  });

  it.each([
    ['timed-out', null, 'agent-timed-out'],
    ['killed-output', null, 'agent-failed'],
    ['exited', 1, 'agent-failed'],
  ] as const)(
    'a change of a run that came to no good end (%s, %s) is no proposal: its branch is kept for a person',
    async (end, exitCode, reason) => {
      const forge = { kind: 'github' } as unknown as Forge;
      const loop = loopOver(stores.main, { clock, forge, run: async () => ({ ...MENDED, end, exitCode }) });
      const fix = fixOf(await loop.fixes.handOff(command));
      expect(await loop.worker.pass(signal)).toBe(1);
      expect(await stores.main.fixes.get(fix.id)).toMatchObject({
        state: 'failed',
        proposal: null,
        end: { reason, detail: 'guardian/fix-shop-1' },
      });
      const about = await stores.main.fixes.about(fix.id);
      expect(about?.attempts).toMatchObject([
        { work: { kind: 'command' }, run: { change: { branch: 'guardian/fix-shop-1' } } },
      ]);
      expect(await outbox()).not.toContain(`fix-proposed ${fix.id}`);
      expect(await issueState()).toBe('open');
    },
  );

  it('a run whose process ended within is begun anew once, then the fix fails and the issue is open again', async () => {
    const loop = loopOver(stores.main, { clock });
    const fix = fixOf(await loop.fixes.handOff(command));
    const lose = () => stores.main.fixAttempts.claim({ node: 'gone', at: now, holdMs: 1_000, kinds: ['command'] });
    const first = await lose();
    expect(first?.tries).toBe(1);
    expect(await lose()).toBeNull();
    now += 2_000;
    const stop = new AbortController();
    stop.abort();
    await loop.worker.pass(stop.signal);
    expect(
      await stores.main.fixAttempts.settle(
        first!,
        { state: 'done', at: now, nextAt: now, lastError: null, run: null },
        () => null,
      ),
    ).toBe(false);
    expect((await lose())?.tries).toBe(2);
    now += 2_000;
    await loop.worker.pass(stop.signal);
    expect(await stores.main.fixes.get(fix.id)).toMatchObject({ state: 'failed', end: { reason: 'agent-failed' } });
    expect(await issueState()).toBe('open');
    expect((await loop.fixes.handOff(command)).isRefused).toBe(false);
  });

  it('a mail is queued under the key of its fix, and told how to answer', async () => {
    const loop = loopOver(stores.main, { clock });
    const fix = fixOf(await loop.fixes.handOff({ issueId: 'issue-1', way: 'mail', by: 'user:7' }));
    await loop.worker.pass(signal);
    expect(loop.mails).toMatchObject([
      { key: `fix:${fix.id}`, to: 'ana@example.com', subject: `Hand-off of SHOP-1 (${fix.id})` },
    ]);
    expect(loop.mails[0]?.text).toContain('Answer this mail');
  });

  it('a forge that limits is asked again when it says, and one that refuses ends the hand-off', async () => {
    const said: GuardianError[] = [
      new GuardianError('delivery_unreachable', { reason: 'HTTP 403', retryAfterMs: 1_200_000 }),
      new GuardianError('delivery_refused', { reason: 'HTTP 401' }),
    ];
    const forge = { kind: 'github', openIssue: async () => Promise.reject(said.shift()) } as unknown as Forge;
    const loop = loopOver(stores.main, { clock, forge });
    const fix = fixOf(await loop.fixes.handOff({ issueId: 'issue-1', way: 'github', by: 'user:7' }));
    expect(await loop.worker.pass(signal)).toBe(1);
    const [attempt] = (await stores.main.fixes.about(fix.id))!.attempts;
    expect(attempt).toMatchObject({ state: 'pending', tries: 1, nextAt: NOW + 1_200_000 });
    now += 1_199_000;
    expect(await loop.worker.pass(signal)).toBe(0);
    now += 1_000;
    expect(await loop.worker.pass(signal)).toBe(1);
    expect(await stores.main.fixes.get(fix.id)).toMatchObject({ state: 'failed', end: { reason: 'not-delivered' } });
  });

  it('hands off by itself at most five a day over all nodes, and what a person asks for is not counted', async () => {
    for (let index = 2; index <= 8; index++) await addIssue(stores.main, { id: `issue-${index}`, projectId: project });
    const options = { clock, knobs: { automatic: 'mender' } };
    const loops = [loopOver(stores.main, options), loopOver(stores.main, { ...options, node: 'node-2' })];
    fixOf(await loops[0]!.fixes.handOff(command));
    await Promise.all(loops.map(({ fixes }) => fixes.handOffByItself(signal)));
    const every = { states: null, projectId: null, issueId: null, service: null, since: null, cursor: null, limit: 50 };
    const made = (await stores.main.fixes.list(every)).items;
    expect(made.filter(({ isAutomatic }) => isAutomatic)).toHaveLength(5);
    expect(made).toHaveLength(6);
    now += DAY_MS + 1;
    await stores.main.kysely.updateTable('issue').set({ last_seen: now }).execute();
    expect(await loops[0]!.fixes.handOffByItself(signal)).toBe(2);
  });

  it.each([
    ['public trust', { isPublic: true }, 3],
    ['fixability below what is worth a try', { fixability: { score: 39, points: [], cap: null } }, 3],
    ['fewer than three incidents of one that is not new', { isNew: false }, 2],
  ])('hands nothing off by itself: %s', async (_, material, incidents) => {
    await addIssue(stores.main, { id: 'issue-9', projectId: project, incidents });
    await stores.main.kysely.updateTable('issue').set({ state: 'ignored' }).where('id', '=', 'issue-1').execute();
    const { fixes } = loopOver(stores.main, { clock, knobs: { automatic: 'mender' }, material });
    expect(await fixes.handOffByItself(signal)).toBe(0);
    expect((await fixes.handOff({ ...command, issueId: 'issue-9' })).isRefused).toBe(false);
  });

  it('gives an agent the same issue again by itself only after a week, and to a person who asks at once', async () => {
    const { fixes } = loopOver(stores.main, { clock, knobs: { automatic: 'mender' } });
    expect(await fixes.handOffByItself(signal)).toBe(1);
    const first = (await stores.main.fixes.newestOf('issue-1'))!;
    await fixes.reply(first.id, { action: 'decline' }, 'key:3');
    expect(await fixes.handOffByItself(signal)).toBe(0);
    expect((await fixes.outlook('issue-1'))?.byItself).toEqual({
      agent: 'mender',
      reasons: [{ refusal: 'tried', counts: null }],
      againAt: first.handedOffAt + 7 * DAY_MS,
    });
    expect((await fixes.handOff(command)).isRefused).toBe(false);
  });

  it('foretells every reason against a hand-off at once, of people and by itself', async () => {
    const outlook = (options: Partial<Parameters<typeof loopOver>[1]> = {}, id = 'issue-1') =>
      loopOver(stores.main, { clock, ...options }).fixes.outlook(id);
    expect(await outlook({ knobs: { automatic: 'mender' } })).toMatchObject({
      open: null,
      byItself: { agent: 'mender', reasons: [], againAt: null },
    });
    const { fixes } = loopOver(stores.main, { clock, knobs: { automatic: 'mender', perDay: 1 } });
    expect(await fixes.handOffByItself(signal)).toBe(1);
    await addIssue(stores.main, { id: 'issue-9', projectId: project, incidents: 2 });
    const old = { state: 'ignored', last_seen: NOW - 2 * DAY_MS };
    await stores.main.kysely.updateTable('issue').set(old).where('id', '=', 'issue-9').execute();
    const material = {
      ...{ commit: null, isPublic: true, isNew: false },
      fixability: { score: 39, points: [], cap: { reason: 'environment-error' as const, at: 35 } },
    };
    const seen = await outlook({ knobs: { automatic: 'mender', perDay: 1 }, material }, 'issue-9');
    expect(seen).toMatchObject({ level: 'tell', open: null });
    expect(seen!.byItself.reasons).toEqual([
      { refusal: 'no-revision', counts: null },
      { refusal: 'not-open', counts: null },
      { refusal: 'not-lately', counts: null },
      { refusal: 'public-trust', counts: null },
      { refusal: 'too-few-incidents', counts: { has: 2, needs: 3 } },
      { refusal: 'fixability', counts: { has: 39, needs: 40 } },
      { refusal: 'capped', counts: { has: 1, needs: 1 } },
    ]);
    expect(seen!.ways.map(({ agent, reasons }) => [agent, reasons.map(({ refusal }) => refusal)])).toEqual([
      ['mender', ['no-revision']],
      ['ana', []],
      ['tracker', ['not-set-up']],
      [null, []],
    ]);
    expect((await outlook({}, 'issue-1'))!.ways[0]!.reasons).toEqual([{ refusal: 'open', counts: null }]);
    expect(await outlook({}, 'issue-none')).toBeNull();
  });

  async function deployed(revision: string | null = 'r-2', issueId = 'issue-1') {
    const loop = loopOver(stores.main, { clock });
    const fix = fixOf(await loop.fixes.handOff({ issueId, way: 'mcp', agent: 'codex', by: 'key:3' }));
    await loop.fixes.reply(fix.id, { action: 'deploy', ...(revision !== null && { revision }) }, 'key:3');
    return { ...loop, id: fix.id, read: async () => (await stores.main.fixes.get(fix.id))! };
  }

  it('is verified by silent requests of its route: 3 to an incident, 20 and an hour at least; then its issue is resolved', async () => {
    // 3 incidents in 100 requests: 100 silent ones are needed.
    await addRequests(stores.main, { projectId: project, revision: 'r-1', count: 100, from: NOW - 2 * HOUR_MS });
    const { watch, id, read } = await deployed();
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({ outcome: 'could not look', problem: 'revision-unknown' });
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: NOW + HOUR_MS });
    now = NOW + HOUR_MS;
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({ outcome: 'no traffic', needed: 100, unit: 'requests' });
    await addRequests(stores.main, { projectId: project, revision: 'r-2', count: 99, from: NOW + 1 });
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({ outcome: 'too early', requests: 99, needed: 100 });
    await addRequests(stores.main, { projectId: project, revision: 'r-2', count: 1, from: NOW + 5_000 });
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'verified', verification: { outcome: 'fixed', requests: 100 } });
    expect(await issueState()).toBe('resolved');
    expect((await stores.main.issues.get('issue-1'))?.stateDetail).toEqual({
      kind: 'resolved',
      in: 'revision',
      revision: 'r-2',
    });
    expect(await outbox()).toContain(`fix-verified ${id}`);
  });

  it('seen again after it was verified it recurred, and its issue regressed', async () => {
    const { watch, id, read } = await deployed();
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    await watch.pass(signal);
    expect(await read()).toMatchObject({
      state: 'verified',
      verification: { outcome: 'fixed', unit: 'hours', needed: 24 },
    });
    await addIncident(stores.main, { id: 'issue-1', projectId: project, from: NOW - 1, revision: 'r-1' });
    await watch.pass(signal);
    expect((await read()).state).toBe('verified');
    now += HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-3', firstSeen: now - 1_000, lastSeen: now });
    await addIncident(stores.main, { id: 'issue-1', projectId: project, from: now, revision: 'r-3' });
    await watch.pass(signal);
    expect(await read()).toMatchObject({
      state: 'recurred',
      verification: { outcome: 'still seen', revision: 'r-3', incidents: 1 },
    });
    expect(await issueState()).toBe('regressed');
    expect(await outbox()).toContain(`fix-recurred ${id}`);
    const { fixes } = loopOver(stores.main, { clock });
    expect((await fixes.handOff(command)).isRefused).toBe(false);
  });

  it('that was said to be deployed without a revision is watched on after it was verified', async () => {
    const { watch, read } = await deployed(null);
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW + 1, lastSeen: now });
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'verified', verification: { outcome: 'fixed', revision: 'r-2' } });
    now += HOUR_MS;
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'verified', verification: { outcome: 'fixed', revision: 'r-2' } });
    await addIncident(stores.main, { id: 'issue-1', projectId: project, from: now, revision: 'r-2' });
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'recurred', verification: { revision: 'r-2', incidents: 1 } });
    expect(await issueState()).toBe('regressed');
  });

  it('is not verified before what had come by then is judged: an incident of it may be among that', async () => {
    const { watch, read } = await deployed();
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    const queued = { project_id: project, event: '{}' };
    const queue = (service: string, at: number) =>
      stores.main.kysely
        .insertInto('fold_queue')
        .values({ ...queued, service, seq: at * 4_096 + (at % 4_096) })
        .execute();
    await queue('desk', now - HOUR_MS);
    // Told already, and held for what may belong to it.
    await addIncident(stores.main, { id: 'issue-1', projectId: project, from: NOW - 1, revision: 'r-1' });
    await queue('shop', NOW - 1);
    await queue('shop', now - 1_000);
    await watch.pass(signal);
    expect((await read()).state).toBe('deployed');
    await stores.main.kysely
      .deleteFrom('fold_queue')
      .where('seq', '>', NOW * 4_096)
      .execute();
    // What comes while that is judged keeps nothing back: a busy service is verified too.
    await queue('shop', now + 1_000);
    now += 2_000;
    await watch.pass(signal);
    expect((await read()).state).toBe('verified');
  });

  it('is not verified by a revision whose deployment went back', async () => {
    const { watch, read } = await deployed();
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    await addDeployment(stores.main, { revision: 'r-2', phase: 'rolled_back', at: NOW });
    await watch.pass(signal);
    expect(await read()).toMatchObject({
      state: 'deployed',
      verification: { outcome: 'could not look', problem: 'taken-back' },
    });
    await addDeployment(stores.main, { revision: 'r-2', phase: 'promoted', at: NOW + HOUR_MS });
    await watch.pass(signal);
    expect((await read()).state).toBe('verified');
  });

  it('keeps its proof when nothing can be looked at any more', async () => {
    const { watch, read } = await deployed();
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    await watch.pass(signal);
    const { verification } = await read();
    expect(verification).toMatchObject({ outcome: 'fixed' });
    await stores.main.kysely.deleteFrom('revision').where('name', '=', 'r-2').execute();
    now += HOUR_MS;
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'verified', verification });
  });

  it('of what had not happened for a week is verified by how often it happened in its life', async () => {
    const seen = NOW - 30 * DAY_MS;
    const rare = { firstSeen: seen, lastSeen: seen + HOUR_MS, firstRevision: 'r-1' };
    await addIssue(stores.main, { id: 'issue-9', projectId: project, incidents: 3, more: rare });
    await addRequests(stores.main, { projectId: project, revision: 'r-1', count: 70, from: NOW - 7 * DAY_MS });
    const { watch, read } = await deployed('r-2', 'issue-9');
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: NOW + 25 * HOUR_MS });
    now = NOW + 25 * HOUR_MS;
    await watch.pass(signal);
    // 3 in 30 days of 10 requests each day.
    expect((await read()).verification).toMatchObject({ outcome: 'no traffic', needed: 300, unit: 'requests' });
    await addRequests(stores.main, { projectId: project, revision: 'r-2', count: 299, from: NOW + 1 });
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({ outcome: 'too early', requests: 299 });
    await addRequests(stores.main, { projectId: project, revision: 'r-2', count: 1, from: NOW + 5_000 });
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'verified', verification: { outcome: 'fixed', requests: 300 } });
  });

  it('is not fixed while incidents name no revision, but those from when a broken one still ran', async () => {
    const { watch, read } = await deployed();
    const nameless = (from: number) =>
      addIncident(stores.main, { id: 'issue-1', projectId: project, from, revision: null });
    await addRevision(stores.main, {
      projectId: project,
      name: 'r-1',
      firstSeen: NOW - 3 * DAY_MS,
      lastSeen: NOW + HOUR_MS,
    });
    now = NOW + 90 * 60_000;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    await nameless(NOW + 60_000);
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({ outcome: 'could not look', problem: 'revision-unsaid' });
    now = NOW + 30 * HOUR_MS;
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: now });
    await nameless(NOW + 2 * HOUR_MS);
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'deployed', verification: { problem: 'revision-unsaid' } });
    await stores.main.kysely
      .deleteFrom('incident')
      .where('from_time', '=', NOW + 2 * HOUR_MS)
      .execute();
    await watch.pass(signal);
    expect((await read()).state).toBe('verified');
    now += HOUR_MS;
    await nameless(now);
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'recurred', verification: { outcome: 'still seen', incidents: 1 } });
  });

  it('still seen where it is deployed it recurred, without ever having been verified', async () => {
    const { watch, read } = await deployed();
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: NOW + 60_000 });
    await addIncident(stores.main, { id: 'issue-1', projectId: project, from: NOW + 30_000, revision: 'r-2' });
    now = NOW + 60_000;
    await watch.pass(signal);
    expect(await read()).toMatchObject({ state: 'recurred', verification: { incidents: 1 } });
  });

  it('says that it could not look when no source was heard of, and shows a new issue at the same place beside', async () => {
    const { watch, read } = await deployed();
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: NOW, lastSeen: NOW + HOUR_MS });
    await addIssue(stores.main, {
      id: 'issue-2',
      projectId: project,
      more: {
        firstRevision: 'r-2',
        firstSeen: NOW + 1_000,
        location: { file: 'src/shop.js', line: 9, function: 'price' },
      },
    });
    now = NOW + 3 * HOUR_MS;
    await watch.pass(signal);
    expect((await read()).verification).toMatchObject({
      outcome: 'could not look',
      problem: 'source-down',
      lookAlikes: [{ issueId: 'issue-2', shortId: 'SHOP-2' }],
    });
  });

  it('a pull request that is merged is followed to the revision that holds its commit', async () => {
    let state: PullRequestState = { state: 'open', mergedCommit: null, mergedAt: null, url: '' };
    const pullRequest = { forge: 'github' as const, owner: 'acme', name: 'shop', number: 7 };
    const forge = {
      kind: 'github',
      openPullRequest: async () => ({ url: 'https://github.test/acme/shop/pull/7', pullRequest }),
      pullRequest: async () => state,
      toPullRequest: () => null,
    } as unknown as Forge;
    const pushed: string[] = [];
    const history = {
      commitOf: async (revision: string) => (revision === 'r-2' ? 'd'.repeat(40) : 'a'.repeat(40)),
      contains: async (descendant: string, commit: string) => descendant === commit,
      push: async (branch: string) => {
        pushed.push(branch);
      },
    };
    const loop = loopOver(stores.main, { clock, forge, history });
    const fix = fixOf(await loop.fixes.handOff(command));
    await loop.worker.pass(signal);
    expect(pushed).toEqual(['guardian/fix-shop-1']);
    expect(await stores.main.fixes.ofPullRequest({ ...pullRequest, owner: 'ACME' })).toMatchObject({
      id: fix.id,
      state: 'proposed',
    });
    await loop.watch.pass(signal);
    state = { ...state, state: 'merged', mergedCommit: 'd'.repeat(40) };
    now += HOUR_MS;
    await loop.watch.pass(signal);
    expect((await stores.main.fixes.get(fix.id))?.state).toBe('merged');
    await addRevision(stores.main, { projectId: project, name: 'r-2', firstSeen: now, lastSeen: now });
    await loop.watch.pass(signal);
    expect(await stores.main.fixes.get(fix.id)).toMatchObject({ state: 'deployed', revisionWithFix: 'r-2' });
  });

  it('what a person decided meanwhile stands, a step back is refused, and old ones are forgotten', async () => {
    const { fixes } = loopOver(stores.main, { clock });
    const fix = fixOf(await fixes.handOff(command));
    await stores.main.kysely.updateTable('issue').set({ state: 'ignored' }).where('id', '=', 'issue-1').execute();
    await fixes.reply(fix.id, { action: 'merge', commit: 'e'.repeat(40) }, 'user:7');
    expect(await fixes.reply(fix.id, { action: 'propose', branch: 'x' }, 'user:7')).toEqual({
      isRefused: true,
      reason: 'backwards',
    });
    expect(await fixes.reply(fix.id, { action: 'note', text: 'read it' }, 'user:7')).toMatchObject({
      isRefused: false,
    });
    await fixes.reply(fix.id, { action: 'decline', text: 'not worth it' }, 'user:7');
    expect(await issueState()).toBe('ignored');
    expect(await fixes.reply(fix.id, { action: 'deploy' }, 'user:7')).toEqual({ isRefused: true, reason: 'ended' });
    expect((await stores.main.fixes.about(fix.id))?.history.map(({ action }) => action)).toEqual([
      'handed off',
      'merged',
      'note',
      'declined',
    ]);
    expect(await stores.main.fixes.forget({ before: now, limit: 10 })).toBe(0);
    expect(await stores.main.fixes.forget({ before: now + 1, limit: 10 })).toBe(1);
    expect(await stores.main.fixes.about(fix.id)).toBeNull();
  });
});
