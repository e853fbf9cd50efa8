import { z } from 'zod';
import { me, setupRequest } from '../../contracts/api/administration.ts';
import { LANGUAGES } from '../../core/shared/index.ts';
import { makeFirstAdministrator } from '../auth/first-administrator.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Access';
const language = z.object({ language: z.enum(LANGUAGES) });

const get = describeRoute({ method: 'get', path: '/api/me', tag, summary: 'Who is asking', needs: 'read', reply: me });
const setLanguage = describeRoute({
  method: 'put',
  path: '/api/me/language',
  tag,
  summary: 'The language that is remembered',
  needs: 'read',
  request: { body: jsonBody(language) },
  reply: language,
});
const setUp = describeRoute({
  method: 'post',
  path: '/api/setup',
  tag,
  summary: 'Makes the first administrator, by the one-time link or at the machine itself, and signs them in',
  needs: null,
  request: { body: jsonBody(setupRequest) },
  reply: me,
  status: 201,
});

const settingOf = (id: string) => `language:${id}`;

export const meRoutes = createRouter()
  .openapi(get, async (context) => {
    const { services, caller } = context.var;
    const { kind, id, name, email, role } = caller;
    const known = language.shape.language.safeParse(await services.store.settings.get(settingOf(caller.actor)));
    return context.json({ kind, id, name, email, role, language: known.success ? known.data : null }, 200);
  })
  .openapi(setLanguage, async (context) => {
    const { services, caller } = context.var;
    const chosen = context.req.valid('json');
    await services.store.settings.set(settingOf(caller.actor), chosen.language);
    return context.json(chosen, 200);
  })
  .openapi(setUp, async (context) => {
    const { id, name, email, role } = await makeFirstAdministrator(context, context.req.valid('json'));
    return context.json({ kind: 'user' as const, id, name, email, role, language: null }, 201);
  });
