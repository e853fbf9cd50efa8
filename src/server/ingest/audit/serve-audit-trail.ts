import { createMiddleware } from 'hono/factory';
import { readPostedRecords } from '../../../core/audit/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { AppContext, AppEnv } from '../../app-env.ts';
import { needsSender } from '../../middleware/sender.ts';
import { readPostedText } from '../../read-posted-text.ts';

const LIMITS = { bodyBytes: 10 * 1024 * 1024, inflatedBytes: 64 * 1024 * 1024 };

/**
 * `POST /api/audit-trail`: entries and checkpoints of applications' audit trails, a JSON line each, with an ingest key; packed by gzip or
 * not. The same again changes nothing. Answers 200 `{accepted, duplicate, rejected: [{line, code, message}]}` once they are durable, with
 * `rejectedCount` where the list is cut; 400 with the same when no line is taken, 413 and 415 as everywhere.
 */
export const serveAuditTrail = () => {
  const admitted = needsSender();
  return createMiddleware<AppEnv>(async (context, next) => {
    if (context.req.method !== 'POST' || context.req.path !== '/api/audit-trail') return next();
    context.set('route', 'ingest:audit-trail');
    let reply: Response | undefined;
    await admitted(context, async () => {
      reply = await takeRecords(context);
    });
    return reply;
  });
};

async function takeRecords(context: AppContext): Promise<Response> {
  const { services, sender } = context.var;
  const { records, rejected, rejectedCount: unread } = readPostedRecords(await readPostedText(context, LIMITS));
  let rejectedCount = unread;
  const outcomes = await services.store.audit.receive(
    sender.project.id,
    records.map(({ record }) => record),
  );
  let accepted = 0;
  let duplicate = 0;
  outcomes.forEach((outcome, index) => {
    if (outcome === 'new') accepted++;
    else if (outcome === 'known') duplicate++;
    else {
      const { line } = records[index]!;
      rejectedCount++;
      if (outcome === 'different')
        rejected.push({ line, code: 'different_entry', message: 'another entry stands at its place' });
      else rejected.push({ line, code: 'foreign_trail', message: 'the trail is another project’s' });
    }
  });
  if (accepted + duplicate + rejectedCount === 0)
    throw new GuardianError('payload_invalid', { reason: (m) => m.server.bodies.noRecord });
  rejected.sort((one, other) => one.line - other.line);
  const isCut = rejectedCount > rejected.length;
  const told = { accepted, duplicate, rejected, ...(isCut ? { rejectedCount } : {}) };
  return context.json(told, accepted + duplicate > 0 ? 200 : 400);
}
