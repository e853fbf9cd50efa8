import {
  alertPost,
  alertPostReply,
  measurementPost,
  measurementReply,
  textPost,
  textReply,
} from '../../contracts/api/alerts.ts';
import type { Alert } from '../../core/alerts/index.ts';
import { GuardianError, type Messages, toGuardianError } from '../../core/shared/index.ts';
import { readAlertPost, readMeasurements, readText } from '../alerts/read-posts.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { senderQuery } from '../middleware/sender.ts';
import { createRouter } from './router.ts';

const tag = 'Alerts';

const measurements = describeRoute({
  method: 'post',
  path: '/api/measurements',
  tag,
  summary: 'Values, and what the rules make of them; the same again changes nothing',
  needs: 'send',
  request: { query: senderQuery, body: jsonBody(measurementPost) },
  reply: measurementReply,
});
const texts = describeRoute({
  method: 'post',
  path: '/api/texts',
  tag,
  summary: 'A text, and what the rules read in it; the same (id, type) raises once',
  needs: 'send',
  request: { query: senderQuery, body: jsonBody(textPost) },
  reply: textReply,
});
const alerts = describeRoute({
  method: 'post',
  path: '/api/alerts',
  tag,
  summary: 'Raises or ends an alert of another program; its type must be declared',
  needs: 'send',
  request: { query: senderQuery, body: jsonBody(alertPost) },
  reply: alertPostReply,
  status: 201,
});

function undeclared(type: string, { server: { reasons } }: Messages): GuardianError {
  const { undeclaredType, undeclaredTypeRemedy: remedy } = reasons;
  return new GuardianError('payload_invalid', { key: 'type', reason: undeclaredType(type), remedy });
}

const replyOf = ({ id, number, state }: Alert) => ({ id, number, state });

export const alertPostRoutes = createRouter()
  .openapi(measurements, async (context) => {
    const given = readMeasurements(context, context.req.valid('json'));
    const outcome = await context.var.services.alerts.postMeasurements(given);
    const repeated = given.length - outcome.newMeasurements;
    return context.json({ accepted: outcome.newMeasurements, repeated, alerts: outcome.alerts.map(replyOf) }, 200);
  })
  .openapi(texts, async (context) => {
    const outcome = await context.var.services.alerts.postTexts([readText(context, context.req.valid('json'))]);
    return context.json({ isNew: outcome.newTexts > 0, alerts: outcome.alerts.map(replyOf) }, 200);
  })
  .openapi(alerts, async (context) => {
    const post = readAlertPost(context, context.req.valid('json'));
    const { services, messages } = context.var;
    const alert = await services.alerts.postAlert(post).catch((thrown) => {
      const error = toGuardianError(thrown);
      // Programs say that all is well again and again: of what never was wrong there is nothing to end.
      if (post.state === 'resolved' && error.code === 'not_found') return null;
      throw error.about.key === 'type' ? undeclared(post.type, messages) : thrown;
    });
    return context.json(alert ? replyOf(alert) : { id: null, number: null, state: 'resolved' as const }, 201);
  });
