import type { RouteConfig, z } from '@hono/zod-openapi';
import { nothing, problem } from '../contracts/api/shared.ts';
import { apiBody } from './middleware/api-body.ts';
import { type Need, needs } from './middleware/caller.ts';
import { needsSender } from './middleware/sender.ts';

type Method = RouteConfig['method'];

type Request = NonNullable<RouteConfig['request']>;

/** What the types of a route's handler follow from. */
type Described<P extends string, M extends Method, Q extends Request, Responses extends RouteConfig['responses']> = {
  path: P;
  method: M;
  request: Q;
  responses: Responses;
};

type JsonReply<S extends number, R extends z.ZodType> = {
  [status in S]: { description: string; content: { 'application/json': { schema: R } } };
};

/** A route that answers JSON: what it needs stands before it, and its problems are all of one shape. */
export function describeRoute<
  P extends string,
  M extends Method,
  R extends z.ZodType,
  S extends 200 | 201 | 202 = 200,
  Q extends Request = Record<never, never>,
>(route: {
  method: M;
  path: P;
  tag: string;
  summary: string;
  /** Null: open to all. `send`: an ingest key, or the right to write. */
  needs: Need | 'send' | null;
  request?: Q;
  reply: R;
  status?: S;
}): Described<P, M, Q, JsonReply<S, R>> {
  const reply = { description: route.summary, content: { 'application/json': { schema: route.reply } } };
  return {
    ...described(route),
    method: route.method,
    path: route.path,
    request: route.request ?? ({} as Q),
    responses: { [route.status ?? 200]: reply, default: problemReply } as JsonReply<S, R>,
  };
}

const problemReply = { description: 'RFC 9457', content: { 'application/problem+json': { schema: problem } } };

function described({ tag, summary, needs: scope }: { tag: string; summary: string; needs: Need | 'send' | null }) {
  return {
    tags: [tag],
    summary,
    middleware: [...(scope === null ? [] : [scope === 'send' ? needsSender() : needs(scope)]), apiBody()],
    'x-needs': scope ?? 'none',
    security: scope ? [{ key: [] }, { session: [] }] : [],
  };
}

/** A route whose reply is not JSON. */
export function describeText<P extends string, Q extends Request>(route: {
  path: P;
  tag: string;
  summary: string;
  needs: Need | null;
  request: Q;
  types: readonly string[];
}): Described<P, 'get', Q, Record<200, { description: string }>> {
  const content = Object.fromEntries(route.types.map((type) => [type, { schema: { type: 'string' as const } }]));
  return {
    ...described(route),
    method: 'get',
    path: route.path,
    request: route.request,
    responses: { 200: { description: route.summary, content }, default: problemReply } as Record<
      200,
      { description: string }
    >,
  };
}

/** Of what needs none: `{}` is taken, anything in it is refused. */
export const emptyBody = { required: false as const, content: { 'application/json': { schema: nothing } } };

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true as const, content: { 'application/json': { schema } } };
}
