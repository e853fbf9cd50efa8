import type { Debate } from '../../../contracts/api/analysis.ts';
import { useUsd } from '../../components/debate-badge.tsx';
import { Table } from '../../components/table.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** What each agent cost, and all together; the bounds beside it. */
export function Costs({ debate: { config, cost } }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  const usd = useUsd();
  return (
    <>
      <Table caption={t.costByAgent} isCaptionHidden heads={[t.agent, t.role, t.model, t.tokens, t.cost]}>
        {config.agents.map(({ name, role, provider }) => (
          <tr key={name}>
            <th scope="row" className="font-semibold wrap-anywhere">
              {oneLine(name)}
            </th>
            <td>{t.roles[role] ?? role}</td>
            <td className="wrap-anywhere">{provider === null ? t.anyModel : oneLine(provider)}</td>
            <td>{formats.count(cost.by_agent[name]?.tokens ?? 0)}</td>
            <td className="whitespace-nowrap">{usd(cost.by_agent[name]?.usd ?? null)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" colSpan={3} className="font-semibold">
            {t.total}
          </th>
          <td className="font-semibold">{formats.count(cost.tokens)}</td>
          <td className="font-semibold whitespace-nowrap">{usd(cost.total_usd)}</td>
        </tr>
      </Table>
      {(config.max_cost_usd !== null || config.max_tokens !== null) && (
        <p className="mt-2 text-xs text-muted">
          {[
            config.max_cost_usd !== null && `${t.maxCost} ${usd(config.max_cost_usd)}`,
            config.max_tokens !== null && `${t.maxTokens} ${formats.count(config.max_tokens)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
    </>
  );
}
