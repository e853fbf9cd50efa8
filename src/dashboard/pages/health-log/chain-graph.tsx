import { useQuery } from '@tanstack/react-query';
import { chainsQuery } from '../../api/queries/jobs.ts';
import { Section } from '../../components/card.tsx';
import { ChainPicture } from '../../components/chain/chain-picture.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';

export function ChainGraph() {
  const { chains: t } = useMessages();
  const chains = useQuery(chainsQuery);
  if (chains.data?.jobs.length === 0) return null;
  return (
    <div className="mt-6">
      <Section title={t.title} id="chains">
        <Loaded query={chains}>{(graph) => <ChainPicture graph={graph} />}</Loaded>
      </Section>
    </div>
  );
}
