import type { Debate } from '../../../contracts/api/debates.ts';
import { useUsd } from '../../components/debate-badge.tsx';
import { Table } from '../../components/table.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** What each agent cost, and all together; the bounds beside it. */
export function Costs({ debate: { config, cost } }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  const usd = useUsd();
  const bounds = [
    ...(config.max_cost_usd === null ? [] : [usd(config.max_cost_usd)]),
    ...(config.max_tokens === null ? [] : [t.tokensOf(formats.count(config.max_tokens))]),
  ];
  return (
    <>
      <Table caption={t.costByAgent} isCaptionHidden heads={[t.agent, t.model, t.tokens, t.cost]}>
        {config.agents.map(({ name, role, provider }) => (
          <tr key={name}>
            <th scope="row" className="min-w-28 font-semibold wrap-anywhere">
              {oneLine(name)}
              {role !== name && <span className="block text-xs font-normal text-muted">{t.roles[role] ?? role}</span>}
            </th>
            <td className="min-w-28 wrap-anywhere">{provider === null ? t.anyModel : oneLine(provider)}</td>
            <td>{formats.count(cost.by_agent[name]?.tokens ?? 0)}</td>
            <td className="whitespace-nowrap">{usd(cost.by_agent[name]?.usd ?? null)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" colSpan={2} className="font-semibold">
            {t.total}
          </th>
          <td className="font-semibold">{formats.count(cost.tokens)}</td>
          <td className="font-semibold whitespace-nowrap">{usd(cost.total_usd)}</td>
        </tr>
      </Table>
      {bounds.length > 0 && <p className="mt-2 text-xs text-muted">{t.atMost(formats.list(bounds))}</p>}
    </>
  );
}
