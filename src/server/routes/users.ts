import { z } from 'zod';
import { user, userChange, userRequest } from '../../contracts/api/administration.ts';
import { changeUser, createUser } from '../auth/change-user.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { userView } from '../views/administration-view.ts';
import { createRouter } from './router.ts';

const tag = 'Access';
const path = '/api/users';
const items = z.object({ items: z.array(user) });

const list = describeRoute({ method: 'get', path, tag, summary: 'Who may sign in', needs: 'admin', reply: items });
const create = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Makes an account',
  needs: 'admin',
  request: { body: jsonBody(userRequest) },
  reply: user,
  status: 201,
});
const change = describeRoute({
  method: 'patch',
  path: `${path}/{id}`,
  tag,
  summary: 'Changes the role, disables the account, or sets a new password',
  needs: 'admin',
  request: { params: z.object({ id: z.string().max(100) }), body: jsonBody(userChange) },
  reply: user,
});

export const userRoutes = createRouter()
  .openapi(list, async (context) => {
    const { auth } = context.var.services;
    const users = (await auth.hasUsers()) ? await auth.users.list() : [];
    return context.json({ items: users.map(userView) }, 200);
  })
  .openapi(create, async (context) => {
    const created = await createUser(context, context.req.valid('json'));
    return context.json(userView(created), 201);
  })
  .openapi(change, async (context) => {
    const changed = await changeUser(context, context.req.valid('param').id, context.req.valid('json'));
    return context.json(userView(changed), 200);
  });
