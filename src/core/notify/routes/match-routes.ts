import type { Target } from '../delivery.ts';
import { gravityOf, type NotifyKnobs } from '../knobs.ts';
import { CHANNEL_KINDS, type ChannelKind, type Notification, type Recipient, type Route } from '../notification.ts';
import { addressName } from './address-name.ts';
import { ADMINISTRATORS, type Directory } from './directory.ts';
import { onCall } from './on-call.ts';

/** What routes look at. */
export type Matched = Pick<Notification, 'occasion' | 'severity' | 'match'>;

/** One condition of a route, as it is explained. */
export interface RouteCondition {
  name: 'occasion' | 'severity' | 'job' | 'type' | 'service' | 'label';
  wanted: string;
  found: string | null;
  isMet: boolean;
}

/** Every condition that the route makes; it matches when all are met. An empty list of a route asks for nothing. */
export function conditionsOf(route: Route, { occasion, severity, match }: Matched): RouteCondition[] {
  const { severityAtLeast, jobs, types, services, labels } = route.match;
  const oneOf = (name: RouteCondition['name'], wanted: readonly string[], found: string | null): RouteCondition[] =>
    wanted.length === 0
      ? []
      : [{ name, wanted: wanted.join(', '), found, isMet: found !== null && wanted.some((one) => fits(one, found)) }];
  return [
    ...oneOf('occasion', route.occasions, occasion),
    ...(severityAtLeast === null
      ? []
      : [
          {
            name: 'severity' as const,
            wanted: severityAtLeast,
            found: severity,
            isMet: gravityOf(severity) >= gravityOf(severityAtLeast),
          },
        ]),
    ...oneOf('job', jobs, match.job),
    ...oneOf('type', types, match.type),
    ...oneOf('service', services, match.service),
    ...Object.entries(labels).map(([label, wanted]) => {
      const found = Object.hasOwn(match.labels, label) ? match.labels[label]! : null;
      return { name: 'label' as const, wanted: `${label}=${wanted}`, found, isMet: found === wanted };
    }),
  ];
}

/** `*` stands for any text. */
function fits(pattern: string, text: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  const end = parts.pop();
  if (end === undefined) return pattern === text;
  if (!text.startsWith(start)) return false;
  let position = start.length;
  for (const part of parts) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - end.length >= position && text.endsWith(end);
}

/** Recipients by id and by role, an on-call rotation being a role of one; each once, in the order named. Unknown ones are left out: the start refuses them. */
function peopleOf(to: readonly string[], directory: Directory, now: number): Recipient[] {
  return [...new Set(to.flatMap((name) => meantBy(name, directory, now)))];
}

function meantBy(name: string, { recipients, rotations }: Directory, now: number): Recipient[] {
  if (!name.startsWith(ROLE)) return recipients.filter(({ id }) => id === name);
  const role = name.slice(ROLE.length);
  const rotation = rotations.find((known) => known.role === role);
  if (!rotation) return recipients.filter(({ roles }) => roles.includes(role));
  const onTurn = onCall(rotation, now);
  return recipients.filter(({ id }) => id === onTurn);
}

const ROLE = 'role:';

export interface Routing {
  /** Names of the routes that match. */
  matched: string[];
  /** Each recipient, channel and address once, with all the routes that led there. */
  targets: Target[];
  /** Nothing matched: it goes to the administrators. */
  isUnrouted: boolean;
}

/** Who is to hear of it. Routes add up. */
export function matchRoutes(matched: Matched, directory: Directory, knobs: NotifyKnobs, now: number): Routing {
  const routes = directory.routes.filter((route) => conditionsOf(route, matched).every(({ isMet }) => isMet));
  const targets = new Map<string, Target & { routes: string[] }>();
  for (const { name, to, channels } of routes)
    for (const recipient of peopleOf(to, directory, now)) add(targets, addressesOf(recipient, channels), name);
  const isUnrouted = routes.length === 0;
  if (isUnrouted && !knobs.quietOccasions.includes(matched.occasion)) {
    for (const administrator of peopleOf([`${ROLE}${ADMINISTRATORS}`], directory, now))
      add(targets, addressesOf(administrator, unroutedChannels(administrator, knobs)), null);
  }
  return { matched: routes.map(({ name }) => name), targets: [...targets.values()], isUnrouted };
}

/** One step of escalation; routes do not add to it. */
export function stepTargets(
  step: { to: readonly string[]; channels: readonly ChannelKind[] },
  directory: Directory,
  now: number,
): Target[] {
  const targets = new Map<string, Target & { routes: string[] }>();
  for (const recipient of peopleOf(step.to, directory, now)) add(targets, addressesOf(recipient, step.channels), null);
  return [...targets.values()];
}

/** Several lists as one, each target once. */
export function mergeTargets(lists: readonly (readonly Target[])[]): Target[] {
  const targets = new Map<string, Target & { routes: string[] }>();
  for (const target of lists.flat()) {
    add(targets, [target], null);
    const known = targets.get(targetKey(target))!;
    known.routes.push(...target.routes.filter((route) => !known.routes.includes(route)));
  }
  return [...targets.values()];
}

function targetKey({ recipientId, channel, address }: Pick<Target, 'recipientId' | 'channel' | 'address'>): string {
  return [recipientId, channel, address].join('\u0000');
}

function addressesOf(recipient: Recipient, channels: readonly ChannelKind[]): Omit<Target, 'routes'>[] {
  return [...new Set(channels)].flatMap((channel) =>
    (recipient.addresses[channel] ?? []).map((address) => ({
      recipientId: recipient.id,
      channel,
      address: addressName(channel, address),
    })),
  );
}

function add(
  targets: Map<string, Target & { routes: string[] }>,
  found: readonly Omit<Target, 'routes'>[],
  route: string | null,
): void {
  for (const { recipientId, channel, address } of found) {
    const key = targetKey({ recipientId, channel, address });
    const known = targets.get(key) ?? { recipientId, channel, address, routes: [] };
    if (route !== null && !known.routes.includes(route)) known.routes.push(route);
    targets.set(key, known);
  }
}

/** What administrators have of the channels for it; who has none of them is told over the first that they have. */
function unroutedChannels({ addresses }: Recipient, { unroutedChannels: wanted }: NotifyKnobs): ChannelKind[] {
  const has = (channel: ChannelKind) => (addresses[channel] ?? []).length > 0;
  const chosen = wanted.filter(has);
  return chosen.length > 0 ? chosen : CHANNEL_KINDS.filter(has).slice(0, 1);
}
