import { createMiddleware } from 'hono/factory';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppEnv } from '../app-env.ts';
import { readBody } from '../read-body.ts';

/** Reads the body of an API request within its bounds, for all that comes after; JSON is what the API takes. */
export const apiBody = () =>
  createMiddleware<AppEnv>(async (context, next) => {
    const { method } = context.req;
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return next();
    const { services, messages } = context.var;
    const { apiBodyBytes, bodyTimeoutMs } = services.knobs;
    const read = await readBody(context, { maxBytes: apiBodyBytes, timeoutMs: bodyTimeoutMs });
    if ('failure' in read) {
      context.header('connection', 'close');
      if (read.failure === 'too-large')
        throw new GuardianError('too_large', { reason: messages.server.bodies.tooLarge(apiBodyBytes) });
      throw new GuardianError('payload_invalid', { reason: messages.server.reasons.bodyTime });
    }
    const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(context.req.header('content-type') ?? '');
    if (read.body.length > 0 && !isJson) throw new GuardianError('unsupported_media');
    context.req.bodyCache.text = Promise.resolve(new TextDecoder().decode(read.body)) as never;
    return next();
  });
