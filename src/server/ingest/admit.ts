import { type IngestKey, mayDo, type Project, roleOfScope } from '../../core/access/index.ts';
import { COME_AGAIN_SECONDS } from '../../core/ingest/ports.ts';
import type { AppContext } from '../app-env.ts';
import { type Credential, credentialsOf, schemeValue } from './credentials.ts';
import type { IngestTarget } from './match-path.ts';
import type { RefusalReason } from './refusals.ts';

export interface Admitted {
  project: Project;
  /** Whoever reads a page has its key. */
  isPageKey: boolean;
  /** What its rate is counted under, and what it may send. */
  rate: { name: string; perMinute: number };
}

export interface Refused {
  refused: RefusalReason;
  project: Project | null;
  /** Seconds after which it may come again; left out: it need not. */
  retryAfter?: number;
}

export type Admission = Admitted | Refused;

/** Whose request it is, by what stands outside its body. `later`: a key was not found there, the body may hold one. */
export async function admit(context: AppContext, target: IngestTarget): Promise<Admission | 'later'> {
  const credentials = credentialsOf(context, target);
  if (target.protocol === 'push') return admitPush(context, target, credentials);
  if (credentials.length > 0) return admitKeys(context, target, credentials);
  return target.format === 'sentry-envelope' ? 'later' : { refused: 'no-key', project: null };
}

/**
 * A project that the path or the DSN names must be the key's own. Keys of a Sentry client must be one and the same; of the readings of another
 * protocol's credential the first that is known decides.
 */
export async function admitKeys(
  context: AppContext,
  target: IngestTarget,
  credentials: readonly Credential[],
): Promise<Admission> {
  const names = new Set(credentials.map(({ key }) => key.toLowerCase()));
  if (target.protocol === 'sentry' && names.size > 1) return { refused: 'other-project', project: null };
  const projects = [target.project, ...credentials.map(({ project }) => project)].filter((named) => named !== null);
  for (const { key } of credentials) {
    const found = await context.var.services.ingestKeys.find(key);
    if (found) return admitFound(context, target, { ...found, projects });
    const byApiKey = target.protocol === 'sentry' ? null : await admitApiKey(context, key);
    if (byApiKey) return byApiKey;
  }
  return { refused: 'unknown-key', project: null };
}

/** `projects`: as they are named beside the key. */
function admitFound(
  context: AppContext,
  target: IngestTarget,
  { key, project, projects }: { key: IngestKey; project: Project; projects: readonly string[] },
): Admission {
  if (projects.some((named) => named !== String(project.id))) return { refused: 'other-project', project };
  const isPageKey = key.kind === 'page';
  if (isPageKey && !isForPages(target)) return { refused: 'page-key', project };
  const perMinute = key.ratePerMinute ?? context.var.services.knobs.ratePerMinute;
  return { project, isPageKey, rate: { name: key.key, perMinute } };
}

const PAGE_PROTOCOLS: ReadonlySet<IngestTarget['protocol']> = new Set(['sentry', 'otlp', 'native']);

/** What a page may have to send: neither runs, nor who uses what, nor what only servers speak. */
function isForPages({ protocol, format, path }: IngestTarget): boolean {
  return PAGE_PROTOCOLS.has(protocol) && format !== 'usage' && !path.startsWith('/cron/');
}

/** A key of the API belongs to no project: the request names one, else it is the first. */
async function admitApiKey(context: AppContext, key: string): Promise<Admission | null> {
  const { keys, ingestKeys, knobs } = context.var.services;
  const apiKey = await keys.check(key);
  if (!apiKey) return null;
  if (!mayDo(roleOfScope(apiKey.scope), 'write')) return { refused: 'other-project', project: null };
  const name = context.req.query('project') ?? context.req.header('x-guardian-project');
  const project = name === undefined ? (await ingestKeys.projects())[0] : await ingestKeys.project(name);
  if (!project) return { refused: 'unknown-project', project: null };
  return { project, isPageKey: false, rate: { name: apiKey.id, perMinute: knobs.ratePerMinute } };
}

/** Pub/Sub signs what it pushes; where that is not set up, an ingest key stands in the address. */
async function admitPush(
  context: AppContext,
  target: IngestTarget,
  credentials: readonly Credential[],
): Promise<Admission> {
  const { wire, ingestKeys, knobs } = context.var.services;
  const project = await ingestKeys.project(target.project!);
  const token = schemeValue(context.req.header('authorization') ?? '', 'Bearer');
  if (token && wire.verifyPush) {
    const verdict = await wire.verifyPush(token);
    if (verdict === 'unavailable') return { refused: 'unverified', project, retryAfter: COME_AGAIN_SECONDS };
    if (verdict === 'refused') return { refused: 'unknown-key', project };
    if (!project) return { refused: 'unknown-project', project: null };
    return { project, isPageKey: false, rate: { name: `push:${project.id}`, perMinute: knobs.ratePerMinute } };
  }
  if (credentials.length === 0) return { refused: 'no-key', project };
  return admitKeys(context, { ...target, project: project ? String(project.id) : target.project }, credentials);
}
