import { type IngestKey, mayDo, type Project, roleOfScope } from '../../core/access/index.ts';
import type { AppContext } from '../app-env.ts';
import { type Credential, credentialsOf, schemeValue } from './credentials.ts';
import type { IngestTarget } from './match-path.ts';
import type { RefusalReason } from './refusals.ts';

export interface Admitted {
  project: Project;
  /** What its rate is counted under, and what it may send. */
  rate: { name: string; perMinute: number };
}

export type Admission = Admitted | { refused: RefusalReason; project: Project | null };

/** Whose request it is, by what stands outside its body. `later`: a key was not found there, the body may hold one. */
export async function admit(context: AppContext, target: IngestTarget): Promise<Admission | 'later'> {
  const credentials = credentialsOf(context, target);
  if (target.protocol === 'push') return admitPush(context, target, credentials);
  if (credentials.length > 0) return admitKeys(context, target, credentials);
  return target.format === 'sentry-envelope' ? 'later' : { refused: 'no-key', project: null };
}

/** The first key that is known decides; a project that the path or the DSN names must be the key's own. */
export async function admitKeys(
  context: AppContext,
  target: IngestTarget,
  credentials: readonly Credential[],
): Promise<Admission> {
  const { ingestKeys, knobs } = context.var.services;
  for (const { key, project: named } of credentials) {
    const found = await ingestKeys.find(key);
    if (found) {
      const isOther = [target.project, named].some((one) => one !== null && one !== String(found.project.id));
      return isOther ? { refused: 'other-project', project: found.project } : admitted(found, knobs.ratePerMinute);
    }
    const byApiKey = target.protocol === 'sentry' ? null : await admitApiKey(context, key);
    if (byApiKey) return byApiKey;
  }
  return { refused: 'unknown-key', project: null };
}

function admitted({ key, project }: { key: IngestKey; project: Project }, ratePerMinute: number): Admitted {
  return { project, rate: { name: key.key, perMinute: key.ratePerMinute ?? ratePerMinute } };
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
  return { project, rate: { name: apiKey.id, perMinute: knobs.ratePerMinute } };
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
    if (!(await wire.verifyPush(token))) return { refused: 'unknown-key', project };
    if (!project) return { refused: 'unknown-project', project: null };
    return { project, rate: { name: `push:${project.id}`, perMinute: knobs.ratePerMinute } };
  }
  if (credentials.length === 0) return { refused: 'no-key', project };
  return admitKeys(context, { ...target, project: project ? String(project.id) : target.project }, credentials);
}
