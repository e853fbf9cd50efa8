import type { CheckCommand, CheckKind, CheckResult, OwnCheck, ProbeReply, ProbeRequest } from '../checks/check.ts';
import {
  type Decision,
  decideAccess,
  decideAnalysis,
  decideCommand,
  decideMemory,
  decideMetrics,
  decideTests,
  decideUrl,
} from '../checks/decide.ts';
import type { Deployment } from '../deployment.ts';
import type { EngineContext } from './move.ts';
import { factsOf, readIssues } from './read-issues.ts';

/** One check that is to be made. */
export type PlannedCheck =
  | { kind: Exclude<CheckKind, OwnCheck['kind'] | 'settings'>; name: string; own: null }
  | { kind: OwnCheck['kind']; name: string; own: OwnCheck };

const TIMEOUT_MS = 10_000;
const BODY_BYTES = 4 * 1024 * 1024;
const COMMAND_MS = 15 * 60_000;

/** A named feature comes before all else, then the tests; memory and issues last, when there was something to see. */
export function plannedChecks({ asked }: Pick<Deployment, 'asked'>): PlannedCheck[] {
  const built = (kind: Extract<PlannedCheck, { own: null }>['kind']): PlannedCheck => ({ kind, name: kind, own: null });
  const own = (...kinds: OwnCheck['kind'][]): PlannedCheck[] =>
    asked.own
      .filter(({ kind }) => kinds.includes(kind))
      .map((check) => ({ kind: check.kind, name: check.name, own: check }));
  return [
    built('healthy'),
    ...own('feature'),
    ...own('tests'),
    built('anonymous-access'),
    ...(asked.metrics === null ? [] : [built('metrics')]),
    ...(asked.analysisPath === null ? [] : [built('analysis')]),
    ...own('url', 'command'),
    built('memory'),
    built('new-issues'),
  ];
}

/** Makes a check, whatever comes of it; `healthy` is asked by the phase itself, answer by answer. */
export async function runCheck(
  check: PlannedCheck,
  deployment: Deployment,
  context: EngineContext,
): Promise<CheckResult> {
  const startedAt = context.clock.now();
  const { outcome, facts } = await decide(check, deployment, context).catch(
    (error: unknown): Decision => ({
      outcome: 'inconclusive',
      facts: { problem: (error instanceof Error ? error.message : String(error)).slice(0, 200) },
    }),
  );
  const at = context.clock.now();
  return { kind: check.kind, name: check.name, outcome, facts, at, durationMs: at - startedAt };
}

async function decide(check: PlannedCheck, deployment: Deployment, context: EngineContext): Promise<Decision> {
  const { knobs, revision, before, asked } = deployment;
  switch (check.kind) {
    case 'healthy':
      return decideUrl(await askHealth(deployment, context), {});
    case 'url':
    case 'feature':
      return decideUrl(
        await askOwn(check.own, deployment, context),
        check.own as { status?: number; contains?: string },
      );
    case 'tests':
      return decideTests(await runOwn(check.own, deployment, context), knobs.testsShare);
    case 'command':
      return decideCommand(await runOwn(check.own, deployment, context));
    case 'anonymous-access':
      return decideAccess(before.anonymousStatus, await askAnonymously(deployment, context));
    case 'metrics':
      return decideMetrics(await ask(deployment, context, { path: asked.metrics!.path }), asked.metrics!.names);
    case 'analysis':
      return askAnalysis(deployment, context);
    case 'memory':
      return decideMemory(await context.target.vitals(revision!), knobs.memoryShare);
    case 'new-issues': {
      const facts = factsOf(await readIssues(deployment, context));
      return { outcome: facts === null ? 'passed' : 'failed', facts: facts ?? { issues: 0 } };
    }
    default:
      return check satisfies never;
  }
}

export function askHealth(deployment: Deployment, context: EngineContext): Promise<ProbeReply> {
  return ask(deployment, context, { path: deployment.asked.healthPath });
}

/** As anybody would: no header at all. */
function askAnonymously({ address, asked }: Deployment, { checks }: EngineContext): Promise<ProbeReply> {
  return checks.request(requestOf(new URL(asked.healthPath, address ?? undefined).href, {}));
}

async function askOwn(own: OwnCheck, deployment: Deployment, context: EngineContext): Promise<ProbeReply> {
  if (own.kind !== 'url' && own.kind !== 'feature') throw new TypeError(`${own.kind} is no request`);
  const { path, method = 'GET', body = null } = own;
  return ask(deployment, context, { path, method, body });
}

async function askAnalysis(deployment: Deployment, context: EngineContext): Promise<Decision> {
  const { id, version, asked, knobs } = deployment;
  // Never seen before, so that the first answer cannot come from a cache.
  const text = `Deployment check ${id} ${version}: Ana Lima and Ben Fox looked at the payment timeout of the Lyon shop on Monday. Ben suspected the new connection pool. They agreed to raise its limit and to look again tomorrow.`;
  const post = (session: string) =>
    ask(deployment, context, {
      path: asked.analysisPath!,
      method: 'POST',
      body: JSON.stringify({ session_id: session, force: false, messages: [{ role: 'user', content: text }] }),
      timeoutMs: 60_000,
    });
  const first = await post(`deploy-check-${id}-${version}-a`);
  return decideAnalysis(
    first,
    first.status === 200 ? await post(`deploy-check-${id}-${version}-b`) : null,
    knobs.cachedAnalysisMs,
  );
}

interface Asked {
  path: string;
  method?: 'GET' | 'POST';
  body?: string | null;
  timeoutMs?: number;
}

async function ask(
  { address }: Deployment,
  { checks, target, headers }: EngineContext,
  { path, ...rest }: Asked,
): Promise<ProbeReply> {
  if (address === null)
    return { status: null, body: '', durationMs: 0, problem: 'the revision has no address of its own' };
  const url = new URL(path, address).href;
  return checks.request(requestOf(url, { ...headers, ...(await target.authorize(url)) }, rest));
}

export function requestOf(
  url: string,
  headers: ProbeRequest['headers'],
  { method = 'GET', body = null, timeoutMs = TIMEOUT_MS }: Omit<Asked, 'path'> = {},
): ProbeRequest {
  return {
    url,
    method,
    headers: body === null ? headers : { ...headers, 'content-type': 'application/json' },
    body,
    timeoutMs,
    maximumBytes: BODY_BYTES,
  };
}

function runOwn(own: OwnCheck, { revision, address, buildId, plan }: Deployment, { checks }: EngineContext) {
  if (own.kind !== 'command' && own.kind !== 'tests') throw new TypeError(`${own.kind} is no command`);
  const command: CheckCommand = {
    command: own.command,
    arguments: own.arguments ?? [],
    environment: {
      GUARDIAN_REVISION: revision ?? '',
      GUARDIAN_REVISION_URL: address ?? '',
      GUARDIAN_BUILD_ID: String(buildId),
      GUARDIAN_COMMIT: plan.commit ?? '',
    },
    timeoutMs: own.timeoutMs ?? COMMAND_MS,
  };
  return checks.run(command);
}
