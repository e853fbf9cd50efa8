import { z } from 'zod';
import { reportListQuery, reportRequest, reportSummary } from '../../contracts/api/reports.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { LANGUAGES } from '../../core/shared/index.ts';
import { describeRoute, describeText, jsonBody } from '../describe-route.ts';
import {
  listReports,
  makeReport,
  REPORT_FORMATS,
  readIn,
  reportContent,
  unifiedContent,
  wantedFormat,
} from '../reports/reports.ts';
import { createRouter } from './router.ts';

const tag = 'Reports';
const path = '/api/reports';
/** Of what people read; left out: that of `Accept-Language`. */
const language = z.enum(LANGUAGES).optional();

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Reports, newest first',
  needs: 'read',
  request: { query: reportListQuery },
  reply: pageOf(reportSummary),
});

const make = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Makes a report now',
  needs: 'write',
  request: { body: jsonBody(reportRequest) },
  reply: reportSummary,
  status: 201,
});

const unified = describeText({
  path: `${path}/unified`,
  tag,
  summary:
    'One report over all services, all jobs, open alerts and Guardian itself: guardian.unified/1, or as people read it',
  needs: 'read',
  request: { query: z.object({ format: z.enum(REPORT_FORMATS).optional(), language }) },
  types: ['application/json', 'text/html', 'text/plain', 'text/markdown'],
});

const get = describeText({
  path: `${path}/{id}`,
  tag,
  summary: 'One report: guardian.report/1, or as people read it',
  needs: 'read',
  request: {
    params: z.object({ id: z.string().max(100) }),
    query: z.object({ format: z.enum(REPORT_FORMATS).default('json'), language }),
  },
  types: ['application/json', 'text/html', 'text/plain', 'text/markdown'],
});

export const reportRoutes = createRouter()
  .openapi(list, async (context) => context.json(await listReports(context, context.req.valid('query')), 200))
  .openapi(make, async (context) => {
    const made = await makeReport(context, context.req.valid('json'), 'demand');
    return context.json(made, 201);
  })
  .openapi(unified, async (context) => {
    const asked = context.req.valid('query');
    readIn(context, asked.language);
    const format = asked.format ?? wantedFormat(context.req.header('accept'));
    const { body, headers } = await unifiedContent(context, format);
    return context.body(body, 200, headers);
  })
  .openapi(get, async (context) => {
    const { format, language } = context.req.valid('query');
    readIn(context, language);
    const { body, headers } = await reportContent(context, context.req.valid('param').id, format);
    return context.body(body, 200, headers);
  });
