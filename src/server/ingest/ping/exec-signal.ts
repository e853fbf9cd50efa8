import type { ExecFinish, ExecOutput, ExecRequest, ExecStart } from '../../../contracts/api/exec.ts';
import { NO_FACTS, type WatchedSignal } from '../../../core/jobs/index.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Of a job that the first exec made and nobody gave a limit: a command that takes longer will not be heard of any more. */
const LONGEST_UNLIMITED_MS = 24 * HOUR_MS;

/** Verbatim, as errors are: in no language of the reader's. */
const LOST = 'guardian exec was killed while the command ran; how the command ended is not known';

/** What one request of `guardian exec` tells of a job of the project. */
export function signalOfExec(request: ExecRequest, projectId: number): WatchedSignal {
  const common: WatchedSignal = {
    kind: 'log',
    protocol: 'posted',
    job: { by: 'slug', projectId, slug: request.job },
    at: Date.parse(request.at),
    clientId: request.clientId,
    mayBeRefused: false,
    exitStatus: null,
    durationMs: null,
    environment: null,
    error: null,
    output: [],
    facts: NO_FACTS,
    definition: null,
  };
  switch (request.phase) {
    case 'start':
      return { ...common, kind: 'start', mayBeRefused: !request.isLate, definition: definitionOf(request.timeoutMs) };
    case 'output':
      return { ...common, output: outputOf(request) };
    case 'finish':
      return { ...common, ...endOf(request), definition: definitionOf(null) };
    default:
      return request satisfies never;
  }
}

/** A job is made by the first exec; a limit on the command line is the job's from then on. */
function definitionOf(timeoutMs: ExecStart['timeoutMs']): WatchedSignal['definition'] {
  return {
    isUpdate: timeoutMs !== null,
    trigger: null,
    graceMs: null,
    overlap: { kind: 'skip' },
    maxRunMs: timeoutMs ?? LONGEST_UNLIMITED_MS,
    failureThreshold: null,
    recoveryThreshold: null,
  };
}

function outputOf({ chunks, lostBytes }: ExecOutput): WatchedSignal['output'] {
  const pieces = chunks.map(({ at, stream, text }) => ({ at: Date.parse(at), stream, text }));
  const first = pieces[0];
  if (lostBytes === 0 || !first) return pieces;
  return [{ at: first.at, stream: 'log' as const, text: `… ${lostBytes} bytes\n` }, ...pieces];
}

function endOf(request: ExecFinish): Partial<WatchedSignal> {
  const { how, exitStatus, durationMs, error, stats, recordErrors, warnings, statsProblem, signal } = request;
  const isWell = how === 'exited' && exitStatus === 0;
  return {
    kind: isWell ? 'success' : how === 'timeout' ? 'timeout' : 'fail',
    exitStatus: how === 'exited' || how === 'not-started' ? exitStatus : null,
    durationMs,
    // What ended it stands before what it wrote last.
    error: [how === 'lost' ? LOST : signal, error].filter((part) => part !== null).join('\n') || null,
    facts: { stats, recordErrors, warnings, problem: statsProblem },
  };
}
