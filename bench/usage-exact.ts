import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createSketch, formSessions, isUserError } from '../src/core/usage/index.ts';
import { type RunningServer, startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';

const RECORDS = 1_000_000;
const USERS = 2_000;
const STATUSES = [200, 200, 200, 200, 200, 200, 404, 500, 499, 201];
/** Records of one request. */
const REQUEST_RECORDS = 2_000;
const AT_ONCE = 4;
const TIMEOUT_MS = 30 * 60_000;

/**
 * By how much the totals differ from those of the records themselves when 1,000,000 of them are sent twice, in random order, over HTTP, and the server is killed
 * (SIGKILL) and started again in the middle; what was not answered is sent again. All differences must be 0. Beside it the relative error of the
 * sketch of unique users, root mean square over seeds, for 10^2 to 10^7. `--size N`: records.
 */
export const bench: Bench = async ({ size }) => {
  const sketches = measureSketches();
  const total = Number(size ?? RECORDS);
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  const began = performance.now();
  let server = await startGuardian({ folder });
  try {
    const firstAt = Date.now() - 3 * 86_400_000;
    const orders = shuffled(2 * total);
    const bodies = Math.ceil(orders.length / REQUEST_RECORDS);
    const half = Math.floor(bodies / 2);
    const bodyOf = (index: number) =>
      gzipSync(
        Array.from(orders.subarray(index * REQUEST_RECORDS, (index + 1) * REQUEST_RECORDS), (order) =>
          JSON.stringify(recordOf(order % total, firstAt)),
        ).join('\n'),
        { level: 1 },
      );
    const unanswered = await sendAll(server, bodyOf, 0, bodies, half);
    process.stderr.write(`killed after ${half} of ${bodies} requests\n`);
    server = await startGuardian({ folder });
    for (const index of unanswered) await send(server, bodyOf(index));
    await sendAll(server, bodyOf, half + AT_ONCE, bodies, null);
    const sentSeconds = seconds(began);
    const path = join(folder, '.guardian/guardian.db');
    await untilFolded(path);
    const differences = compare(path, total, firstAt);
    return { records: total, sent: 2 * total, sentSeconds, foldedSeconds: seconds(began), differences, sketches };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Sends bodies from `first` on; where `killAt` is reached the server dies. Gives those that were not answered. */
async function sendAll(
  server: RunningServer,
  bodyOf: (index: number) => Uint8Array,
  first: number,
  bodies: number,
  killAt: number | null,
): Promise<number[]> {
  const unanswered: number[] = [];
  const end = killAt === null ? bodies : Math.min(bodies, killAt + AT_ONCE);
  let next = first;
  let killed: Promise<void> | null = null;
  const worker = async () => {
    while (next < end) {
      const index = next++;
      if (killAt !== null && index >= killAt) killed ??= pause(20).then(() => server.kill());
      await send(server, bodyOf(index)).catch(() => unanswered.push(index));
      if (index % 100 === 99) process.stderr.write(`${index + 1} of ${bodies}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await killed;
  return unanswered;
}

async function send(server: RunningServer, body: Uint8Array): Promise<void> {
  for (;;) {
    const response = await fetch(`${server.url}/api/usage`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip', authorization: `Bearer ${server.key}` },
      body: new Uint8Array(body),
    });
    const text = await response.text();
    if (response.status === 429 || response.status === 503) {
      await pause(200);
      continue;
    }
    const { accepted } = JSON.parse(text) as { accepted?: number };
    if (response.status !== 200 || accepted === undefined) throw new Error(`${response.status}: ${text.slice(0, 200)}`);
    return;
  }
}

/** Each record by its number alone. */
function recordOf(index: number, firstAt: number) {
  const { at, user, status, feature } = factOf(index, firstAt);
  return {
    kind: 'request',
    id: `0198f3c2-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    time: new Date(at).toISOString(),
    service: 'shop',
    user,
    userAgent: 'firefox',
    durationMs: 20,
    method: 'GET',
    endpoint: `/api/${feature}`,
    feature: `feature_${feature}`,
    group: `group_${feature % 5}`,
    status,
  };
}

/** Over two days; a user comes and goes, so that there are gaps of more than the time-out. */
function factOf(index: number, firstAt: number) {
  const mixed = Math.imul(index + 1, 2_654_435_761) >>> 0;
  const user = mixed % 20 === 0 ? null : `user-${mixed % USERS}`;
  const at = firstAt + Math.floor((mixed / 2 ** 32) * 2 * 86_400_000);
  return { at, user, status: STATUSES[(mixed >>> 8) % STATUSES.length]!, feature: (mixed >>> 4) % 30 };
}

async function untilFolded(path: string): Promise<void> {
  for (let before = -1; ; ) {
    const database = new DatabaseSync(path, { readOnly: true });
    const { left } = database.prepare('SELECT count(*) AS left FROM usage_inbox').get() as { left: number };
    database.close();
    if (left === 0) return;
    if (left !== before) process.stderr.write(`${left} wait to be folded\n`);
    before = left;
    await pause(2_000);
  }
}

/** Found minus expected. */
function compare(path: string, total: number, firstAt: number): Record<string, number> {
  const expected = { errors: 0, named: 0, namedErrors: 0, sessions: 0, groups: 0 };
  const spans = new Map<string, { from: number; to: number }[]>();
  for (let index = 0; index < total; index++) {
    const { at, user, status } = factOf(index, firstAt);
    const isError = Number(isUserError(status));
    expected.errors += isError;
    if (user === null) continue;
    expected.named++;
    expected.namedErrors += isError;
    const known = spans.get(user);
    if (known) known.push({ from: at, to: at + 20 });
    else spans.set(user, [{ from: at, to: at + 20 }]);
  }
  let activeMs = 0;
  for (const own of spans.values()) {
    for (const { start, lastActivity } of formSessions({ spans: own, marks: [] }, TIMEOUT_MS)) {
      expected.sessions++;
      activeMs += lastActivity - start;
    }
  }
  const database = new DatabaseSync(path, { readOnly: true });
  const number = (query: string) => Number(Object.values(database.prepare(query).get() as object)[0]);
  const differences: Record<string, number> = {
    uses: number('SELECT count(*) FROM feature_usage') - total,
    errors: number('SELECT count(*) FROM user_errors') - expected.errors,
    sessions: number('SELECT count(*) FROM user_sessions') - expected.sessions,
    sessionMs: number('SELECT sum(last_activity - session_start) FROM user_sessions') - activeMs,
  };
  for (const step of ['minute', 'hour', 'day']) {
    differences[`${step}Requests`] = number(`SELECT sum(requests) FROM usage_count WHERE step = '${step}'`) - total;
    differences[`${step}Errors`] =
      number(`SELECT sum(errors) FROM usage_count WHERE step = '${step}'`) - expected.errors;
  }
  for (const step of ['hour', 'day']) {
    const all = `FROM usage_user WHERE service = '' AND step = '${step}'`;
    differences[`${step}NamedRequests`] = number(`SELECT sum(requests) ${all}`) - expected.named;
    differences[`${step}NamedErrors`] = number(`SELECT sum(errors) ${all}`) - expected.namedErrors;
    differences[`${step}SessionMs`] = number(`SELECT sum(active_ms) ${all}`) - activeMs;
  }
  database.close();
  return differences;
}

/** Fisher and Yates, of a fixed seed. */
function shuffled(length: number): Uint32Array {
  const orders = Uint32Array.from({ length }, (_, index) => index);
  let state = 12_345;
  for (let index = length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    [orders[index], orders[other]] = [orders[other]!, orders[index]!];
  }
  return orders;
}

/**
 * Root mean square of the relative error, in per cent. Up to 10^4 of names; beyond, of random hashes, which is what names become: hashing ten
 * million names 200 times would take half an hour.
 */
function measureSketches(): Record<string, number> {
  const errors: Record<string, number> = {};
  for (let exponent = 2; exponent <= 7; exponent++) {
    const count = 10 ** exponent;
    const seeds = exponent < 7 ? 200 : 100;
    let squares = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const sketch = createSketch();
      if (exponent <= 4) for (let user = 0; user < count; user++) sketch.add(`user-${seed}-${user}`);
      else addRandom(sketch, count, seed * 2_654_435_761 + exponent);
      squares += (sketch.estimate() / count - 1) ** 2;
    }
    errors[`1e${exponent}`] = Math.round(Math.sqrt(squares / seeds) * 10_000) / 100;
    process.stderr.write(`sketches of ${count}: ${errors[`1e${exponent}`]} %\n`);
  }
  return errors;
}

/** Bits of xoshiro128** (Blackman, Vigna 2018). */
function addRandom(sketch: ReturnType<typeof createSketch>, count: number, seed: number): void {
  let [a, b, c, d] = [seed | 1, Math.imul(seed, 1_664_525) | 2, 0x9e37_79b9, Math.imul(seed, 22_695_477) | 4];
  const next = () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) next();
  for (let index = 0; index < count; index++) sketch.addHash(next(), next());
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
