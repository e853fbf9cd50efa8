import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { mayDo, type Project } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext, AppEnv } from '../app-env.ts';
import { identify } from './caller.ts';

/** Who posts on behalf of a watched program: the project of an ingest key for services; with an API key or a session that may write, the project that is named, else the first. */
export interface Sender {
  project: Project;
  /** As rows and audit name it. */
  name: string;
  kind: 'ingest key' | 'key' | 'user' | 'open';
}

/** `project`: for callers that may write everywhere; an ingest key is of one project. */
export const senderQuery = z.strictObject({ project: z.string().max(100).optional() });

/** For what programs post: lets ingest keys in beside callers who may write. */
export const needsSender = () =>
  createMiddleware<AppEnv>(async (context, next) => {
    context.set('sender', await senderOf(context));
    await next();
  });

async function senderOf(context: AppContext): Promise<Sender> {
  const { services, messages } = context.var;
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  const found = bearer === undefined ? null : await services.ingestKeys.find(bearer);
  if (found) {
    if (found.key.kind === 'page') throw new GuardianError('forbidden', { reason: messages.server.reasons.pageKey });
    limitRate(context, found.key.key, found.key.ratePerMinute);
    return { project: found.project, name: found.key.label || found.project.slug, kind: 'ingest key' };
  }
  const caller = await identify(context);
  if (!mayDo(caller.role, 'write'))
    throw new GuardianError('forbidden', { reason: messages.server.reasons.needs.write });
  context.set('caller', caller);
  const named = context.req.query('project') ?? context.req.header('x-guardian-project');
  const project =
    named === undefined ? (await services.ingestKeys.projects())[0] : await services.ingestKeys.project(named);
  if (!project)
    throw new GuardianError('not_found', { path: messages.server.things.project((named ?? '').slice(0, 100)) });
  return { project, name: caller.name, kind: caller.kind };
}

/** What programs post counts against the key's rate, apart from its events. */
function limitRate({ var: { services } }: AppContext, key: string, own: number | null): void {
  const perMinute = own ?? services.knobs.ratePerMinute;
  const { isAllowed, retryAfterSeconds } = services.posts.check(key, perMinute);
  if (!isAllowed) throw new GuardianError('rate_limited', { retryAfterMs: retryAfterSeconds * 1_000 });
  services.posts.take(key, perMinute, 1);
}
