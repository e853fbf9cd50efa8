import { execReply, execRequest } from '../../../contracts/api/exec.ts';
import { describeRoute, jsonBody } from '../../describe-route.ts';
import { createRouter } from '../../routes/router.ts';
import { recordExec } from './record-exec.ts';

const exec = describeRoute({
  method: 'post',
  path: '/api/runs/exec',
  tag: 'Jobs',
  summary: 'What `guardian exec` tells of the command it wraps: its start, its output, its end',
  needs: 'send',
  request: { body: jsonBody(execRequest) },
  reply: execReply,
});

export const execRoutes = createRouter().openapi(exec, async (context) => {
  const { services, sender } = context.var;
  return context.json(await recordExec(services, context.req.valid('json'), sender.project.id), 200);
});
