import { z } from 'zod';
import {
  conversationDetail,
  conversationQuery,
  conversationSummary,
  messagesPost,
  messagesPosted,
  sessionId,
} from '../../contracts/api/analysis.ts';
import { memoryErase, memoryErased } from '../../contracts/api/recall.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Analysis';
const path = '/api/memory/sessions';
const params = z.object({ id: sessionId });

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Conversations, those that were touched last first, with their last analysis',
  needs: 'read',
  request: { query: conversationQuery },
  reply: pageOf(conversationSummary),
});
const detail = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One conversation, with its messages',
  needs: 'read',
  request: { params },
  reply: conversationDetail,
});
const add = describeRoute({
  method: 'post',
  path: `${path}/{id}/messages`,
  tag,
  summary: 'Stores messages of a conversation; one whose id is known is not stored again',
  needs: 'write',
  request: { params, body: jsonBody(messagesPost) },
  reply: messagesPosted,
});
const erase = describeRoute({
  method: 'post',
  path: '/api/memory/erase',
  tag,
  summary: 'Erases what was recalled of one user, or all their conversations',
  needs: 'admin',
  request: { body: jsonBody(memoryErase) },
  reply: memoryErased,
});

export const conversationRoutes = createRouter()
  .openapi(list, async (context) => {
    const { user_id: user = null, cursor = null, limit } = context.req.valid('query');
    const page = await context.var.services.analysis.conversations({ user, cursor, limit });
    return context.json({ ...page, total: null }, 200);
  })
  .openapi(detail, async (context) => {
    const { services, messages } = context.var;
    const { id } = context.req.valid('param');
    const conversation = await services.analysis.conversation(id);
    if (conversation === null) throw new GuardianError('not_found', { path: messages.server.things.conversation(id) });
    return context.json(conversation, 200);
  })
  .openapi(add, async (context) => {
    const { id } = context.req.valid('param');
    const { messages, user_id: user = null } = context.req.valid('json');
    const { stored, total } = await context.var.services.analysis.addMessages({ sessionId: id, user, messages });
    return context.json({ session_id: id, stored, total }, 200);
  })
  .openapi(erase, async (context) => {
    const { analysis } = context.var.services;
    const { user_id: user, what } = context.req.valid('json');
    const erased = await analysis.erase({ user, what });
    await recordAudit(context, 'conversations erased', await analysis.referenceOf(user), { what, ...erased });
    return context.json(erased, 200);
  });
