import { z } from 'zod';
import {
  auditCheckpoints,
  auditCheckpointsQuery,
  auditPage,
  auditQuery,
  auditTrails,
  auditVerdict,
  auditVerifyRequest,
} from '../../contracts/api/audit.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { verifyTrail } from '../../core/audit/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { actorNames, actorsNamed } from '../actor-names.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { auditEntryView, auditTrailView, auditVerdictView } from '../views/audit-view.ts';
import { createRouter } from './router.ts';

/** Applications begin a trail at each start; older ones are found by their name. */
const LISTED_TRAILS = 200;
const LISTED_CHECKPOINTS = 1_000;

const list = describeRoute({
  method: 'get',
  path: '/api/audit',
  tag: 'Access',
  summary: 'Entries of an audit trail, newest first',
  needs: 'admin',
  request: { query: auditQuery },
  reply: auditPage,
});

const trails = describeRoute({
  method: 'get',
  path: '/api/audit/trails',
  tag: 'Access',
  summary: 'Audit trails: Guardian’s own, then those of applications, newest first',
  needs: 'admin',
  request: { query: nothing },
  reply: auditTrails,
});

const checkpoints = describeRoute({
  method: 'get',
  path: '/api/audit/checkpoints',
  tag: 'Access',
  summary: 'The newest 1,000 signed checkpoints of an audit trail, oldest first',
  needs: 'admin',
  request: { query: auditCheckpointsQuery },
  reply: auditCheckpoints,
});

const verify = describeRoute({
  method: 'post',
  path: '/api/audit/verify',
  tag: 'Access',
  summary: 'Recomputes an audit trail from its entries',
  needs: 'admin',
  request: { body: jsonBody(auditVerifyRequest) },
  reply: auditVerdict,
});

export const auditRoutes = createRouter()
  .openapi(list, async (context) => {
    const { services, messages } = context.var;
    const { cursor = null, from, to, actor, ...asked } = context.req.valid('query');
    const window = { ...readInstant('from', from), ...readInstant('to', to) };
    const by = actor === undefined ? {} : { actors: await actorsNamed(services, actor, messages) };
    const { items, nextCursor } = await services.store.audit.search({ ...asked, ...window, ...by, cursor });
    const actors = items.map(({ actor }) => actor);
    const name = await actorNames(services, actors, messages);
    return context.json(
      { items: items.map((entry) => auditEntryView(entry, name(entry.actor))), nextCursor, total: null },
      200,
    );
  })
  .openapi(trails, async (context) => {
    const known = await context.var.services.store.audit.trails(LISTED_TRAILS);
    return context.json({ items: known.map(auditTrailView) }, 200);
  })
  .openapi(checkpoints, async (context) => {
    const kept = await context.var.services.store.audit.checkpoints(context.req.valid('query').trail, 'all');
    const items = kept.slice(-LISTED_CHECKPOINTS).map(({ checkpoint, publicKey }) => ({ checkpoint, publicKey }));
    return context.json({ items }, 200);
  })
  .openapi(verify, async (context) => {
    const { services, messages } = context.var;
    const { trail } = context.req.valid('json');
    const anchored = await services.audit.anchored();
    const verdict = await verifyTrail(trail, { store: services.store.audit, anchored, clock: services.clock });
    if (verdict === null) throw new GuardianError('not_found', { path: messages.audit.noTrail(trail) });
    return context.json(auditVerdictView(verdict, messages), 200);
  });

function readInstant<Name extends 'from' | 'to'>(name: Name, text: string | undefined): { [key in Name]?: number } {
  if (text === undefined) return {};
  const { data, error } = z.iso.datetime({ offset: true }).transform(Date.parse).safeParse(text);
  if (error) throw new GuardianError('payload_invalid', { key: name, reason: (m) => m.server.validation.instant });
  return { [name]: data } as { [key in Name]: number };
}
