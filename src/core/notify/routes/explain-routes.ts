import type { Target } from '../delivery.ts';
import type { NotifyKnobs } from '../knobs.ts';
import { quietUntil } from '../policy/quiet-hours.ts';
import type { Directory } from './directory.ts';
import { conditionsOf, type Matched, matchRoutes, type RouteCondition } from './match-routes.ts';

export interface RouteExplanation {
  routes: { name: string; isMatched: boolean; conditions: RouteCondition[] }[];
  /** `quietUntil`: it would wait until then; null: it would leave at once. */
  targets: (Target & { name: string; quietUntil: number | null })[];
  isUnrouted: boolean;
}

/** "Who would get this?", and why: nothing is written, nothing is sent. */
export function explainRoutes(
  matched: Matched,
  directory: Directory,
  knobs: NotifyKnobs,
  now: number,
): RouteExplanation {
  const { targets, isUnrouted } = matchRoutes(matched, directory, knobs, now);
  return {
    routes: directory.routes.map((route) => {
      const conditions = conditionsOf(route, matched);
      return { name: route.name, isMatched: conditions.every(({ isMet }) => isMet), conditions };
    }),
    targets: targets.map((target) => {
      const recipient = directory.recipients.find(({ id }) => id === target.recipientId)!;
      return { ...target, name: recipient.name, quietUntil: quietUntil(recipient, matched.severity, now) };
    }),
    isUnrouted,
  };
}
