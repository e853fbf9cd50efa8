import type { ExecFinish, ExecRequest } from '../../../contracts/api/exec.ts';
import { toGuardianError } from '../../../core/shared/index.ts';
import type { ExecClient } from './exec-client.ts';
import { type ExecHead, openExecSpool, type WaitingRecord } from './exec-spool.ts';

type Sent = 'sent' | 'later' | 'refused';

/** All that a record has to tell, in order; of a command whose wrapper is gone, that it is. */
function requestsOf({ head, requests, isLost }: WaitingRecord, at: number): ExecRequest[] {
  return isLost ? [...requests, lostFinish(head, at)] : requests;
}

/** A record over HTTP, until the time is over. */
export async function sendRecord(
  record: WaitingRecord,
  { client, at, until }: { client: ExecClient; at: number; until: number },
): Promise<Sent> {
  for (const request of requestsOf(record, at)) {
    const left = until - performance.now();
    if (left < 1) return 'later';
    const answer = await client.send(request, left);
    if (answer.kind === 'unreachable') return 'later';
    // A wrong key is put right some day; a record that is wrong itself is not.
    if (answer.kind === 'refused') return answer.status === 400 || answer.status === 422 ? 'refused' : 'later';
  }
  return 'sent';
}

export interface DrainOptions {
  /** The one that `guardian exec` was given. */
  folder: string;
  clock: { now(): number };
  /** Records one request durably. Rejects with a GuardianError; one that may succeed later leaves the record where it is. */
  take(request: ExecRequest, from: Pick<ExecHead, 'keyHash' | 'project'>): Promise<unknown>;
}

/** For the server when it starts, and now and then: takes over what wrapped commands left while it was away. Gives how many records it took. */
export function drainExecSpool({ folder, clock, take }: DrainOptions): Promise<number> {
  return openExecSpool({ folder, clock }).drain(async (record) => {
    try {
      for (const request of requestsOf(record, clock.now())) await take(request, record.head);
      return 'sent';
    } catch (thrown) {
      return toGuardianError(thrown).kind.isRetryable ? 'later' : 'refused';
    }
  });
}

function lostFinish({ job, clientId, startedAt }: ExecHead, at: number): ExecFinish {
  return {
    phase: 'finish',
    job,
    clientId,
    at: new Date(at).toISOString(),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: null,
    how: 'lost',
    exitStatus: null,
    signal: null,
    error: null,
    stats: null,
    recordErrors: null,
    warnings: [],
    statsProblem: null,
  };
}
