import { z } from 'zod';
import { issueDetail, issueListQuery, issueSummary } from '../../contracts/api/issues.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { describeRoute } from '../describe-route.ts';
import { issueDetailOf } from '../issues/detail.ts';
import { issueFilter } from '../issues/filter.ts';
import { getIssue } from '../issues/find-issue.ts';
import { issueSummaries } from '../issues/summaries.ts';
import { createRouter } from './router.ts';

const tag = 'Issues';
const path = '/api/issues';

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Issues, newest activity first',
  needs: 'read',
  request: { query: issueListQuery },
  reply: pageOf(issueSummary),
});

const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One issue, by its id or its short name (SHOP-12)',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }) },
  reply: issueDetail,
});

export const issueRoutes = createRouter()
  .openapi(list, async (context) => {
    const { services } = context.var;
    const page = await services.store.issues.list(await issueFilter(context, context.req.valid('query')));
    return context.json({ ...page, items: await issueSummaries(services, page.items) }, 200);
  })
  .openapi(get, async (context) => {
    const { services, messages } = context.var;
    const issue = await getIssue(services, context.req.valid('param').id, messages);
    return context.json(await issueDetailOf(services, issue), 200);
  });
