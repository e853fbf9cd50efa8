import { createMiddleware } from 'hono/factory';
import { readPostedKeys } from '../../../core/sealing/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { AppContext, AppEnv } from '../../app-env.ts';
import { needsSender } from '../../middleware/sender.ts';
import { readPostedText } from '../../read-posted-text.ts';

/** A key is 400 bytes; a client sends one a day. */
const LIMITS = { bodyBytes: 1024 * 1024, inflatedBytes: 4 * 1024 * 1024 };

/**
 * `POST /api/keys` of `application/x-ndjson` (of `application/json` it makes a key of the API): the wrapped keys of clients that seal, a JSON line each, with an ingest key; packed by gzip or not. The same again
 * changes nothing. Answers 200 `{accepted, duplicate, rejected: [{line, code, message}]}` once they are durable, with `rejectedCount` where the list is cut; 400 when no line is a
 * key, 413 and 415 as everywhere.
 */
export const serveKeys = () => {
  const admitted = needsSender();
  return createMiddleware<AppEnv>(async (context, next) => {
    if (context.req.method !== 'POST' || context.req.path !== '/api/keys' || !isLines(context)) return next();
    context.set('route', 'ingest:keys');
    let reply: Response | undefined;
    await admitted(context, async () => {
      reply = await takeKeys(context);
    });
    return reply;
  });
};

function isLines(context: AppContext): boolean {
  return /^application\/x-ndjson\b/i.test(context.req.header('content-type') ?? '');
}

async function takeKeys(context: AppContext): Promise<Response> {
  const { services, sender } = context.var;
  const place = { projectId: sender.project.id, now: services.clock.now() };
  const { keys, rejected, rejectedCount } = readPostedKeys(await readPostedText(context, LIMITS), place);
  const outcomes = await services.store.sealingKeys.add(keys.map(({ key }) => key));
  let accepted = 0;
  let duplicate = 0;
  outcomes.forEach((outcome, index) => {
    if (outcome === 'new') accepted++;
    else if (outcome === 'known') duplicate++;
    else rejected.push({ line: keys[index]!.line, code: 'different_key', message: 'another key has this id' });
  });
  if (accepted + duplicate === 0) {
    const first = rejected[0];
    throw new GuardianError('payload_invalid', {
      reason: ({ server: { bodies } }) => (first === undefined ? bodies.noKey : bodies.line(first.line, first.message)),
    });
  }
  rejected.sort((one, other) => one.line - other.line);
  const isCut = rejectedCount > rejected.length;
  return context.json({ accepted, duplicate, rejected, ...(isCut ? { rejectedCount } : {}) }, 200);
}
