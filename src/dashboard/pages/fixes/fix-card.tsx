import { Link } from '@tanstack/react-router';
import type { FixSummary } from '../../../contracts/api/fixes.ts';
import { Card } from '../../components/card.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { FIX_TONES } from './fix-state.tsx';
import { useProgressWords } from './verification-words.ts';

/** One fix on the board: which issue, who has it, and how far its proof is. */
export function FixCard({ fix }: { fix: FixSummary }) {
  const { fixes: t } = useMessages();
  const progress = useProgressWords();
  const { id, issue, agent, way, verification, problem } = fix;
  const words = verification === null ? '' : progress(verification);
  return (
    <li data-row className="min-w-0 rounded-lg focus-within:bg-raised">
      <Card edge={FIX_TONES[fix.state]} className="p-2.5! sm:p-2.5!">
        <p className="text-xs text-muted">{issue.shortId}</p>
        <Link
          data-row-link
          to="/fixes/$id"
          params={{ id }}
          search={{}}
          className="line-clamp-3 text-sm font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(issue.title)}
        </Link>
        <p className="mt-1 text-xs text-muted">
          {oneLine(issue.service)} · {t.to(oneLine(agent))} {t.way[way]}
        </p>
        {verification !== null && (
          <p className="mt-1 text-xs">
            {t.verdict[verification.outcome]}
            {words !== '' && <span className="text-muted"> · {words}</span>}
          </p>
        )}
        {problem !== null && <p className="mt-1 line-clamp-3 text-xs text-warn">{visibleText(problem)}</p>}
        <p className="mt-1 text-xs text-muted">
          <Ago at={fix.changedAt} />
        </p>
      </Card>
    </li>
  );
}
