import type { CodeSnippet, IssueView, RecentCommit, Report, SuspectCommits } from '../../contracts/report.ts';
import { originLookup } from '../issues/index.ts';
import { recentCommitViews, suspectViews } from './commits.ts';
import { countsOf, type ReportCounts } from './counts.ts';
import { formerRevision, runningInLog } from './former-revision.ts';
import {
  incidentView,
  latencyViews,
  membershipOf,
  signalViews,
  type ViewContext,
  worstIncidents,
} from './incident-views.ts';
import type { ReportInput, ReportSubject, SeenRevision } from './input.ts';
import { isNewOnRunning, issueViews, openIssues } from './issue-views.ts';
import { keptEvents } from './kept-events.ts';
import { DEFAULT_REPORT_KNOBS, type ReportKnobs } from './knobs.ts';
import { describePatterns, filesInRepository, type Patterns, tally } from './patterns.ts';
import { findPlaces } from './places.ts';
import { reportInstant, wholeNumber } from './plain-values.ts';
import { describeProblems } from './problems.ts';
import { recommendations } from './recommendations/recommendations.ts';
import { logSamples } from './samples.ts';
import { topSnippets } from './snippets.ts';
import { judgeStatus, type StatusVerdict } from './status.ts';
import { SubjectTally } from './subject-tally.ts';
import { describeWindow } from './window.ts';

/**
 * The state of one service over one window, as `guardian.report/1`. Pure: equal inputs give equal bytes. Every key is there,
 * filled or empty; lists are bounded by knobs, counts never are.
 */
export function buildReport(input: ReportInput): Report {
  const draft = draftReport(input);
  const { issues, patterns, snippets, recentCommits, suspects } = draft;
  const incidents = incidentParts(draft);
  return {
    ...headOf(draft),
    errors_detailed: incidents.errors_detailed,
    warnings_detailed: incidents.warnings_detailed,
    error_patterns: patterns.listed,
    code_snippets: snippets,
    recent_commits: recentCommits,
    recommendations: adviceOf(draft),
    critical_signals: incidents.critical_signals,
    latency_issues: incidents.latency_issues,
    log_samples: incidents.log_samples,
    issues,
    suspect_commits: suspects,
    noise_groups: noiseGroups(input),
    redactions: tally(new Map(Object.entries(input.redactions)), Number.POSITIVE_INFINITY).listed,
    problems: describeProblems(
      input,
      { ...patterns.leftOut, issues: openIssues(input.understanding).length - issues.length },
      draft.knobs,
    ),
  };
}

/** What several parts of the report need. */
interface Draft {
  input: ReportInput;
  knobs: ReportKnobs;
  now: number;
  subject: ReportSubject;
  seenRevisions: SeenRevision[];
  /** The running revision by the name the log gives it. */
  running: string | null;
  view: ViewContext;
  window: Report['window'];
  counts: ReportCounts;
  verdict: StatusVerdict;
  patterns: Patterns;
  issues: IssueView[];
  snippets: CodeSnippet[];
  recentCommits: RecentCommit[];
  suspects: SuspectCommits;
}

function draftReport(input: ReportInput): Draft {
  const { understanding, evidence, messages } = input;
  const knobs: ReportKnobs = { ...DEFAULT_REPORT_KNOBS, ...input.knobs };
  const now = input.clock.now();
  const kept = new SubjectTally();
  kept.add(keptEvents(understanding));
  const subject = kept.subject(input.subject);
  const seenRevisions = input.seenRevisions ?? kept.revisions(subject.service);
  const running = runningInLog(subject.revision, seenRevisions);
  const places = findPlaces(evidence, originLookup(input.frameOrigin));
  const window = describeWindow(understanding, input.reading, messages);
  const counts = countsOf(understanding);
  const byFile = filesInRepository(understanding.byFile, places);
  const told = { understanding, evidence, places, now, messages, knobs };
  return {
    input,
    knobs,
    now,
    subject,
    seenRevisions,
    running,
    view: { membership: membershipOf(understanding.issues), places },
    window,
    counts,
    verdict: judgeStatus(counts, knobs, messages),
    patterns: describePatterns(understanding, { byFile, window, knobs }),
    issues: issueViews({ ...told, runningRevision: running }),
    snippets: topSnippets({ issues: understanding.issues, evidence, byFile, places, limit: knobs.snippetFiles }),
    recentCommits: recentCommitViews(evidence.recentCommits, { limit: knobs.listedCommits, now, messages }),
    suspects: suspectViews(evidence.suspects, { now, messages }),
  };
}

type Head = Pick<
  Report,
  | 'schema'
  | 'timestamp'
  | keyof ReportSubject
  | 'logs_analyzed'
  | 'freshness'
  | 'window'
  | 'status'
  | 'status_reasons'
  | 'summary'
  | 'incidents'
  | 'noise'
>;

function headOf({ input, now, subject, window, counts, verdict }: Draft): Head {
  return {
    schema: 'guardian.report/1',
    timestamp: reportInstant(now),
    service: subject.service ?? input.messages.reportFacts.unknownService,
    region: subject.region,
    release: subject.release,
    revision: subject.revision,
    logs_analyzed: counts.entries,
    freshness: input.reading.freshness,
    window,
    status: verdict.status,
    status_reasons: verdict.reasons,
    summary: {
      errors: counts.errors,
      warnings: counts.warnings,
      critical_signals: counts.signals,
      latency_issues: counts.latency,
    },
    incidents: counts.errors,
    noise: counts.noise,
  };
}

type IncidentParts = Pick<
  Report,
  'errors_detailed' | 'warnings_detailed' | 'critical_signals' | 'latency_issues' | 'log_samples'
>;

function incidentParts({ input: { understanding }, knobs, view }: Draft): IncidentParts {
  const errors = worstIncidents(understanding.issues, 'error', knobs.listedIncidents);
  const warnings = worstIncidents(understanding.issues, 'warning', knobs.listedIncidents);
  return {
    errors_detailed: errors.map((member) => incidentView(member, view)),
    warnings_detailed: warnings.map((member) => incidentView(member, view)),
    critical_signals: signalViews(understanding.signals, knobs.listedSignals, view),
    latency_issues: latencyViews(understanding.latency, knobs.listedLatency, view),
    log_samples: logSamples({
      worst: [...errors, ...warnings],
      context: understanding.context,
      limit: knobs.listedSamples,
      characters: knobs.excerptCharacters,
    }),
  };
}

function adviceOf(draft: Draft): Report['recommendations'] {
  const { input, running, seenRevisions, verdict } = draft;
  const { understanding, evidence, commands, messages } = input;
  return recommendations({
    ...draft,
    status: verdict.status,
    understanding,
    commands,
    messages,
    isNewOnRunning: (issue) => isNewOnRunning(issue, evidence, running),
    formerRevision: (causes) =>
      formerRevision({
        causes,
        running,
        seen: seenRevisions,
        known: causes.flatMap((issue) => evidence.byIssue.get(issue.id)?.lastRevisionWithout ?? []),
      }),
  });
}

function noiseGroups({ understanding }: ReportInput): Report['noise_groups'] {
  return understanding.noise.groups.map(({ reason, entries, paths, example }) => ({
    reason,
    entries: wholeNumber(entries) ?? 0,
    paths: wholeNumber(paths) ?? 0,
    example,
  }));
}
