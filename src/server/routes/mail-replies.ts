import { GuardianError } from '../../core/shared/index.ts';
import { readBody } from '../read-body.ts';
import { createRouter } from './router.ts';

/**
 * Mails that a provider posts: its secret is what lets it in, not a key of the API. A mail that is passed over is answered 200 as well, so that nobody sends it
 * again; why stands in the answer.
 */
export const mailReplyRoutes = createRouter().post('/api/replies/mail', async (context) => {
  const { services, messages } = context.var;
  const { takeMail } = services.fixes;
  if (takeMail === null) throw new GuardianError('not_found', { path: messages.server.things.page });
  const { apiBodyBytes, bodyTimeoutMs } = services.knobs;
  const read = await readBody(context, { maxBytes: apiBodyBytes, timeoutMs: bodyTimeoutMs });
  if ('failure' in read) {
    context.header('connection', 'close');
    if (read.failure === 'too-large')
      throw new GuardianError('too_large', { reason: messages.server.bodies.tooLarge(apiBodyBytes) });
    throw new GuardianError('payload_invalid', { reason: messages.server.reasons.bodyTime });
  }
  const headers = new Map([...context.req.raw.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const answer = await takeMail({ headers, body: read.body });
  return context.json(answer.isTaken ? { taken: answer.fixId } : { passedOver: answer.reason }, 200);
});
