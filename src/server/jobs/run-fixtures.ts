import { randomUUID } from 'node:crypto';
import type { Follow, NewRun, Run, TerminalStatus } from '../../core/jobs/index.ts';
import type { TestServer } from '../server-fixtures.ts';
import { ask } from '../server-fixtures.ts';

export interface MadeRun {
  job: string;
  /** Epoch ms: it was made, and began. */
  at: number;
  status: TerminalStatus | 'running';
  ms?: number;
  message?: string | null;
  error?: string | null;
  stats?: Run['stats'];
  triggeredBy?: Run['triggeredBy'];
  chainRunId?: string;
}

const followed: Follow = () => ({ admissions: [], outbox: [], health: null });

/** Rows as the engine writes them, with times of one's own. Gives their ids. */
export async function makeRuns({ store }: Pick<TestServer, 'store'>, runs: readonly MadeRun[]): Promise<string[]> {
  const ids: string[] = [];
  for (const made of runs) {
    const run = newRun(made);
    ids.push(run.id);
    await store.runs.admit({ run, decide: () => ({ kind: 'queue', cancel: [] }) }, followed);
    if (run.status !== 'queued') continue;
    await store.runs.claim({ node: 'test', at: made.at, limit: 1 });
    if (made.status === 'running') continue;
    const { status, message = null, error = null, stats = null, ms = 0 } = made;
    const end = { runId: run.id, node: null, at: made.at + ms, attempt: null, reason: null, recordErrors: null };
    await store.runs.settle([{ ...end, next: { kind: 'terminal', status }, message, error, stats }], followed);
  }
  return ids;
}

/** What never began is written as it is. */
const UNBEGUN: readonly string[] = ['skipped', 'upstream_failed'];

function newRun({ job, at, status, message = null, triggeredBy, chainRunId }: MadeRun): NewRun {
  const id = randomUUID();
  return {
    id,
    jobId: job,
    projectId: null,
    tick: null,
    trigger: triggeredBy?.kind === 'manual' ? 'manual' : 'schedule',
    triggeredBy: triggeredBy ?? { kind: 'scheduler', user: null },
    chainRunId: chainRunId ?? id,
    causeRunId: null,
    status: UNBEGUN.includes(status) ? (status as TerminalStatus) : 'queued',
    reason: status === 'skipped' ? 'missed' : null,
    message,
    keys: [],
    order: at,
    createdAt: at,
    dueAt: at,
    condition: null,
    startBy: null,
    finishBy: null,
    timeoutMs: 3_600_000,
    version: 1,
    environment: null,
    clientId: null,
  };
}

const ADA = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

type Headers = Record<string, string>;

export interface People {
  admin: Headers;
  member: Headers;
  viewer: Headers;
  /** An ingest key of project `shop`. */
  ingest: Headers;
}

/** Everybody who may come, each signed in. */
export async function makePeople(server: TestServer): Promise<People> {
  const cookieOf = (response: Response) => ({
    cookie: response.headers.getSetCookie()[0]!.split(';')[0]!,
    ...SAME_SITE,
  });
  const admin = cookieOf(await ask(server, '/api/setup', { method: 'POST', json: ADA }));
  const signIn = async (role: 'member' | 'viewer') => {
    const user = { email: `${role}@example.com`, name: `The ${role}`, role, password: 'another long password' };
    await ask(server, '/api/users', { method: 'POST', json: user, headers: admin });
    return cookieOf(await ask(server, '/api/auth/sign-in/email', { method: 'POST', json: user, headers: SAME_SITE }));
  };
  const made = await ask(server, '/api/projects', { method: 'POST', json: { name: 'Shop' }, headers: admin });
  const { id } = (await made.json()) as { id: number };
  const keys = await ask(server, `/api/projects/${id}/keys`, { headers: admin });
  const { items } = (await keys.json()) as { items: { key: string }[] };
  return {
    admin,
    member: await signIn('member'),
    viewer: await signIn('viewer'),
    ingest: { authorization: `Bearer ${items[0]!.key}` },
  };
}

/** Looks again until it fits; rejects with what there is after ten seconds. */
export async function eventually<T>(look: () => Promise<T>, fits: (found: T) => boolean): Promise<T> {
  const until = performance.now() + 10_000;
  for (;;) {
    const found = await look();
    if (fits(found)) return found;
    if (performance.now() > until) throw new Error(`it did not come; there is: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
