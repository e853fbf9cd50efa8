import type { NotificationFacts } from '../notification.ts';
import type { OutboxRow } from '../ports.ts';
import { MIRRORS, once, Payload, type Told, toNotification } from './facts.ts';

/** Before the status of a run that says no more of itself: its reader's language has a word for it. */
export const RUN_STATUS = 'run-status:';

/** A run that ended: a failure of a job that counts as failing, or the run that made it well again. Other ends are no news. */
export function runTold(row: OutboxRow): Told | null {
  const run = new Payload(row.payload);
  const status = run.text('status');
  const job = run.text('jobId') ?? row.subjectId;
  const hasFailed = (status === 'error' || status === 'timed_out') && run.isTrue('isFailing');
  const isEnd = run.isTrue('isRecovery');
  if (!hasFailed && !isEnd) return null;
  const notification = toNotification(row, {
    occasion: isEnd ? 'job_recovered' : 'job_failed',
    key: `run:${row.subjectId}:${isEnd ? 'recovered' : 'failed'}`,
    dedupeKey: `job:${job}`,
    severity: 'error',
    match: { job, type: run.text('taskType'), labels: labelsOf(run) },
    about: { kind: 'run', id: row.subjectId, firing: null },
    facts: {
      title: run.text('label') ?? job,
      since: run.number('startedAt'),
      // Both where there are both: the sentence, and the underlying error as it was.
      cause: isEnd
        ? null
        : [run.text('message'), run.text('error')].filter((text) => text !== null).join('\n') ||
          `${RUN_STATUS}${status}`,
      path: `/runs/${row.subjectId}`,
      details: isEnd ? [] : failureDetails(run),
    },
  });
  return { notification, episode: `job:${job}`, isEnd, isRepeat: false, mirroredBy: null, step: null };
}

function failureDetails(run: Payload): NotificationFacts['details'] {
  const heldBack = run.list('heldBack').map((held) => held.text('label') ?? held.text('jobId') ?? '?');
  const attempts = run.number('attempts') ?? 0;
  const inRow = run.number('failuresInRow') ?? 0;
  return [
    ...(heldBack.length > 0 ? [{ label: 'held_back', text: heldBack.join(', ') }] : []),
    ...(attempts > 1 ? [{ label: 'attempts', text: String(attempts) }] : []),
    ...(inRow > 1 ? [{ label: 'failures_in_row', text: String(inRow) }] : []),
  ];
}

function labelsOf(run: Payload): Record<string, string> {
  const environment = run.text('environment');
  return environment === null ? {} : { environment };
}

/** Late to begin, to end or to be heard of. */
export function lateTold(row: OutboxRow): Told {
  const late = new Payload(row.payload);
  const job = late.text('jobId') ?? row.subjectId;
  const what = late.text('what') ?? 'start';
  const tick = late.text('chainRunId') ?? late.number('tick') ?? row.id;
  const runId = late.text('runId');
  // It was seen only when its run had ended: people hear of it, and there is nothing to page for.
  const isOver = ENDED.includes(late.text('status') ?? '');
  const told = once(
    toNotification(row, {
      occasion: 'job_late',
      key: `late:${job}:${tick}:${what}`,
      dedupeKey: lateKey(job),
      severity: 'warning',
      action: isOver ? 'none' : undefined,
      match: { job },
      about: { kind: 'run', id: runId ?? job, firing: null },
      facts: {
        title: late.text('label') ?? job,
        since: late.number('deadline'),
        path: runId === null ? `/jobs/${job}` : `/runs/${runId}`,
        details: [{ label: 'late', text: what }],
      },
    }),
  );
  return isOver ? told : { ...told, episode: lateEpisode(job, late.text('chainRunId')) };
}

function lateKey(job: string): string {
  return `job:${job}:late`;
}

/** Of a job that runs elsewhere there is no chain run before it is heard of: any run of it will do. */
function lateEpisode(job: string, chainRunId: string | null): string {
  return `late:${job}:${chainRunId ?? 'any'}`;
}

/** The episodes of lateness that the end of this run ends; none: it is no such end, or says only that nothing came. */
export function lateEpisodes(row: OutboxRow): string[] {
  const run = new Payload(row.payload);
  const job = run.text('jobId');
  if (row.kind !== 'run-finished' || job === null || run.text('reason') === 'missed') return [];
  return [lateEpisode(job, run.text('chainRunId')), lateEpisode(job, null)];
}

/** A run that was late has ended: for channels that keep incidents alone, for people were told of the lateness and will be told what came of the run. */
export function lateOver(row: OutboxRow, episode: string): Told {
  const run = new Payload(row.payload);
  const job = run.text('jobId') ?? row.subjectId;
  const notification = toNotification(row, {
    occasion: 'job_late',
    key: `${episode}:over:${row.subjectId}`,
    dedupeKey: lateKey(job),
    severity: 'warning',
    match: { job },
    about: { kind: 'run', id: row.subjectId, firing: null },
    facts: { title: run.text('label') ?? job, path: `/runs/${row.subjectId}` },
    action: 'resolve',
  });
  return { notification, episode, isEnd: true, isRepeat: false, mirroredBy: MIRRORS, step: null };
}

const ENDED = ['success', 'warning', 'error', 'skipped', 'upstream_failed', 'cancelled', 'timed_out'];
const FAILED = ['error', 'timed_out', 'cancelled', 'upstream_failed'];

/** How each job of a chain ended. */
export function chainTold(row: OutboxRow): Told {
  const chain = new Payload(row.payload);
  const job = chain.text('jobId');
  const outcomes = chain.list('outcomes');
  const statuses = outcomes.map((outcome) => outcome.text('status') ?? '');
  const isFailed = statuses.some((status) => FAILED.includes(status));
  return once(
    toNotification(row, {
      occasion: 'chain_finished',
      key: `chain:${row.subjectId}`,
      dedupeKey: `chain:${job ?? row.subjectId}`,
      severity: isFailed ? 'error' : statuses.includes('warning') ? 'warning' : 'info',
      match: { job },
      about: { kind: 'chain', id: row.subjectId, firing: null },
      facts: {
        title: chain.text('label') ?? job ?? row.subjectId,
        since: chain.number('startedAt'),
        path: `/chains/${row.subjectId}`,
        details: outcomes.map((outcome) => ({
          label: `job:${outcome.text('label') ?? outcome.text('jobId') ?? '?'}`,
          text: `status:${outcome.text('status') ?? '?'}`,
        })),
      },
    }),
  );
}
