import type { Store } from '../../src/adapters/store/sql/index.ts';
import {
  type AgentRun,
  createAttemptWorker,
  createFixes,
  createFixWatch,
  DEFAULT_FIXES_KNOBS,
  type FixAgent,
  type FixesKnobs,
  type FixHistory,
  type FixMaterial,
  type Forge,
} from '../../src/core/fixes/index.ts';
import type { FoldPlan, StoredIncident } from '../../src/core/issues/index.ts';
import { type Clock, messagesFor } from '../../src/core/shared/index.ts';

export const NOW = Date.UTC(2026, 5, 10, 12);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const MENDED: AgentRun = {
  exitCode: 0,
  signal: null,
  end: 'exited',
  ms: 5,
  output: { text: 'mended', bytes: 6, cutBytes: 0 },
  isolation: { network: 'none', files: 'unshare', user: null },
  change: {
    commit: 'c'.repeat(40),
    branch: 'guardian/fix-shop-1',
    files: [{ path: 'src/shop.js', status: 'modified' }],
    moreFiles: 0,
    diff: '+x',
    isDiffCut: false,
    flags: [],
  },
  test: null,
};

const AGENTS: readonly FixAgent[] = [
  { name: 'mender', way: 'command', description: '', address: null, mayOpenPullRequest: true },
  { name: 'ana', way: 'mail', description: '', address: 'ana@example.com', mayOpenPullRequest: false },
  { name: 'tracker', way: 'github', description: '', address: null, mayOpenPullRequest: false },
];

export interface LoopOptions {
  clock: Clock;
  knobs?: Partial<FixesKnobs>;
  material?: Partial<FixMaterial>;
  run?: () => Promise<AgentRun>;
  forge?: Forge | null;
  history?: FixHistory | null;
  node?: string;
}

/** The loop over a store, with what is outside given. */
export function loopOver(store: Store, options: LoopOptions) {
  const { clock, forge = null, history = null, node = 'node-1' } = options;
  const messages = messagesFor('en');
  const knobs = { ...DEFAULT_FIXES_KNOBS, ...options.knobs };
  const mails: { key: string; to: string; subject: string; text: string }[] = [];
  const shared = { store: store.fixes, issues: store.issues, agents: AGENTS, forge, history, clock, messages, knobs };
  return {
    mails,
    fixes: createFixes({
      ...shared,
      evidence: store.fixEvidence,
      hasMail: true,
      shortIdOf: async ({ number }) => `SHOP-${number}`,
      materials: { of: async () => ({ ...MATERIAL, ...options.material }) },
    }),
    worker: createAttemptWorker({
      ...shared,
      attempts: store.fixAttempts,
      runner: { run: options.run ?? (async () => MENDED), sweep: async () => 0 },
      mail: {
        readsAnswers: true,
        queue: async ({ key, to, subject, text }) => {
          mails.push({ key, to, subject, text });
        },
      },
      node,
    }),
    watch: createFixWatch({ ...shared, evidence: store.fixEvidence }),
  };
}

const MATERIAL: FixMaterial = {
  handOff: { markdown: '# Hand-off of SHOP-1\n', json: {} as FixMaterial['handOff']['json'] },
  fixability: { score: 80, points: [{ signal: 'application-code', points: 25 }], cap: null },
  revision: 'r-1',
  commit: 'a'.repeat(40),
  testCommand: null,
  isPublic: false,
  isNew: true,
};

/** An open issue of the service `shop`, with as many incidents on `r-1` within its last hours. */
export async function addIssue(
  store: Store,
  {
    id,
    projectId,
    incidents = 3,
    more = {},
  }: { id: string; projectId: number; incidents?: number; more?: Partial<FoldPlan['opened'][number]> },
): Promise<void> {
  const opened: FoldPlan['opened'][number] = {
    id,
    projectId,
    service: 'shop',
    fingerprint: `v1:app:${id}`,
    title: 'TypeError: no price',
    errorType: 'TypeError',
    location: { file: 'src/shop.js', line: 1, function: 'price' },
    endpoint: 'POST /api/orders',
    state: 'open',
    stateDetail: null,
    stateSince: NOW - DAY_MS,
    severity: 17,
    signal: null,
    firstSeen: NOW - DAY_MS,
    lastSeen: NOW - HOUR_MS,
    firstRevision: 'r-1',
    lastRevision: 'r-1',
    why: { version: 'v1', kind: 'app', inputs: null, kept: [], skipped: [], template: null },
    firstEventSeq: 1,
    lastEventSeq: 1,
    assignee: null,
    mergedInto: null,
    ...more,
  };
  const newest = more.firstSeen ?? NOW - HOUR_MS;
  const seen = Array.from({ length: incidents }, (_, index) =>
    incident(id, projectId, { index, from: newest - index * 60_000, revision: opened.firstRevision ?? 'r-1' }),
  );
  await store.fold.apply(planOf({ opened: [opened], incidents: seen }));
}

export async function addIncident(
  store: Store,
  { id, projectId, from, revision }: { id: string; projectId: number; from: number; revision: string | null },
): Promise<void> {
  await store.fold.apply(planOf({ incidents: [incident(id, projectId, { index: from, from, revision })] }));
}

function incident(
  issueId: string,
  projectId: number,
  { index, from, revision }: { index: number; from: number; revision: string | null },
): StoredIncident {
  return {
    id: `${issueId}-${index}`,
    issueId,
    projectId,
    service: 'shop',
    kind: 'error',
    eventSeq: from * 4_096 + (index % 4_096),
    from,
    to: from,
    entries: 1,
    severity: 17,
    revision,
    environment: null,
    traceId: null,
    endpoint: 'POST /api/orders',
    signal: null,
    userHash: null,
    members: [{ eventSeq: from * 4_096 + (index % 4_096), foldedBy: 'representative' }],
  };
}

function planOf(plan: Partial<FoldPlan>): FoldPlan {
  const empty = {
    opened: [],
    changed: [],
    hashes: [],
    incidents: [],
    gone: [],
    mayVanish: [],
    history: [],
    outbox: [],
  };
  return { ...empty, suggestions: [], settled: [], ...plan };
}

/** A revision of `shop` that ran from `firstSeen` to `lastSeen`. */
export async function addRevision(
  { kysely }: Store,
  { projectId, name, firstSeen, lastSeen }: { projectId: number; name: string; firstSeen: number; lastSeen: number },
): Promise<void> {
  const row = { first_seen: firstSeen, last_seen: lastSeen, deployed_at: firstSeen, commit_sha: null };
  await kysely
    .insertInto('revision')
    .values({ project_id: projectId, service: 'shop', name, ...row })
    .onConflict((conflict) => conflict.columns(['project_id', 'service', 'name']).doUpdateSet(row))
    .execute();
  const hour = Math.floor(lastSeen / HOUR_MS) * HOUR_MS;
  const heard = { project_id: projectId, kind: 'native', hour, events: 1, last_at: lastSeen };
  await kysely
    .insertInto('source_hour')
    .values(heard)
    .onConflict((conflict) => conflict.columns(['project_id', 'kind', 'hour']).doUpdateSet({ last_at: lastSeen }))
    .execute();
}

/** A deployment of `shop` that has ended so. */
export async function addDeployment(
  { kysely }: Store,
  { revision, phase, at }: { revision: string; phase: 'promoted' | 'rolled_back'; at: number },
): Promise<void> {
  const build = { id: `deployment-${at}`, service: 'shop', kind: 'deploy', build_id: at, revision, phase, is_open: 0 };
  const unused = { sequence: 0, claimed_until: 0, version: 1, deployment: Buffer.from('{}') };
  await kysely
    .insertInto('deployment')
    .values({ ...build, ...unused, watch: null, cooldown_until: null, created_at: at, finished_at: at, next_at: null })
    .execute();
}

/** Requests of the issue's route, as usage keeps them. */
export async function addRequests(
  { kysely }: Store,
  { projectId, revision, count, from }: { projectId: number; revision: string; count: number; from: number },
): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: `${revision}-${from}-${index}`,
    project_id: projectId,
    user_email: null,
    client: null,
    feature_name: 'orders',
    feature_group: 'orders',
    endpoint: '/api/orders',
    timestamp: from + index,
    success: 1,
    is_error: 0,
    error_message: null,
    duration_ms: 3,
    service: 'shop',
    method: 'POST',
    status_code: 200,
    revision,
    request_id: null,
    is_sampled: 0,
  }));
  for (let start = 0; start < rows.length; start += 200)
    await kysely
      .insertInto('feature_usage')
      .values(rows.slice(start, start + 200))
      .execute();
}
