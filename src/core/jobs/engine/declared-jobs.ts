import { type ChainGraph, createChainGraph, createFollow } from '../chain/index.ts';
import type { StoredJob } from '../job.ts';
import type { Follow, JobRegistry } from '../ports.ts';

/** The jobs as this process knows them, and the decisions that go by them. */
export interface DeclaredJobs {
  all(): Iterable<StoredJob>;
  get(jobId: string): StoredJob | null;
  graph(): ChainGraph;
  /** Always the same function; it decides by the jobs that are known when it is asked. */
  follow: Follow;
  /** Reads them again. */
  refresh(): Promise<void>;
  /** What planning has moved; the next refresh reads it anyway. */
  planned(jobId: string, until: number): void;
}

export function createDeclaredJobs(registry: JobRegistry, newId: () => string): DeclaredJobs {
  let jobs = new Map<string, StoredJob>();
  let graph = createChainGraph([]);
  let decide: Follow = createFollow({ jobs, graph, newId });
  return {
    all: () => jobs.values(),
    get: (jobId) => jobs.get(jobId) ?? null,
    graph: () => graph,
    follow: (chain, changed, health) => decide(chain, changed, health),
    async refresh() {
      const stored = await registry.list();
      jobs = new Map(stored.map((one) => [one.job.id, one]));
      graph = createChainGraph(stored.map(({ job }) => job));
      decide = createFollow({ jobs, graph, newId });
    },
    planned(jobId, until) {
      const stored = jobs.get(jobId);
      if (stored) jobs.set(jobId, { ...stored, plannedUntil: until });
    },
  };
}
