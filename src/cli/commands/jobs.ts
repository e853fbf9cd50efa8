import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import { askServer, type Server } from '../ask-server.ts';
import type { CommandContext } from '../context.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from '../parse-options.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  url: { type: 'string' },
  'api-key': { type: 'string' },
  all: { type: 'boolean' },
  until: { type: 'string' },
  reason: { type: 'string' },
  follow: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

interface Asked {
  server: Server;
  values: Values;
  /** What stands behind the verb. */
  name: string | null;
  context: CommandContext;
  messages: Messages;
}

const VERBS: Record<string, { needs: 'nothing' | 'name' | 'name or all'; run(asked: Asked): Promise<number> }> = {
  list: { needs: 'nothing', run: list },
  show: { needs: 'name', run: show },
  next: { needs: 'name', run: next },
  run: { needs: 'name', run: start },
  cancel: { needs: 'name', run: cancel },
  pause: { needs: 'name or all', run: pause },
  resume: { needs: 'name or all', run: resume },
  logs: { needs: 'name', run: logs },
};

/**
 * `guardian jobs list | show | next | run | cancel | pause | resume | logs`: asks the running server, as the API key permits. Exit status 0; 66 when a
 * job or run is not there, 73 when another run is in the way or it has ended already.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const { environment } = context;
  const language = languageOf(context.arguments, environment);
  const messages = messagesFor(language);
  const [verb = '', ...rest] = positionals;
  const known = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!known || rest.length !== wanted(known.needs, values))
    throw new GuardianError('usage_invalid', { reason: messages.cli.jobs.usage });
  const server = askServer(values, context, language);
  return known.run({ server, values, name: rest[0] ?? null, context, messages });
}

function wanted(needs: 'nothing' | 'name' | 'name or all', { all = false }: Values): number {
  // What is about one is not about all.
  if (all && needs === 'name') return -1;
  return needs === 'nothing' || all ? 0 : 1;
}

const contracts = () => import('../../contracts/api/jobs.ts');

async function saying({ messages }: Asked) {
  const { oneLine } = await import('../../core/reports/index.ts');
  return { words: messages.cli.jobs, plain: oneLine };
}

function say({ context: { output }, values }: Asked, lines: readonly string[], shown: unknown): number {
  output.write(values.json ? `${JSON.stringify(shown, null, 2)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

/** A name is part of the address, whatever is in it. */
const pathOf = (kind: 'jobs' | 'runs', name: string | null) => `/api/${kind}/${encodeURIComponent(name ?? '')}`;

async function list(asked: Asked): Promise<number> {
  const { jobList } = await contracts();
  const { jobLines } = await import('../job-lines.ts');
  const found = await asked.server.get('/api/jobs', jobList);
  const own = found.items.filter(({ origin }) => asked.values.all || origin !== 'guardian');
  const lines = own.length === 0 ? [asked.messages.cli.jobs.none] : jobLines(own, await saying(asked));
  return say(asked, lines, found);
}

async function show(asked: Asked): Promise<number> {
  const { jobDetailLines } = await import('../job-lines.ts');
  const job = await detailOf(asked);
  return say(asked, jobDetailLines(job, await saying(asked)), job);
}

async function next(asked: Asked): Promise<number> {
  const { tickLines } = await import('../job-lines.ts');
  const job = await detailOf(asked);
  const { nextTicks, clockChanges } = job;
  return say(asked, tickLines(job, await saying(asked)), { nextTicks, clockChanges });
}

async function detailOf({ server, name }: Asked) {
  const { jobDetail } = await contracts();
  return server.get(pathOf('jobs', name), jobDetail);
}

async function start(asked: Asked): Promise<number> {
  const { runAccepted } = await contracts();
  const reply = await asked.server.post(`${pathOf('jobs', asked.name)}/run`, {}, runAccepted);
  return say(asked, [asked.messages.cli.jobs.started(reply.run.job, reply.run.id)], reply);
}

/** A job's name stands for its run that is open. */
async function cancel(asked: Asked): Promise<number> {
  const { runDetail } = await contracts();
  const { server, values, messages } = asked;
  const id = await runNamed(asked, 'queued,running');
  const body = values.reason === undefined ? {} : { reason: values.reason };
  const cancelled = await server.post(`${pathOf('runs', id)}/cancel`, body, runDetail);
  return say(asked, [messages.cli.jobs.cancelled(cancelled.job, id)], cancelled);
}

async function pause(asked: Asked): Promise<number> {
  const { jobList } = await contracts();
  const { server, values, messages } = asked;
  const body = {
    ...(values.until === undefined ? {} : { until: untilOf(values.until, asked) }),
    ...(values.reason === undefined ? {} : { reason: values.reason }),
  };
  const path = values.all ? '/api/jobs/pause' : `${pathOf('jobs', asked.name)}/pause`;
  const reply = await server.post(path, body, jobList);
  const { words, plain } = await saying(asked);
  const lines = reply.items.map(({ id, pause: set }) => plain(`${id}: ${set ? words.paused(set) : ''}`));
  return say(asked, lines.length === 0 ? [messages.cli.jobs.unchanged] : lines, reply);
}

async function resume(asked: Asked): Promise<number> {
  const { jobList, resumePreview } = await contracts();
  const { server, values, messages } = asked;
  const words = messages.cli.jobs;
  if (values.all) {
    const reply = await server.post('/api/jobs/resume', {}, jobList);
    const lines = reply.items.map(({ id }) => words.resumed(id));
    return say(asked, lines.length === 0 ? [words.unchanged] : lines, reply);
  }
  const path = `${pathOf('jobs', asked.name)}/resume`;
  const preview = await server.get(path, resumePreview);
  const reply = await server.post(path, {}, jobList);
  const [job] = reply.items;
  return say(asked, job ? [words.resumed(job.id), words.caughtUp(preview)] : [words.unchanged], reply);
}

const FOLLOW_MS = 1_000;

/** What a run wrote; of a job, its newest run. */
async function logs(asked: Asked): Promise<number> {
  const { runOutput } = await contracts();
  const { visibleText } = await import('../../core/reports/index.ts');
  const { outputText } = await import('../job-lines.ts');
  const { server, values, context, messages } = asked;
  const id = await runNamed(asked, null);
  for (let after = 0; ; ) {
    const page = await server.get(`${pathOf('runs', id)}/output?after=${after}&limit=500`, runOutput);
    if (values.json) for (const chunk of page.chunks) context.output.write(`${JSON.stringify(chunk)}\n`);
    else context.output.write(outputText(page.chunks, visibleText));
    if (page.isDone || (!values.follow && page.chunks.length === 0)) {
      if (page.lostBytes > 0) context.errors.write(`${messages.cli.jobs.lost(page.lostBytes)}\n`);
      return 0;
    }
    after = page.next;
    if (page.chunks.length === 0) await pauseFor(FOLLOW_MS, context.signal);
  }
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(ms, undefined, { signal });
}

/** An id of a run, or a job's newest run in one of these statuses (null: any). Throws `not_found` where it has none. */
async function runNamed({ server, name, messages }: Asked, statuses: string | null): Promise<string> {
  const { runPage } = await contracts();
  const query = new URLSearchParams({ limit: '1', ...(statuses === null ? {} : { status: statuses }) });
  const page = await server.get(`${pathOf('jobs', name)}/runs?${query}`, runPage).catch((error: unknown) => {
    // It is no job: then it is a run.
    if (error instanceof GuardianError && error.code === 'not_found') return null;
    throw error;
  });
  if (page === null) return name ?? '';
  const [run] = page.items;
  if (run) return run.id;
  throw new GuardianError('not_found', { path: messages.cli.jobs.noRunOf(name ?? '', statuses !== null) });
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `8h`: so long from now; else an instant with its zone, as the server takes it. */
function untilOf(text: string, { context, messages }: Asked): string {
  const [, amount, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text.trim()) ?? [];
  const time = amount === undefined ? instantOf(text) : context.clock.now() + Number(amount) * UNITS_MS[unit]!;
  if (Number.isNaN(time)) throw new GuardianError('usage_invalid', { reason: messages.cli.jobs.badUntil(text) });
  return new Date(time).toISOString();
}

function instantOf(text: string): number {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}
