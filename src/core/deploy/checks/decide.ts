import type { CheckOutcome, CommandOutcome, ProbeReply } from './check.ts';
import { readTestCounts } from './read-test-counts.ts';

/** What a check came to; facts are short, and nobody's data. */
export interface Decision {
  outcome: CheckOutcome;
  facts: Readonly<Record<string, string | number>>;
}

const SHORT = 200;

export function isHealthy({ status }: ProbeReply): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** `healthy` in a row are wanted within the time; one bad answer begins anew. Null: go on asking. */
export function decideHealth(
  { streak, wanted, sinceMs, withinMs }: { streak: number; wanted: number; sinceMs: number; withinMs: number },
  last: ProbeReply,
): Decision | null {
  if (streak >= wanted) return { outcome: 'passed', facts: { answers: streak, ms: Math.round(sinceMs) } };
  // What began in time may finish its row.
  if (sinceMs < withinMs || (streak > 0 && sinceMs < withinMs + wanted * 10_000)) return null;
  return { outcome: 'failed', facts: { answers: streak, wanted, ms: Math.round(sinceMs), ...seen(last) } };
}

/** Every family must have a sample, not only a comment. */
export function decideMetrics(reply: ProbeReply, names: readonly string[]): Decision {
  if (reply.status === null) return { outcome: 'inconclusive', facts: seen(reply) };
  if (!isHealthy(reply)) return { outcome: 'failed', facts: seen(reply) };
  const present = new Set(
    reply.body.split('\n').flatMap((line) => /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{|\s)/.exec(line)?.[1] ?? []),
  );
  const missing = names.filter((name) => !['', '_bucket', '_count', '_sum'].some((end) => present.has(name + end)));
  if (missing.length === 0) return { outcome: 'passed', facts: { names: names.length } };
  return { outcome: 'failed', facts: { names: names.length, missing: missing.join(', ').slice(0, SHORT) } };
}

/** The first analysis is completed, whoever did it; the second, of the same text, comes from the cache in time. */
export function decideAnalysis(first: ProbeReply, second: ProbeReply | null, withinMs: number): Decision {
  const analysis = readAnalysis(first);
  if (first.status === null) return { outcome: 'inconclusive', facts: seen(first) };
  if (analysis?.status !== 'completed')
    return { outcome: 'failed', facts: { ...seen(first), said: analysis?.status ?? 'nothing' } };
  if (second === null || second.status === null) return { outcome: 'inconclusive', facts: seen(second) };
  const again = readAnalysis(second);
  const isCached = again?.status === 'skipped' || (again?.status === 'completed' && again.cache !== 'none');
  const ms = Math.round(second.durationMs);
  if (!isCached)
    return { outcome: 'failed', facts: { said: again?.status ?? 'nothing', cache: again?.cache ?? 'none' } };
  return {
    outcome: ms < withinMs ? 'passed' : 'failed',
    facts: { provider: analysis.provider, cachedMs: ms, withinMs },
  };
}

function readAnalysis({ body }: ProbeReply): { status: string; provider: string; cache: string } | null {
  try {
    const read = JSON.parse(body) as { status?: unknown; metadata?: { provider?: unknown; cache?: unknown } } | null;
    return {
      status: String(read?.status ?? 'nothing').slice(0, 40),
      provider: String(read?.metadata?.provider ?? 'unknown').slice(0, 40),
      cache: String(read?.metadata?.cache ?? 'none').slice(0, 40),
    };
  } catch {
    return null;
  }
}

export function decideMemory(
  { memoryBytes, memoryLimitBytes }: { memoryBytes: number | null; memoryLimitBytes: number | null },
  share: number,
): Decision {
  if (memoryBytes === null || memoryLimitBytes === null || memoryLimitBytes <= 0)
    return { outcome: 'skipped', facts: {} };
  const percent = Math.round((1000 * memoryBytes) / memoryLimitBytes) / 10;
  return {
    outcome: memoryBytes < share * memoryLimitBytes ? 'passed' : 'failed',
    facts: { percent, bytes: memoryBytes, limit: memoryLimitBytes },
  };
}

/** Anybody without a login is let in, or kept out, as before the deployment. */
export function decideAccess(before: number | null, now: ProbeReply): Decision {
  if (now.status === null || before === null)
    return { outcome: before === null ? 'skipped' : 'inconclusive', facts: seen(now) };
  const facts = { before, now: now.status };
  return { outcome: isKeptOut(before) === isKeptOut(now.status) ? 'passed' : 'failed', facts };
}

/** Refused, or sent to a login page. */
export function isKeptOut(status: number): boolean {
  return status === 401 || status === 403 || (status >= 300 && status < 400);
}

export function decideUrl(
  reply: ProbeReply,
  { status = 200, contains }: { status?: number; contains?: string },
): Decision {
  if (reply.status !== status) return { outcome: 'failed', facts: { ...seen(reply), wanted: status } };
  if (contains !== undefined && !reply.body.includes(contains))
    return { outcome: 'failed', facts: { ...seen(reply), lacks: contains.slice(0, SHORT) } };
  return { outcome: 'passed', facts: seen(reply) };
}

export function decideCommand({ exitStatus, problem, durationMs }: CommandOutcome): Decision {
  const facts = {
    ms: Math.round(durationMs),
    ...(exitStatus !== null && { exit: exitStatus }),
    ...(problem !== null && { problem: problem.slice(0, SHORT) }),
  };
  return { outcome: exitStatus === 0 ? 'passed' : 'failed', facts };
}

/** Of all tests that many must pass. Where all that were counted did, its exit status has the last word: something of it never ran. */
export function decideTests(ended: CommandOutcome, share: number): Decision {
  const counts = readTestCounts(ended.output);
  if (counts === null || ended.exitStatus === null) return decideCommand(ended);
  const { passed, total } = counts;
  const isCutShort = ended.exitStatus !== 0 && passed === total;
  return {
    outcome: passed >= share * total && !isCutShort ? 'passed' : 'failed',
    facts: {
      passed,
      total,
      percent: Math.round((1000 * passed) / total) / 10,
      ...(isCutShort && { exit: ended.exitStatus }),
    },
  };
}

function seen(reply: ProbeReply | null): Record<string, string | number> {
  if (reply === null) return {};
  if (reply.status !== null) return { status: reply.status };
  return { problem: (reply.problem ?? 'no answer').slice(0, SHORT) };
}
