import type { Store } from '../../adapters/store/sql/index.ts';

/** `channel:address` of those with an open alert; there are no more of them than people have addresses. */
export async function failingChannels({ alerts }: Pick<Store, 'alerts'>): Promise<ReadonlySet<string>> {
  const filter = { types: ['CHANNEL_FAILING'], states: ['firing', 'acknowledged'] as const };
  const { items } = await alerts.list(filter, { cursor: null, limit: 200 });
  return new Set(items.map(({ subject }) => subject.id));
}
