import { Link } from '@tanstack/react-router';
import type { DebateSummary } from '../../../contracts/api/debates.ts';
import { DebateBadge, useUsd } from '../../components/debate-badge.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** What is debated, how it stands, how far they agree, what it cost. */
export function DebateRow({ debate }: { debate: DebateSummary }) {
  const { debates: t, shared } = useMessages();
  const formats = useFormats();
  const usd = useUsd();
  const { agreement, config, cost } = debate;
  return (
    <li
      data-row
      className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      <div className="min-w-0 grow basis-72">
        <Link
          data-row-link
          to="/debates/$id"
          params={{ id: debate.id }}
          search={{}}
          className="line-clamp-2 font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(debate.topic)}
        </Link>
        <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
          <span>{t.agents(config.agents.length)}</span>
          <span>{t.rounds(config.rounds)}</span>
          <span>{cost.total_usd === null ? t.tokensOf(formats.count(cost.tokens)) : usd(cost.total_usd)}</span>
          <Ago at={debate.startedAt} />
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        {agreement !== null && (
          <span className="text-muted">
            {t.agreement}
            {shared.colon} <span className="font-semibold text-ink">{formats.percent(agreement)}</span>
          </span>
        )}
        <DebateBadge debate={debate} />
      </div>
    </li>
  );
}
