import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { providersQuery } from '../../api/queries/analysis.ts';
import { debatesQuery } from '../../api/queries/debates.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { DebateRow } from './debate-row.tsx';
import { StartDebate } from './start-debate.tsx';

export function DebatesPage() {
  const { debates: t } = useMessages();
  const debates = useInfiniteQuery(debatesQuery);
  const providers = useQuery(providersQuery);
  const mayStart = useMay('write');
  const [isAsking, setAsking] = useState(false);
  const models = providers.data?.providers.filter(({ vendor }) => vendor !== 'builtin').map(({ name }) => name);
  const start = mayStart && models !== undefined && models.length > 0 && (
    <Button look="main" onClick={() => setAsking(true)}>
      {t.start}
    </Button>
  );
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>{start}</PageHead>
      <p className="mb-3 max-w-prose text-sm text-muted">{t.intro}</p>
      <LoadedPages query={debates} empty={models?.length === 0 ? <NoModel /> : <NoDebate />}>
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((debate) => (
              <DebateRow key={debate.id} debate={debate} />
            ))}
          </ul>
        )}
      </LoadedPages>
      {isAsking && models && <StartDebate models={models} onClose={() => setAsking(false)} />}
    </>
  );
}

function NoDebate() {
  const { debates: t } = useMessages();
  return <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>;
}

function NoModel() {
  const { debates: t } = useMessages();
  return (
    <EmptyState title={t.noModelTitle}>
      <p>{t.noModelText}</p>
      <Link to="/analysis" search={{}} className={`${buttonClass()} mt-3`}>
        {t.toModels}
      </Link>
    </EmptyState>
  );
}
