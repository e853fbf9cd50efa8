import { z } from 'zod';
import { health } from '../../contracts/api/overview.ts';
import { toGuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Server';

export const healthRoutes = createRouter()
  .openapi(
    describeRoute({ method: 'get', path: '/api/health', tag, summary: 'How it is', needs: null, reply: health }),
    async ({ json, var: { services } }) => {
      const { intake, clock, startedAt, version, authDatabase, search } = services;
      const { problem } = intake.state();
      const searching = (await search?.problems().catch(() => [])) ?? [];
      const problems = [...(problem ? [problem.code] : []), ...searching.map(({ code }) => code)];
      return json({
        status: problems.length > 0 ? ('degraded' as const) : ('ok' as const),
        version,
        uptimeSeconds: Math.floor((clock.now() - startedAt) / 1000),
        database: authDatabase.kind,
        problems,
      });
    },
  )
  .openapi(
    describeRoute({
      method: 'get',
      path: '/api/ready',
      tag,
      summary: 'Whether it can be sent requests: 503 while the store cannot be written',
      needs: null,
      reply: z.object({ isReady: z.boolean() }),
    }),
    (context) => {
      const isReady = context.var.services.intake.state().problem === null;
      return context.json({ isReady }, (isReady ? 200 : 503) as 200);
    },
  )
  .openapi(
    describeRoute({
      method: 'get',
      path: '/health',
      tag,
      summary: 'Whether everything turns: 503 unless store, scheduler and delivery worker all do',
      needs: null,
      reply: z.object({ status: z.enum(['ok', 'degraded']), problems: z.array(z.string()) }),
    }),
    async (context) => {
      const { intake, partProblems } = context.var.services;
      const { problem } = intake.state();
      const stopped = await partProblems().catch((thrown) => [toGuardianError(thrown).code]);
      const problems = [...(problem ? [problem.code] : []), ...stopped];
      const status = problems.length === 0 ? ('ok' as const) : ('degraded' as const);
      return context.json({ status, problems }, (problems.length === 0 ? 200 : 503) as 200);
    },
  );
