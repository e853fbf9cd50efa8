import { Link } from '@tanstack/react-router';
import type { ChainGraph, RunSummary } from '../../../contracts/api/jobs.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { Badge } from '../badges.tsx';
import { RunBadge } from '../run/run-badge.tsx';
import { RUN_TONES } from '../run/status-mark.tsx';
import { Ago } from '../time.tsx';
import type { PlacedJob } from './lay-out-chain.ts';

type GraphJob = ChainGraph['jobs'][number];

/** One job of the picture: where it stands and how. */
export interface ChainNode {
  job: GraphJob;
  place: PlacedJob;
  run: RunSummary | null;
  /** Labels of those it comes after. */
  after: string[];
}

const EDGES = {
  none: 'border-edge',
  ok: 'border-ok',
  warn: 'border-warn',
  bad: 'border-alarm',
  info: 'border-info',
} as const;

export function JobBox({ node: { job, run, after } }: { node: ChainNode }) {
  const { chains: t } = useMessages();
  return (
    <div
      className={`relative flex h-full flex-col justify-center gap-1 rounded-md border-2 bg-page px-2.5 focus-within:bg-raised hover:bg-raised ${EDGES[run === null ? 'none' : RUN_TONES[run.status]]}`}
    >
      <JobLink job={job} run={run} className="truncate text-sm font-semibold after:absolute after:inset-0" />
      <span className="sr-only">{after.length === 0 ? t.first : t.after(after.map(oneLine).join(', '))}</span>
      <JobState job={job} run={run} />
      <span className="truncate text-xs text-muted empty:hidden">
        {run !== null && <Ago at={run.finishedAt ?? run.createdAt} />}
        {run !== null && job.rule !== null && ' · '}
        {job.rule !== null && (t.rule[job.rule] ?? oneLine(job.rule))}
      </span>
    </div>
  );
}

export function JobLink({ job, run, className }: { job: GraphJob; run: RunSummary | null; className: string }) {
  const text = oneLine(job.label);
  if (run === null)
    return (
      <Link data-row-link to="/jobs/$id" params={{ id: job.id }} search={{}} title={text} className={className}>
        {text}
      </Link>
    );
  return (
    <Link
      data-row-link
      to="/jobs/$id/runs/$run"
      params={{ id: job.id, run: run.id }}
      search={{}}
      title={text}
      className={className}
    >
      {text}
    </Link>
  );
}

export function JobState({ job, run }: Pick<ChainNode, 'job' | 'run'>) {
  const { jobs: words } = useMessages();
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      {run === null ? <span>{words.neverRan}</span> : <RunBadge status={run.status} />}
      {job.isPaused && <Badge tone="warn">{words.paused}</Badge>}
    </span>
  );
}
