import type { Report } from '../../contracts/report.ts';
import type { Event, EventPipeline, ReadProblem, Redactor, Source, SourceBatch } from '../events/index.ts';
import type { RepositoryEvidence } from '../evidence/index.ts';
import { createUnderstanding, type Issue, type Understanding, type UnderstandingOptions } from '../issues/index.ts';
import { buildReport } from './build.ts';
import type { Coverage } from './coverage.ts';
import type { Freshness } from './freshness.ts';
import type { ReportInput } from './input.ts';
import { pipelineProblems } from './pipeline-problems.ts';
import { redactEvidence } from './redact-evidence.ts';
import { SubjectTally } from './subject-tally.ts';

export interface MakeReportInput extends Pick<ReportInput, 'subject' | 'commands' | 'clock' | 'messages' | 'knobs'> {
  source: Source;
  /** `live`: now is the end of the window; `saved`: the newest entry is. */
  origin: 'live' | 'saved';
  freshness: Freshness;
  understanding: UnderstandingOptions;
  openPipeline(): EventPipeline;
  /** The pipeline's own, for code and commit subjects. */
  redactor: Pick<Redactor, 'text' | 'code'>;
  /** How far the sources were read that Guardian goes to by itself; left out: the source given here is all there is. */
  coverage?: Coverage;
  gatherEvidence(understanding: Understanding): Promise<RepositoryEvidence>;
  /** Gives the issues what is known of them from before; changes them in place. */
  recall?(understanding: Understanding): Promise<void>;
  signal?: AbortSignal;
  onProgress?(progress: SourceBatch['progress']): void;
  /** Told after each batch, for a source that is followed; costs a second look at what came. */
  onIssues?(issues: Issue[]): void;
}

/** Events a followed source is looked at again with; older ones are already told. */
const FOLLOWED_EVENTS = 20_000;

/**
 * The whole way in one process, nothing stored: source → pipeline → understanding → evidence → report.
 * Throws what the source throws when it could not look: then there is no report.
 */
export async function makeReport(input: MakeReportInput): Promise<Report> {
  const window = await windowOf(input);
  const pipeline = input.openPipeline();
  const accumulator = createUnderstanding(input.understanding);
  const tally = new SubjectTally();
  const problems: ReadProblem[] = [];
  const look = input.onIssues ? followed(input) : null;
  for await (const batch of input.source.read({ ...window, signal: input.signal })) {
    const events = pipeline.push(batch.events);
    accumulator.add(events);
    tally.add(events);
    accumulator.addQuiet(batch.quiet);
    problems.push(...batch.problems);
    input.onProgress?.(batch.progress);
    look?.(events);
  }
  const last = pipeline.flush();
  accumulator.add(last);
  tally.add(last);
  const understanding = accumulator.finish();
  await input.recall?.(understanding);
  const evidence = redactEvidence(await input.gatherEvidence(understanding), input.redactor);
  const subject = tally.subject(input.subject);
  return buildReport({
    understanding,
    evidence,
    subject,
    reading: {
      origin: input.origin,
      freshness: input.freshness.text,
      since: window.since,
      until: seenUntil(window.until, input.coverage),
      problems: mergeProblems(
        [...problems, ...pipelineProblems(pipeline.problems(), input.source.kind), ...(input.coverage?.behind ?? [])],
        input.redactor,
      ),
    },
    redactions: pipeline.redactions(),
    seenRevisions: tally.revisions(subject.service),
    commands: input.commands,
    frameOrigin: input.understanding.frameOrigin,
    clock: input.clock,
    messages: input.messages,
    knobs: input.knobs,
  });
}

function seenUntil(until: number | null, coverage: Coverage | undefined): number | null {
  return until === null || coverage === undefined ? until : Math.min(until, coverage.until);
}

/** From and to, epoch ms. A saved log's duration counts back from its newest entry, so it is read once to find that. */
async function windowOf({
  freshness,
  origin,
  clock,
  source,
  signal,
}: MakeReportInput): Promise<{ since: number | null; until: number | null }> {
  switch (freshness.kind) {
    case 'all':
      return { since: null, until: null };
    case 'instant':
      return { since: freshness.time, until: null };
    case 'duration': {
      if (origin === 'live') return { since: clock.now() - freshness.ms, until: clock.now() };
      const newest = await newestInstant(source, signal);
      return { since: newest === null ? null : newest - freshness.ms, until: null };
    }
    default:
      return freshness satisfies never;
  }
}

async function newestInstant(source: Source, signal: AbortSignal | undefined): Promise<number | null> {
  let newest: number | null = null;
  const take = (time: number | null) => {
    if (time !== null && (newest === null || time > newest)) newest = time;
  };
  for await (const { events, quiet } of source.read({ since: null, until: null, signal })) {
    for (const { time, timeSuspect } of events) if (!timeSuspect) take(time);
    take(quiet.to);
  }
  return newest;
}

function followed({ understanding, onIssues }: MakeReportInput): (events: Event[]) => void {
  let kept: Event[] = [];
  return (events) => {
    if (events.length === 0) return;
    kept = [...kept, ...events].slice(-FOLLOWED_EVENTS);
    const accumulator = createUnderstanding(understanding);
    accumulator.add(kept);
    onIssues?.(accumulator.finish().issues);
  };
}

/** The same problem of the same input told in several batches is one, with its counts added. Its detail may quote the input. */
function mergeProblems(problems: readonly ReadProblem[], redactor: Pick<Redactor, 'text'>): ReadProblem[] {
  const merged = new Map<string, ReadProblem>();
  for (const problem of problems) {
    const key = `${problem.kind}\n${problem.name}`;
    const present = merged.get(key);
    const detail = redactor.text(problem.detail);
    merged.set(key, present ? { ...present, count: present.count + problem.count } : { ...problem, detail });
  }
  return [...merged.values()];
}
