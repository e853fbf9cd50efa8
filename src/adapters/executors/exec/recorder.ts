import { EXEC_OUTPUT_BYTES, type ExecFinish, type ExecOutput, type ExecRequest } from '../../../contracts/api/exec.ts';
import { type BoundedOutput, createBoundedOutput } from '../../../core/jobs/index.ts';
import type { ExecClient } from './exec-client.ts';
import type { ExecSpool, OpenRecord } from './exec-spool.ts';

/** ms between pieces of output that are told while the command runs. */
const LIVE_EVERY_MS = 2_000;
const LIVE_ANSWER_MS = 2_000;
const MOST_CHUNKS = 500;

export interface RecorderOptions {
  client: ExecClient;
  spool: ExecSpool;
  /** Null: the folder cannot be written. */
  record: OpenRecord | null;
  job: string;
  clientId: string;
  clock: { now(): number };
}

export interface ExecRecorder {
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** Tells output while the command runs; call it once Guardian has answered. */
  goLive(): void;
  /**
   * The command has ended: what is left is told within the time where Guardian answered until now, else kept in the spool. Gives what became of it, and
   * never rejects.
   */
  finish(finish: ExecFinish, withinMs: number): Promise<'told' | 'kept' | { lost: string }>;
}

/** What a wrapped command writes and how it ends, on its way to Guardian; in order, each piece once Guardian has answered for the one before. */
export function createRecorder({ client, spool, record, job, clientId, clock }: RecorderOptions): ExecRecorder {
  const output: BoundedOutput = createBoundedOutput({ clock });
  /** Taken from the output, and not answered. */
  const unsent: ExecRequest[] = [];
  let live: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();

  async function send(withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (let request = unsent[0]; request; request = unsent[0]) {
      const left = until - performance.now();
      const answer = left < 1 ? null : await client.send(request, left);
      if (answer?.kind !== 'answered') return false;
      unsent.shift();
    }
    return true;
  }

  function takeOutput(): void {
    unsent.push(...outputRequests(output.take(), { job, clientId, at: instant(clock.now()) }));
  }

  async function tellLive(): Promise<void> {
    // What is not answered is not added to: the bound is that of the output itself.
    if (unsent.length === 0 && !output.isEmpty) takeOutput();
    if (unsent.length > 0 && !(await send(LIVE_ANSWER_MS))) stopLive();
  }

  function stopLive(): void {
    if (live) clearInterval(live);
    live = null;
  }

  return {
    write: output.write,
    goLive() {
      live = setInterval(() => {
        sending = sending.then(tellLive);
      }, LIVE_EVERY_MS).unref();
    },
    async finish(finish, withinMs) {
      const until = performance.now() + withinMs;
      // It may find out only now that nobody answers.
      if (live) await settled(sending, withinMs);
      const isAnswering = live !== null;
      stopLive();
      takeOutput();
      unsent.push(finish);
      if (!isAnswering || !(await send(until - performance.now()))) return keep(finish);
      record?.remove();
      return 'told';
    },
  };

  function keep(finish: ExecFinish): 'kept' | { lost: string } {
    try {
      if (!record) return { lost: 'no spool' };
      record.add(spool.hasRoom() ? unsent : [finish]);
      record.leave();
      return 'kept';
    } catch (error) {
      return { lost: (error as Error).message };
    }
  }
}

function outputRequests(
  { chunks, lostBytes }: ReturnType<BoundedOutput['take']>,
  named: Pick<ExecOutput, 'job' | 'clientId' | 'at'>,
): ExecOutput[] {
  const requests: ExecOutput[] = [];
  let bytes = 0;
  for (const { seq, at, stream, text } of chunks) {
    const size = Buffer.byteLength(text);
    const last = requests.at(-1);
    const chunk = { seq, at: instant(at), stream, text };
    if (last && bytes + size <= EXEC_OUTPUT_BYTES && last.chunks.length < MOST_CHUNKS) {
      last.chunks.push(chunk);
      bytes += size;
    } else {
      requests.push({ phase: 'output', ...named, chunks: [chunk], lostBytes: 0 });
      bytes = size;
    }
  }
  const last = requests.at(-1);
  if (last) last.lostBytes = lostBytes;
  return requests;
}

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** When it is, or when the time is over. */
async function settled(promise: Promise<void>, withinMs: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, withinMs);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
