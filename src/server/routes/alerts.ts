import { z } from 'zod';
import {
  alertActionReply,
  alertActionRequest,
  alertDetail,
  alertListQuery,
  alertPage,
  alertState,
  alertUndoRequest,
  ruleList,
  ruleOutlook,
  ruleTestReply,
  ruleTestRequest,
  severity,
} from '../../contracts/api/alerts.ts';
import { nothing } from '../../contracts/api/shared.ts';
import type { AlertFilter } from '../../core/alerts/index.ts';
import { GuardianError, toGuardianError, toInstant } from '../../core/shared/index.ts';
import { type AlertReaderOptions, alertView } from '../alerts/alert-view.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { projectIdOf, projectSlugs } from '../find-project.ts';
import { listOf, namesOf } from '../read-names.ts';
import { windowOf } from '../read-window.ts';
import { nameOfRecipients } from '../telling/delivery-view.ts';
import { createRouter } from './router.ts';

const tag = 'Alerts';
const path = '/api/alerts';
const params = z.object({ id: z.string().max(100) });
/** Points of the picture beside an alert. */
const SERIES = 500;
/** Messages listed beside it. */
const SENT = 100;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Alerts: firing first, then acknowledged, then resolved; each newest first',
  needs: 'read',
  request: { query: alertListQuery },
  reply: alertPage,
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One alert, with every change and who was told',
  needs: 'read',
  request: { params, query: nothing },
  reply: alertDetail,
});
const act = describeRoute({
  method: 'post',
  path: `${path}/actions`,
  tag,
  summary: 'Acknowledges, resolves, reopens, archives or notes one or many; `undo` takes it back',
  needs: 'write',
  request: { query: nothing, body: jsonBody(alertActionRequest) },
  reply: alertActionReply,
});
const undo = describeRoute({
  method: 'post',
  path: `${path}/undo`,
  tag,
  summary: 'Takes an action back where nobody changed the alerts since',
  needs: 'write',
  request: { query: nothing, body: jsonBody(alertUndoRequest) },
  reply: alertActionReply,
});
const rules = describeRoute({
  method: 'get',
  path: '/api/rules',
  tag,
  summary: 'What raises alerts, and whether it could look',
  needs: 'read',
  request: { query: nothing },
  reply: ruleList,
});

const tryOut = describeRoute({
  method: 'post',
  path: '/api/rules/{name}/test',
  tag,
  summary: 'What a rule makes of a value or a text; nothing is written, nobody is told',
  needs: 'read',
  request: { params: z.object({ name: z.string().max(100) }), query: nothing, body: jsonBody(ruleTestRequest) },
  reply: ruleTestReply,
});

const lookNow = describeRoute({
  method: 'post',
  path: '/api/rules/{name}/look',
  tag,
  summary: 'What a rule sees now over the rows that are there; nothing is written, nobody is told',
  needs: 'write',
  request: { params: z.object({ name: z.string().max(100) }), query: nothing },
  reply: ruleOutlook,
});

export const alertRoutes = createRouter()
  .openapi(list, async (context) => {
    const { alerts } = context.var.services.store;
    const { cursor = null, limit, ...query } = context.req.valid('query');
    const filter = await filterOf(context, query);
    const { states: _, ...others } = filter;
    const [page, counts] = await Promise.all([alerts.list(filter, { cursor, limit }), alerts.counts(others)]);
    const options = await viewOptions(context);
    return context.json(
      { items: page.items.map((alert) => alertView(alert, options)), nextCursor: page.nextCursor, counts },
      200,
    );
  })
  .openapi(act, async (context) => {
    const { services, caller, messages } = context.var;
    const { ids, action, notes } = context.req.valid('json');
    const outcome = await services.alerts.act(ids, { kind: action, notes: notes ?? null }, caller.name);
    // Nothing of what was named is there: that is no outcome of an action.
    if (outcome.refused.length > 0 && outcome.changed.length === 0 && outcome.refused.every(isMissing))
      throw new GuardianError('not_found', { path: messages.server.things.alert(outcome.refused[0]!.id) });
    return context.json(replyOf(outcome), 200);
  })
  .openapi(undo, async (context) => {
    const { services, caller, messages } = context.var;
    const outcome = await services.alerts.undo(context.req.valid('json').undo, caller.name);
    if (!outcome)
      throw new GuardianError('payload_invalid', { key: 'undo', reason: messages.server.validation.invalid });
    return context.json(replyOf(outcome), 200);
  })
  .openapi(get, async (context) => {
    const { services, messages } = context.var;
    const { alerts, measurements, sent: log } = services.store;
    const { id } = context.req.valid('param');
    const alert = await alerts.get(id);
    if (!alert) throw new GuardianError('not_found', { path: messages.server.things.alert(id) });
    const now = services.clock.now();
    const nameOf = nameOfRecipients(services.telling.directory.recipients);
    const name = typeof alert.evidence?.measurement === 'string' ? alert.evidence.measurement : null;
    const [changes, series, sent] = await Promise.all([
      alerts.changes(id),
      name === null || alert.projectId === null
        ? []
        : measurements.series({
            projectId: alert.projectId,
            name,
            subjectId: alert.subject.id,
            from: now - WEEK_MS,
            to: now + 1,
            limit: SERIES,
          }),
      log.list({ alertId: id }, { cursor: null, limit: SENT }),
    ]);
    const detail = {
      ...alertView(alert, await viewOptions(context)),
      evidence: alert.evidence,
      changes: changes.map(({ at, by, action, from, to, firing, notes }) => ({
        at: toInstant(at),
        by,
        action,
        from,
        to,
        firing,
        notes,
      })),
      series: series.map(({ at, value }) => ({ at: toInstant(at), value })),
      deliveries: sent.items.map(({ id: delivery, recipientId, channel, state, createdAt }) => ({
        id: delivery,
        recipient: nameOf(recipientId),
        channel,
        state,
        at: toInstant(createdAt),
      })),
    };
    return context.json(detail, 200);
  })
  .openapi(rules, async (context) => {
    const { services } = context.var;
    const items = await Promise.all(
      services.alerts.rules().map(async ({ rule, lastLookAt, problem }) => ({
        name: rule.name,
        over: rule.over,
        types: [rule.type],
        description: rule.description ?? rule.type,
        firing: (await services.store.alerts.counts({ rules: [rule.name] })).firing,
        lastLookAt: lastLookAt === null ? null : toInstant(lastLookAt),
        problem,
      })),
    );
    return context.json({ items }, 200);
  })
  .openapi(lookNow, async (context) => {
    const { services, messages } = context.var;
    const rule = ruleNamed(context, context.req.valid('param').name);
    if (rule.over === 'text')
      throw new GuardianError('payload_invalid', {
        key: 'name',
        reason: messages.server.reasons.ruleLooksAt(rule.over),
      });
    const { bad, ...outlook } = await services.alerts.lookNow(rule.name, messages);
    const plain = bad.map(({ subject, ...seen }) => ({
      ...seen,
      subject: { ...subject, labels: { ...subject.labels } },
    }));
    return context.json({ ...outlook, bad: plain }, 200);
  })
  .openapi(tryOut, (context) => {
    const { services, messages } = context.var;
    const { name } = context.req.valid('param');
    const rule = ruleNamed(context, name);
    const given = context.req.valid('json');
    try {
      return context.json(services.alerts.tryRule(name, given), 200);
    } catch (thrown) {
      if (toGuardianError(thrown).code !== 'payload_invalid') throw thrown;
      const key = 'text' in given ? 'text' : 'value';
      throw new GuardianError('payload_invalid', { key, reason: messages.server.reasons.ruleLooksAt(rule.over) });
    }
  });

function ruleNamed({ var: { services, messages } }: AppContext, name: string) {
  const rule = services.alerts.rules().find((one) => one.rule.name === name)?.rule;
  if (!rule) throw new GuardianError('not_found', { path: messages.server.things.rule(name) });
  return rule;
}

async function viewOptions(context: AppContext): Promise<AlertReaderOptions> {
  const { messages, language, services } = context.var;
  return { slugOf: await projectSlugs(context), messages, language, timeZone: services.timeZone };
}

type ListQuery = Omit<z.output<typeof alertListQuery>, 'cursor' | 'limit'>;

async function filterOf(context: AppContext, query: ListQuery): Promise<AlertFilter> {
  const { project, archived, subject, text } = query;
  const projectId = await projectIdOf(context, project);
  return {
    ...(query.state ? { states: namesOf(context, 'state', query.state, alertState.options) } : {}),
    ...(query.severity ? { severities: namesOf(context, 'severity', query.severity, severity.options) } : {}),
    ...(query.type ? { types: listOf(query.type) } : {}),
    ...(query.rule ? { rules: listOf(query.rule) } : {}),
    ...(subject ? { subject } : {}),
    ...(projectId === null ? {} : { projectId }),
    isArchived: archived === 'true',
    ...windowOf(context, query),
    ...(text ? { text } : {}),
  };
}

const isMissing = ({ reason }: { reason: string }) => reason === 'not-found';

function replyOf({
  changed,
  refused,
  undo: token,
}: Awaited<ReturnType<AppContext['var']['services']['alerts']['act']>>) {
  return { changed: changed.map(({ id }) => id), refused, undo: token };
}
