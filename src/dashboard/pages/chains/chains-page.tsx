import { useQuery } from '@tanstack/react-query';
import { chainsQuery } from '../../api/queries/jobs.ts';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { ChainPicture } from '../../components/chain/chain-picture.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';

export function ChainsPage() {
  const { chains: t } = useMessages();
  const chains = useQuery(chainsQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <Loaded query={chains}>
        {(graph) =>
          graph.jobs.length === 0 ? (
            <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>
          ) : (
            <ChainPicture graph={graph} />
          )
        }
      </Loaded>
    </>
  );
}
