import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ChainGraph } from '../../../contracts/api/jobs.ts';
import { type ChainRun, chainRunQuery, chainsQuery } from '../../api/queries/jobs.ts';
import { Badge } from '../../components/badges.tsx';
import { Section } from '../../components/card.tsx';
import { ChainPicture } from '../../components/chain/chain-picture.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { RunRow } from '../../components/run/run-row.tsx';
import { useMessages } from '../../language.tsx';

const route = getRouteApi('/chains/$id');

/** All runs that descend from one tick or request, in the picture and in their order. */
export function ChainRunPage() {
  const { id } = route.useParams();
  const { chains: t } = useMessages();
  const chainRun = useQuery(chainRunQuery(id));
  return (
    <>
      <title>{`${t.runTitle} · Guardian`}</title>
      <Link to="/chains" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={chainRun}>{(data) => <OneChainRun chainRun={data} />}</Loaded>
    </>
  );
}

function OneChainRun({ chainRun }: { chainRun: ChainRun }) {
  const { chains: t } = useMessages();
  const graph = useQuery(chainsQuery);
  return (
    <>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">{t.runTitle}</h1>
        <Badge tone={chainRun.isOpen ? 'info' : 'none'}>{chainRun.isOpen ? t.isOpen : t.isDone}</Badge>
      </div>
      <Loaded query={graph}>{(data) => <Picture graph={data} chainRun={chainRun} />}</Loaded>
      <Section title={t.inOrder} id="runs">
        <ul className="overflow-hidden rounded-lg border border-line bg-card">
          {chainRun.runs.map((run) => (
            <RunRow key={run.id} run={run} isNamed />
          ))}
        </ul>
      </Section>
    </>
  );
}

/** Only the jobs that have a run here, each in the state of that run. */
function Picture({ graph, chainRun }: { graph: ChainGraph; chainRun: ChainRun }) {
  const { shown, runOf } = useMemo(() => {
    const byJob = new Map(chainRun.runs.map((run) => [run.job, run]));
    const jobs = graph.jobs.filter(({ id }) => byJob.has(id));
    return { shown: { jobs, edges: graph.edges }, runOf: (job: string) => byJob.get(job) ?? null };
  }, [graph, chainRun]);
  if (shown.jobs.length === 0) return null;
  return (
    <div className="mb-6">
      <ChainPicture graph={shown} runOf={runOf} />
    </div>
  );
}
