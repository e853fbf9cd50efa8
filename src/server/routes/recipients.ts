import { z } from 'zod';
import {
  channelKind,
  channelList,
  channelTestReply,
  channelTestRequest,
  recipientList,
  routeList,
  routePreview,
  routePreviewRequest,
} from '../../contracts/api/notifications.ts';
import { nothing } from '../../contracts/api/shared.ts';
import {
  type ChannelHealth,
  type DeliveryState,
  explainRoutes,
  OCCASIONS,
  type Occasion,
  type Route,
  type RouteCondition,
  type Severity,
  stepsInOrder,
} from '../../core/notify/index.ts';
import { GuardianError, type Messages, toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { spanText } from '../jobs/job-view.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Messages';

const recipients = describeRoute({
  method: 'get',
  path: '/api/recipients',
  tag,
  summary: 'Who can be told, over what',
  needs: 'read',
  request: { query: nothing },
  reply: recipientList,
});
const routes = describeRoute({
  method: 'get',
  path: '/api/routes',
  tag,
  summary: 'Which occasions go to whom, and the policy',
  needs: 'read',
  request: { query: nothing },
  reply: routeList,
});
const preview = describeRoute({
  method: 'post',
  path: '/api/routes/preview',
  tag,
  summary: 'Who would get this? Nothing is sent',
  needs: 'read',
  request: { query: nothing, body: jsonBody(routePreviewRequest) },
  reply: routePreview,
});
const channels = describeRoute({
  method: 'get',
  path: '/api/channels',
  tag,
  summary: 'Ways out, and how they fare',
  needs: 'read',
  request: { query: nothing },
  reply: channelList,
});
const test = describeRoute({
  method: 'post',
  path: '/api/channels/{kind}/test',
  tag,
  summary: 'Sends a test message, and says what the other side said',
  needs: 'write',
  request: { params: z.object({ kind: channelKind }), query: nothing, body: jsonBody(channelTestRequest) },
  reply: channelTestReply,
});

/** ms that a test is waited for; then it says that it goes on. */
const TEST_MS = 20_000;
const LOOK_EVERY_MS = 100;

export const recipientRoutes = createRouter()
  .openapi(recipients, async (context) => {
    const items = context.var.services.telling.directory.recipients.map(
      ({ addresses, quietHours, roles, ...recipient }) => ({
        ...recipient,
        roles: [...roles],
        channels: channelKind.options.flatMap((channel) => {
          const count = addresses[channel]?.length ?? 0;
          return count === 0 ? [] : [{ channel, addresses: count }];
        }),
        quietHours,
      }),
    );
    return context.json({ items }, 200);
  })
  .openapi(routes, async (context) => {
    const { directory, knobs } = context.var.services.telling;
    const { policy } = context.var.messages.notify;
    const items = directory.routes.map(({ name, occasions, match, to, channels: over }) => ({
      name,
      on: [...occasions],
      match: matchText(match, context.var.messages.notify),
      to: [...to],
      over: [...over],
    }));
    const lines = [
      { name: policy.coolDown, value: spanText(knobs.coolDownMs) },
      { name: policy.group, value: spanText(knobs.groupMs) },
      { name: policy.burst, value: `${knobs.burst.messages} / ${spanText(knobs.burst.windowMs)}` },
      { name: policy.repeat, value: knobs.repeatMs === null ? policy.never : spanText(knobs.repeatMs) },
      { name: policy.acknowledged, value: spanText(knobs.acknowledgeMs) },
      {
        name: policy.fallback,
        value: `${knobs.fallback.join(', ') || policy.never} (${spanText(knobs.undeliveredMs)})`,
      },
      ...stepsInOrder(knobs.escalation).map(({ afterMs, to, channels: over }, index) => ({
        name: policy.step(index + 1),
        value: `${spanText(afterMs)}: ${to.join(', ')} (${over.join(', ')})`,
      })),
    ];
    return context.json({ items, policy: lines }, 200);
  })
  .openapi(preview, async (context) => {
    const { messages } = context.var;
    const asked = context.req.valid('json');
    const occasion = OCCASIONS.find((one) => one === asked.occasion);
    if (!occasion)
      throw new GuardianError('payload_invalid', {
        key: 'occasion',
        reason: messages.server.validation.values(OCCASIONS.join(', ')),
      });
    return context.json(previewOf(context, { ...asked, occasion }), 200);
  })
  .openapi(channels, async (context) => {
    const { telling, store } = context.var.services;
    const health = await store.sent.health();
    const items = telling.channels.map((channel) => {
      const users = telling.directory.recipients.filter(({ addresses }) => (addresses[channel.kind] ?? []).length > 0);
      const own = health.filter((one) => one.channel === channel.kind);
      return channelView(channel, users, own);
    });
    return context.json({ items }, 200);
  })
  .openapi(test, async (context) => {
    const { services } = context.var;
    const { kind } = context.req.valid('param');
    const { recipient } = context.req.valid('json');
    const began = services.clock.now();
    const [id] = await services.telling.test({ recipientId: recipient, channel: kind });
    if (id === undefined) throw notTested(context, recipient);
    await recordAudit(context, 'channel tested', kind, { recipient });
    return context.json(await outcomeOf(context, id, began), 200);
  });

type KnownChannel = AppContext['var']['services']['telling']['channels'][number];
type ChannelView = z.output<typeof channelList>['items'][number];

/** `users`: those who have an address of it; `health`: of each address that was tried. */
function channelView(
  channel: KnownChannel,
  users: readonly { name: string }[],
  health: readonly ChannelHealth[],
): ChannelView {
  const { kind, isConfigured, description } = channel;
  const failuresInARow = Math.max(0, ...health.map(({ failuresInRow }) => failuresInRow));
  const failing = health.find(({ failuresInRow }) => failuresInRow > 0 && failuresInRow === failuresInARow);
  const sent = health.flatMap(({ lastSentAt }) => lastSentAt ?? []);
  return {
    kind,
    isConfigured,
    description,
    state: stateOf(channel, { isUsed: users.length > 0, isTried: health.length > 0, isFailing: failing !== undefined }),
    lastSentAt: sent.length === 0 ? null : toInstant(Math.max(...sent)),
    failuresInARow,
    lastError: failing?.lastError ?? null,
    recipients: users.map(({ name }) => name),
  };
}

function stateOf(
  { isSimulated, isStored }: KnownChannel,
  { isUsed, isTried, isFailing }: { isUsed: boolean; isTried: boolean; isFailing: boolean },
): ChannelView['state'] {
  if (isSimulated) return 'simulated';
  if (isStored) return 'stored';
  if (!isUsed) return 'unused';
  if (!isTried) return 'unchecked';
  return isFailing ? 'failing' : 'well';
}

function notTested({ var: { services, messages } }: AppContext, recipient: string): GuardianError {
  const isKnown = services.telling.directory.recipients.some(({ id }) => id === recipient);
  return isKnown
    ? new GuardianError('conflict', { reason: messages.server.reasons.noAddress })
    : new GuardianError('not_found', { path: messages.server.things.recipient(recipient) });
}

const ENDED: readonly DeliveryState[] = ['sent', 'stored', 'simulated', 'dead', 'failed'];
const OUT: readonly DeliveryState[] = ['sent', 'stored', 'simulated'];

/** What came of the first attempt. */
async function outcomeOf({ var: { services, messages } }: AppContext, id: string, began: number) {
  const until = performance.now() + TEST_MS;
  for (;;) {
    const delivery = (await services.store.sent.get(id))?.delivery;
    const ms = services.clock.now() - began;
    if (delivery && ENDED.includes(delivery.state)) {
      const isOut = OUT.includes(delivery.state);
      const detail = (isOut ? delivery.receipt : delivery.lastError) ?? '';
      return { outcome: isOut ? (delivery.state as 'sent' | 'stored' | 'simulated') : ('failed' as const), detail, ms };
    }
    if (performance.now() >= until) return { outcome: 'failed' as const, detail: messages.notify.test.goesOn, ms };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

interface Asked {
  occasion: Occasion;
  severity: z.output<typeof routePreviewRequest>['severity'];
  job: string | null;
  type: string | null;
  service: string | null;
  labels: Record<string, string>;
  at?: string | undefined;
}

function previewOf({ var: { services, messages } }: AppContext, { occasion, severity, at, ...match }: Asked) {
  const { directory, knobs } = services.telling;
  const { decisions } = messages.notify;
  const now = at === undefined ? services.clock.now() : Date.parse(at);
  const explained = explainRoutes({ occasion, severity, match }, directory, knobs, now);
  return {
    isUnrouted: explained.isUnrouted,
    deliveries: explained.targets.map(({ name, channel, address, routes: led, quietUntil }) => ({
      recipient: name,
      channel,
      address,
      route: led[0] ?? null,
      decision: quietUntil === null ? decisions.atOnce : decisions.quiet,
      releaseAt: quietUntil === null ? null : toInstant(quietUntil),
    })),
    routes: explained.routes.map(({ name, isMatched, conditions }) => ({
      name,
      isMatch: isMatched,
      reason: conditions
        .filter(({ isMet }) => isMet === isMatched)
        .map((condition) => conditionText(condition, messages.notify))
        .join('; '),
    })),
  };
}

/** In the reader's words; names of jobs, types, services and labels are others'. */
function conditionText({ name, wanted, found, isMet }: RouteCondition, { route, occasions }: Messages['notify']) {
  const condition = route.conditions[name];
  const wordOf = (code: string): string => {
    if (name === 'occasion') return occasions[code as Occasion] ?? code;
    return name === 'severity' ? route.severities[code as Severity] : code;
  };
  const words = wanted.split(', ').map(wordOf).join(', ');
  const text = name === 'severity' ? route.atLeast(words) : words;
  return isMet ? route.met(condition, text) : route.unmet(condition, text, found === null ? null : wordOf(found));
}

function matchText(
  { severityAtLeast, jobs, types, services, labels }: Route['match'],
  { route }: Messages['notify'],
): string {
  const parts = [
    severityAtLeast === null ? null : route.atLeast(route.severities[severityAtLeast]),
    ...[jobs, types, services].map((names) => (names.length === 0 ? null : names.join(', '))),
    ...Object.entries(labels).map(([label, wanted]) => `${label}=${wanted}`),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
