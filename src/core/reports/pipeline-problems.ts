import type { PipelineProblems, ReadProblem } from '../events/index.ts';

const KINDS: Record<keyof PipelineProblems, ReadProblem['kind']> = {
  cutBodies: 'cut-text',
  cutValues: 'cut-text',
  cutAttributes: 'cut-text',
  cutDepth: 'cut-text',
  cutExceptions: 'cut-trace',
  cutBreadcrumbs: 'cut-text',
  cutTraces: 'cut-trace',
  closedStreams: 'closed-stream',
  suspectTimes: 'suspect-time',
  failedParses: 'failed-parse',
};

/** What the pipeline's bounds did to the events, as problems a report shows. */
export function pipelineProblems(found: PipelineProblems, name: string): ReadProblem[] {
  const counts = new Map<ReadProblem['kind'], number>();
  for (const [key, kind] of Object.entries(KINDS) as [keyof PipelineProblems, ReadProblem['kind']][]) {
    if (found[key] > 0) counts.set(kind, (counts.get(kind) ?? 0) + found[key]);
  }
  return [...counts].map(([kind, count]) => ({ kind, name, position: '', count, detail: '' }));
}
