import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FixSummary } from '../../../contracts/api/fixes.ts';
import { fixesQuery } from '../../api/queries/fixes.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { Board } from './board.tsx';

const route = getRouteApi('/fixes');

export function FixesPage() {
  const { fixes: t } = useMessages();
  const { issue, project } = route.useSearch();
  const fixes = useInfiniteQuery(fixesQuery({ issue, project }));
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>{issue !== undefined && <ShowAll />}</PageHead>
      <LoadedPages query={fixes} empty={<Empty isFiltered={issue !== undefined} />}>
        {(items) => (
          <>
            <Answer fixes={items} />
            <Board fixes={items} />
          </>
        )}
      </LoadedPages>
    </>
  );
}

/** What a person has to do here, before the board that shows it. */
function Answer({ fixes }: { fixes: readonly FixSummary[] }) {
  const { fixes: t } = useMessages();
  const count = (state: FixSummary['state']) => fixes.filter((fix) => fix.state === state).length;
  const recurred = count('recurred');
  const proposed = count('proposed');
  return (
    <p className="mb-4">
      {recurred > 0 && <span className="font-semibold text-bad">{t.recurredNote(recurred)} </span>}
      {proposed > 0 && <span>{t.waitNote(proposed)}</span>}
      {recurred + proposed === 0 && <span className="text-muted">{t.quiet}</span>}
    </p>
  );
}

function ShowAll() {
  const { fixes: t } = useMessages();
  const navigate = route.useNavigate();
  return <Button onClick={() => void navigate({ search: {} })}>{t.clear}</Button>;
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const { fixes: t } = useMessages();
  if (isFiltered) return <EmptyState title={t.emptyFiltered} />;
  return (
    <EmptyState title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <Link to="/issues" search={{}} className={`${buttonClass()} mt-3`}>
        {t.emptyAction}
      </Link>
    </EmptyState>
  );
}
