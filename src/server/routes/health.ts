import { z } from 'zod';
import { health, readiness } from '../../contracts/api/overview.ts';
import { toGuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { readReadiness } from '../read-readiness.ts';
import { createRouter } from './router.ts';

const tag = 'Server';

export const healthRoutes = createRouter()
  .openapi(
    describeRoute({
      method: 'get',
      path: '/api/health',
      tag,
      summary: 'That it runs: always the same answer, whatever it depends on',
      needs: null,
      reply: health,
    }),
    (context) => context.json({ status: 'ok', message: 'Guardian is running.' } as const, 200),
  )
  .openapi(
    describeRoute({
      method: 'get',
      path: '/api/ready',
      tag,
      summary:
        'Whether it can be sent requests: 503 while the store or the intake is not there, each asked for 2 s at most',
      needs: null,
      reply: readiness,
    }),
    async (context) => {
      const found = await readReadiness(context.var.services);
      return context.json(found, (found.isReady ? 200 : 503) as 200);
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
