import type { Upstream } from './proxy.ts';
import type { SupervisorState } from './state.ts';

/** By the shares of the traffic; `not` is left out where there is another. Null: nobody takes requests. */
export function chooseUpstream(
  { traffic: { shares }, revisions }: Pick<SupervisorState, 'traffic' | 'revisions'>,
  not: string | null,
): Upstream | null {
  const others = shares.filter(({ revision }) => revision !== not);
  const open = others.length > 0 ? others : shares;
  const upstream = (name: string): Upstream | null => {
    const { port, timeoutMs } = revisions.find((revision) => revision.name === name) ?? { port: null };
    return port === null ? null : { revision: name, port, timeoutMs: timeoutMs ?? null };
  };
  let at = Math.random() * open.reduce((sum, { percent }) => sum + percent, 0);
  for (const { revision, percent } of open) {
    at -= percent;
    const chosen = at <= 0 ? upstream(revision) : null;
    if (chosen) return chosen;
  }
  return upstream(open.at(-1)?.revision ?? '');
}
