import { z } from 'zod';
import {
  issueChange,
  issueCounts,
  issueDetail,
  issueEvidence,
  issueFeedback,
  issueIncident,
} from '../../contracts/api/issues.ts';
import { pageOf, pageQuery } from '../../contracts/api/shared.ts';
import { describeRoute } from '../describe-route.ts';
import { similarOf } from '../issues/detail.ts';
import { getIssue } from '../issues/find-issue.ts';
import { issueChanges, issueCountsOf, issueIncidents } from '../issues/parts.ts';
import { feedbackView } from '../views/issue-view.ts';
import { createRouter } from './router.ts';

const params = z.object({ id: z.string().max(100) });
const said = z.object({ items: z.array(issueFeedback) });
const MOST_FEEDBACK = 50;
const similar = z.object({ items: issueDetail.shape.suggestions });

function part<R extends z.ZodType, const Q extends object>(name: string, summary: string, reply: R, request: Q) {
  return describeRoute({
    method: 'get',
    path: `/api/issues/{id}/${name}`,
    tag: 'Issues',
    summary,
    needs: 'read',
    request: { params, ...request },
    reply,
  });
}

const step = { query: z.object({ step: z.enum(['hour', 'day']).default('hour') }) };

export const issuePartRoutes = createRouter()
  .openapi(part('evidence', 'What explains it', issueEvidence, {}), async (context) => {
    const { services, messages, language } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    return context.json(await services.evidenceOf(id, language), 200);
  })
  .openapi(
    part('incidents', 'Its incidents, newest first', pageOf(issueIncident), { query: pageQuery }),
    async (context) => {
      const { services, messages } = context.var;
      const { id } = await getIssue(services, context.req.valid('param').id, messages);
      return context.json(await issueIncidents(services, id, context.req.valid('query')), 200);
    },
  )
  .openapi(part('counts', 'Incidents by hour or day', issueCounts, step), async (context) => {
    const { services, messages } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    return context.json(await issueCountsOf(services, id, context.req.valid('query').step), 200);
  })
  .openapi(
    part('history', 'Who changed what, newest first', pageOf(issueChange), { query: pageQuery }),
    async (context) => {
      const { services, messages } = context.var;
      const { id } = await getIssue(services, context.req.valid('param').id, messages);
      return context.json(await issueChanges(services, id, context.req.valid('query'), messages), 200);
    },
  )
  .openapi(
    part('feedback', 'What users wrote about it, newest first; never who they are', said, {}),
    async (context) => {
      const { services, messages } = context.var;
      const issue = await getIssue(services, context.req.valid('param').id, messages);
      const items = await services.store.clientTales.feedback(issue, MOST_FEEDBACK);
      return context.json({ items: items.map(feedbackView) }, 200);
    },
  )
  .openapi(part('similar', 'Issues that may be the same', similar, {}), async (context) => {
    const { services, messages } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    return context.json({ items: await similarOf(services, await services.store.issues.about(id)) }, 200);
  });
