import { Hono } from 'hono';
import { scopeOfRole } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppEnv } from '../app-env.ts';
import { apiBody } from '../middleware/api-body.ts';
import { identify } from '../middleware/caller.ts';

/** Streamable HTTP of the Model Context Protocol: who asks is known here, what they may do is decided by each tool. */
export const mcpRoutes = new Hono<AppEnv>()
  .use('/mcp', apiBody())
  .on(['GET', 'POST', 'DELETE'], '/mcp', async (context) => {
    const { services, messages } = context.var;
    if (!services.mcp) throw new GuardianError('not_found', { path: messages.server.things.page });
    const { actor, name, role } = await identify(context);
    const { method, url } = context.req;
    const headers = new Headers(context.req.raw.headers);
    headers.delete('authorization');
    headers.delete('cookie');
    const body = method === 'POST' ? { body: await context.req.text() } : {};
    return services.mcp(new Request(url, { method, headers, ...body }), {
      actor,
      name,
      role,
      scope: scopeOfRole(role),
    });
  });
