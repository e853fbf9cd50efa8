import { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { liveEvent } from '../contracts/api/live.ts';
import { change } from '../contracts/api/overview.ts';
import { problem } from '../contracts/api/shared.ts';
import { METRICS_PATH } from '../contracts/metrics.ts';
import type { AppEnv } from './app-env.ts';
import { allRoutes } from './load-routes.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

interface Other {
  method: 'get' | 'post' | 'delete';
  path: string;
  tag: string;
  summary: string;
  needs: string;
  type: string;
  schema?: z.ZodType;
}

const anything = z.unknown();

/** What is served without a described route: streams, other people's protocols, the sign-in library. */
const OTHERS: Other[] = [
  {
    method: 'get',
    path: '/api/changes',
    tag: 'Server',
    summary: 'Changes as they happen: server-sent events',
    needs: 'read',
    type: 'text/event-stream',
    schema: change,
  },
  {
    method: 'get',
    path: '/api/live',
    tag: 'Server',
    summary: 'Changes, analyses, recalls and debates as they happen: a WebSocket, one JSON object a message',
    needs: 'read',
    type: 'application/json',
    schema: liveEvent,
  },
  {
    method: 'get',
    path: METRICS_PATH,
    tag: 'Server',
    summary: 'Prometheus metrics',
    needs: 'read',
    type: 'text/plain',
  },
  {
    method: 'post',
    path: '/api/auth/sign-in/email',
    tag: 'Access',
    summary: 'Signs in: { email, password }',
    needs: 'none',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/api/auth/sign-out',
    tag: 'Access',
    summary: 'Signs out',
    needs: 'read',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/api/auth/change-password',
    tag: 'Access',
    summary: 'Changes the own password: { currentPassword, newPassword }',
    needs: 'read',
    type: 'application/json',
  },
  {
    method: 'get',
    path: '/ack/{token}',
    tag: 'Alerts',
    summary: 'What the link of a message leads to: a page that asks; looking at it changes nothing',
    needs: 'none',
    type: 'text/html',
  },
  {
    method: 'post',
    path: '/ack/{token}',
    tag: 'Alerts',
    summary: 'Acknowledges the alerts of that message',
    needs: 'none',
    type: 'text/html',
  },
  {
    method: 'post',
    path: '/api/replies/mail',
    tag: 'Fixes',
    summary:
      'A mail that answers a hand-off, posted by a provider that knows the secret: whole, or as SendGrid takes it apart',
    needs: 'none',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/ping/{key}',
    tag: 'Jobs',
    summary:
      'A job that runs elsewhere tells of itself; also GET and HEAD, /start, /fail, /log, /<exit status>, /<ingest key>/<job>',
    needs: 'none',
    type: 'text/plain',
  },
  {
    method: 'post',
    path: '/mcp',
    tag: 'Agents',
    summary: 'Model Context Protocol, streamable HTTP',
    needs: 'read',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/api/events',
    tag: 'Sending events',
    summary: 'Guardian’s own format: NDJSON or an array',
    needs: 'ingest key',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/api/{project}/envelope/',
    tag: 'Sending events',
    summary: 'Sentry SDKs; also store, security, csp-report, cron',
    needs: 'ingest key',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/v1/logs',
    tag: 'Sending events',
    summary: 'OTLP/HTTP; also /v1/traces and /v1/metrics',
    needs: 'ingest key',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/elastic/_bulk',
    tag: 'Sending events',
    summary: 'Elasticsearch bulk',
    needs: 'ingest key',
    type: 'application/json',
  },
  {
    method: 'post',
    path: '/api/pubsub/{project}',
    tag: 'Sending events',
    summary: 'Pub/Sub push of Cloud Logging',
    needs: 'ingest key',
    type: 'application/json',
  },
];

/** OpenAPI 3.1 of everything that is served, generated from the contracts themselves. */
export async function openApiDocument(version: string): Promise<OpenApiDocument> {
  const api = new OpenAPIHono<AppEnv>();
  for (const routes of await allRoutes()) api.route('/', routes);
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Guardian', version, description: 'A self-hosted production guardian.' },
    servers: [{ url: '/' }],
  });
  for (const other of OTHERS) addOther(document, other);
  document.components = {
    ...document.components,
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'An API key (gk_…), or an ingest key where events are sent' },
      session: { type: 'apiKey', in: 'cookie', name: 'guardian.session_token' },
    },
  };
  return document;
}

function addOther(
  document: OpenApiDocument,
  { method, path, tag, summary, needs, type, schema = anything }: Other,
): void {
  const json = (one: z.ZodType) => ({
    schema: z.toJSONSchema(one, { unrepresentable: 'any' }) as Record<string, unknown>,
  });
  document.paths ??= {};
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  document.paths[path] = {
    ...document.paths[path],
    [method]: {
      tags: [tag],
      summary,
      'x-needs': needs,
      security: needs === 'none' ? [] : [{ key: [] }],
      ...(names.length > 0
        ? { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }
        : {}),
      responses: {
        200: { description: summary, content: { [type]: json(schema) } },
        default: { description: 'RFC 9457', content: { 'application/problem+json': json(problem) } },
      },
    },
  };
}
