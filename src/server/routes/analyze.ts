import { analyzeReply, analyzeRequest } from '../../contracts/api/analysis.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { NobodyAnswered } from '../problem.ts';
import { createRouter } from './router.ts';

const analyze = describeRoute({
  method: 'post',
  path: '/api/memory/analyze',
  tag: 'Analysis',
  summary: 'What a conversation is about: summary, concepts, entities; stored, or posted along',
  needs: 'write',
  request: { body: jsonBody(analyzeRequest) },
  reply: analyzeReply,
});

export const analyzeRoutes = createRouter().openapi(analyze, async (context) => {
  const { session_id, messages, force } = context.req.valid('json');
  const { signal } = context.req.raw;
  const asked = context.var.services.analysis.analyse({ sessionId: session_id, messages, force, signal });
  const outcome = await asked.catch((thrown: unknown) => {
    // Nobody is left to be told; it is no failure of the server.
    if (signal.aborted) throw new GuardianError('payload_invalid', { reason: 'the caller left' });
    throw thrown;
  });
  if (outcome.status === 'failed') throw new NobodyAnswered(outcome);
  return context.json(outcome, 200);
});
