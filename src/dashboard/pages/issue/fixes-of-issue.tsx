import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fixesQuery } from '../../api/queries/fixes.ts';
import { Section } from '../../components/card.tsx';
import { Failed } from '../../components/failed.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { FixStateBadge, isOpen } from '../fixes/fix-state.tsx';
import { useProgressWords } from '../fixes/verification-words.ts';

/** More stand on the board. */
export const FIXES_SHOWN = 5;

/** Who has the issue and how far that is. Takes no room where it was never handed off; that it is not known is said. */
export function FixesOfIssue({ issueId }: { issueId: string }) {
  const { fixes: t } = useMessages();
  const query = useInfiniteQuery(fixesQuery({ issue: issueId }, FIXES_SHOWN));
  const progress = useProgressWords();
  const fixes = query.data?.pages[0]?.items ?? [];
  if (fixes.length === 0)
    return query.isError ? (
      <Section title={t.title} id="fixes">
        <Failed error={query.error} retry={() => void query.refetch()} />
      </Section>
    ) : null;
  return (
    <Section
      title={t.title}
      id="fixes"
      aside={
        query.hasNextPage && (
          <Link to="/fixes" search={{ issue: issueId }} className="text-sm text-info underline">
            {t.clear}
          </Link>
        )
      }
    >
      <ul className="overflow-hidden rounded-lg border border-line bg-card text-sm">
        {fixes.map((fix) => (
          <li key={fix.id} className="border-b border-line px-3 py-2 last:border-b-0">
            <p className="flex flex-wrap items-center gap-x-2">
              <FixStateBadge state={fix.state} />
              <Link
                to="/fixes/$id"
                params={{ id: fix.id }}
                search={{}}
                className="font-semibold wrap-anywhere hover:underline"
              >
                {t.to(oneLine(fix.agent))} {t.way[fix.way]}
              </Link>
            </p>
            {fix.verification !== null && (
              <p className="text-xs">
                {[t.verdict[fix.verification.outcome], progress(fix.verification)].filter(Boolean).join(' · ')}
              </p>
            )}
            <p className="text-xs text-muted">
              {t.changed} <Ago at={fix.changedAt} />
            </p>
            {isOpen(fix) && <p className="text-xs text-muted">{t.handOff.openMeans}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
