import type { Clock } from '../../shared/index.ts';
import type { Alert } from '../alert.ts';
import type { AlertReader } from '../ports.ts';
import { CANNOT_LOOK_RULE } from '../rules/built-in.ts';

/** How long this node may not know what another one wrote. */
const REFRESH_MS = 60_000;

/** Rules that are an alert because they could not look, as far as this node knows: what it wrote itself at once, what others wrote within a minute. */
export function createToldRules(store: Pick<AlertReader, 'list'>, clock: Clock) {
  let rules = new Set<string>();
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    has: (rule: string) => rules.has(rule),
    async refresh(): Promise<void> {
      const at = clock.now();
      if (at - readAt < REFRESH_MS) return;
      rules = await readTold(store);
      readAt = at;
    },
    /** Gives them back. */
    note(alerts: Alert[]): Alert[] {
      for (const { rule, state, subject } of alerts) {
        if (rule !== CANNOT_LOOK_RULE) continue;
        if (state === 'resolved') rules.delete(subject.id);
        else rules.add(subject.id);
      }
      return alerts;
    },
  };
}

async function readTold(store: Pick<AlertReader, 'list'>): Promise<Set<string>> {
  const found = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<AlertReader['list']>> = await store.list(
      { rules: [CANNOT_LOOK_RULE], states: ['firing', 'acknowledged'] },
      { cursor, limit: 200 },
    );
    for (const { subject } of page.items) found.add(subject.id);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
