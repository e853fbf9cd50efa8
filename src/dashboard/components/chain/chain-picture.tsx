import { useMemo } from 'react';
import type { ChainGraph, RunSummary } from '../../../contracts/api/jobs.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { Ago } from '../time.tsx';
import { type ChainNode, JobBox, JobLink, JobState } from './job-box.tsx';
import { layOutChain, type PlacedJob } from './lay-out-chain.ts';

const BOX = { width: 228, height: 84, between: 56, below: 18, edge: 8 } as const;

interface ChainPictureProps {
  graph: ChainGraph;
  /** The run whose state a job shows; null: none. Left out: its last one. */
  runOf?: (job: string) => RunSummary | null;
}

/** Jobs as boxes from left to right with an arrow for each `after`; on a narrow screen the same as a list. */
export function ChainPicture({ graph, runOf }: ChainPictureProps) {
  const nodes = useMemo(() => nodesOf(graph, runOf), [graph, runOf]);
  return (
    <>
      <Picture nodes={nodes} edges={graph.edges} />
      <Steps nodes={nodes} />
    </>
  );
}

function nodesOf({ jobs, edges }: ChainGraph, runOf?: (job: string) => RunSummary | null): ChainNode[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const after = new Map<string, string[]>();
  for (const { from, to } of edges) after.set(to, [...(after.get(to) ?? []), byId.get(from)?.label ?? from]);
  return layOutChain(
    jobs.map(({ id }) => id),
    edges,
  )
    .map((place) => {
      const job = byId.get(place.id)!;
      return { job, place, run: runOf ? runOf(job.id) : job.last, after: after.get(job.id) ?? [] };
    })
    .sort((a, b) => a.place.depth - b.place.depth || a.place.row - b.place.row);
}

const xOf = ({ depth }: PlacedJob) => BOX.edge + depth * (BOX.width + BOX.between);
const yOf = ({ row }: PlacedJob) => BOX.edge + row * (BOX.height + BOX.below);

function Picture({ nodes, edges }: { nodes: readonly ChainNode[]; edges: ChainGraph['edges'] }) {
  const { chains: t } = useMessages();
  const places = new Map(nodes.map(({ place }) => [place.id, place]));
  const width = Math.max(0, ...nodes.map(({ place }) => xOf(place))) + BOX.width + BOX.edge;
  const height = Math.max(0, ...nodes.map(({ place }) => yOf(place))) + BOX.height + BOX.edge;
  return (
    <ScrollBox label={t.picture} className="hidden rounded-lg border border-line bg-card sm:block">
      <div className="relative" style={{ width, height }}>
        <svg aria-hidden="true" width={width} height={height} className="absolute inset-0">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path d="M0 0.5 7.5 4 0 7.5z" className="fill-muted" />
            </marker>
          </defs>
          {edges.map(({ from, to, isStrict }) => {
            const start = places.get(from);
            const end = places.get(to);
            if (!start || !end) return null;
            return <Arrow key={`${from} ${to}`} start={start} end={end} isStrict={isStrict} />;
          })}
        </svg>
        <ul>
          {nodes.map((node) => (
            <li
              key={node.job.id}
              data-row
              className="absolute"
              style={{ left: xOf(node.place), top: yOf(node.place), width: BOX.width, height: BOX.height }}
            >
              <JobBox node={node} />
            </li>
          ))}
        </ul>
      </div>
    </ScrollBox>
  );
}

function Arrow({ start, end, isStrict }: { start: PlacedJob; end: PlacedJob; isStrict: boolean }) {
  const x1 = xOf(start) + BOX.width;
  const y1 = yOf(start) + BOX.height / 2;
  const x2 = xOf(end) - 2;
  const y2 = yOf(end) + BOX.height / 2;
  const bend = BOX.between / 2;
  return (
    <path
      d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
      fill="none"
      markerEnd="url(#arrow)"
      className="stroke-muted"
      strokeWidth={isStrict ? 2.5 : 1.5}
    />
  );
}

/** For narrow screens: the same jobs in the order of the picture. */
function Steps({ nodes }: { nodes: readonly ChainNode[] }) {
  const { chains: t } = useMessages();
  return (
    <ol className="overflow-hidden rounded-lg border border-line bg-card sm:hidden">
      {nodes.map(({ job, run, after, place }) => (
        <li
          key={job.id}
          className="border-b border-line px-3 py-2.5 last:border-b-0"
          style={{ paddingLeft: 12 + Math.min(place.depth, 6) * 12 }}
        >
          <JobLink job={job} run={run} className="font-semibold wrap-anywhere hover:underline" />
          <span className="mt-0.5 block">
            <JobState job={job} run={run} />
          </span>
          <span className="block text-xs text-muted wrap-anywhere">
            {after.length === 0 ? t.first : `↳ ${t.after(after.map(oneLine).join(', '))}`}
            {job.rule !== null && ` · ${t.rule[job.rule] ?? oneLine(job.rule)}`}
            {run !== null && (
              <>
                {' · '}
                <Ago at={run.finishedAt ?? run.createdAt} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
