import type { CodeSnippet, IncidentView, IssueView, Report, SuspectCommits } from '../../../contracts/report.ts';
import { Fragment, type Messages } from '../../shared/index.ts';
import { headlineOf } from './headline.ts';
import { issueFlags } from './issue-flags.ts';
import { markedCode } from './marked-code.ts';
import type { ReportPart } from './report-template.ts';
import { patterns } from './text-patterns.ts';
import { oneLine, shorten, visibleText } from './visible-text.ts';

export interface TextOptions {
  /** ANSI colours, for a terminal. */
  color: boolean;
  /** Columns of the reader; lines of prose are cut to it, code and traces are not. */
  columns: number;
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue';
const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 36 };
const STATUS_STYLE: Record<string, Style> = { OK: 'green', DEGRADED: 'yellow', CRITICAL: 'red' };
const STACK_LINES = 40;

type Paint = (style: Style, text: string) => string;

/** The whole report as plain text, in the order of the page. Event text cannot move the cursor: hidden characters are written out. */
export function textParts(report: Report, messages: Messages, { color, columns }: TextOptions): ReportPart[] {
  const t = messages.report;
  const paint: Paint = (style, text) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const section = (name: string, heading: string, lines: string[]): ReportPart[] =>
    lines.length === 0 ? [] : [textPart(name, ['', paint('bold', heading), ...lines])];
  const toWidth = (line: string) => (columns > 20 && line.length > columns ? `${line.slice(0, columns - 1)}…` : line);
  return [
    textPart('header', header(report, messages, paint)),
    ...section(
      'problems',
      t.problems,
      report.problems.map((problem) => toWidth(`  ${problemLine(problem, messages)}`)),
    ),
    ...section('patterns', t.patterns, patterns(report, messages)),
    ...section(
      'issues',
      `${t.issues} (${report.issues.length})`,
      report.issues.flatMap((issue) => issueLines(issue, messages, paint)),
    ),
    ...section(
      'errors',
      heading(t.errors, report.errors_detailed.length, report.summary.errors, messages),
      report.errors_detailed.flatMap((view) => incidentLines(view, report.issues, messages, paint)),
    ),
    ...section(
      'warnings',
      heading(t.warnings, report.warnings_detailed.length, report.summary.warnings, messages),
      report.warnings_detailed.flatMap((view) => incidentLines(view, report.issues, messages, paint)),
    ),
    ...section(
      'signals',
      heading(t.criticalSignals, report.critical_signals.length, report.summary.critical_signals, messages),
      report.critical_signals.flatMap((signal) => [
        `  ${paint('red', signal.type)} ${signal.time} · ${t.affectedRequests(signal.affected_requests)}`,
        `    ${oneLine(signal.msg)}`,
      ]),
    ),
    ...section(
      'latency',
      heading(t.latencyIssues, report.latency_issues.length, report.summary.latency_issues, messages),
      report.latency_issues.map(
        (slow) =>
          `  ${slow.time} · ${t.duration(slow.duration_ms)} · ${oneLine(slow.full_context.endpoint ?? slow.msg)}`,
      ),
    ),
    ...section(
      'code',
      t.suspectCode,
      report.code_snippets.flatMap((snippet) => snippetLines(snippet, messages, paint)),
    ),
    ...section(
      'commits',
      t.recentCommits,
      report.recent_commits.map((commit) =>
        toWidth(
          `  ${commit.hash} ${oneLine(commit.message)} · ${oneLine(commit.author)}, ${commit.time}${commit.in_running_revision ? '' : ` (${t.notInRunning})`}`,
        ),
      ),
    ),
    ...section('suspects', t.suspects, suspectLines(report.suspect_commits, messages)),
    ...section('recommendations', t.recommendations, recommendationLines(report, messages, paint)),
    ...section(
      'samples',
      t.samples,
      report.log_samples.map((sample) =>
        toWidth(`  ${sample.timestamp} ${sample.severity.padEnd(8)} ${oneLine(sample.message)}`),
      ),
    ),
    textPart('foot', ['', paint('dim', `${t.foot} ${t.validFor}`)]),
  ];
}

function textPart(name: string, lines: readonly string[]): ReportPart {
  return { name, content: new Fragment('text', `${lines.join('\n')}\n`) };
}

/** What a person wants first: status, why, the worst issues with their place and suspect, and what to do. */
export function renderSummary(report: Report, messages: Messages, { color }: TextOptions): string {
  const paint: Paint = (style, text) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const t = messages.report;
  const lines = header(report, messages, paint);
  for (const issue of report.issues.slice(0, 3)) {
    lines.push(
      '',
      ...issueLines(
        { ...issue, evidence: { ...issue.evidence, exceptions: [], breadcrumbs: [], log_tail: [] } },
        messages,
        paint,
      ),
    );
  }
  for (const snippet of report.code_snippets.slice(0, 1)) lines.push('', ...snippetLines(snippet, messages, paint));
  if (report.recommendations[0])
    lines.push('', `${paint('bold', t.recommendations)}`, ...recommendationLines(report, messages, paint).slice(0, 6));
  return `${lines.join('\n')}\n`;
}

function header(report: Report, messages: Messages, paint: Paint): string[] {
  const t = messages.report;
  const { window, summary } = report;
  const place = [report.region, report.release, report.revision].filter((part) => part !== null).map(oneLine);
  const span = window.from && window.to ? t.windowSpan(window.from, window.to) : t.windowEmpty;
  const counts = [
    `${t.errors} ${summary.errors}`,
    `${t.warnings} ${summary.warnings}`,
    `${t.criticalSignals} ${summary.critical_signals}`,
    `${t.latencyIssues} ${summary.latency_issues}`,
    `${t.issues} ${report.issues.length}`,
  ];
  const lines = [
    `${paint(STATUS_STYLE[report.status] ?? 'blue', `■ ${t.status[report.status] ?? oneLine(report.status)}`)}  ${paint('bold', oneLine(t.title(report.service)))}${place.length ? ` · ${place.join(' · ')}` : ''}`,
    `  ${t.window}${t.colon} ${span} · ${report.freshness} · ${t.entries(report.logs_analyzed)} · ${completenessOf(window, messages)}`,
    ...report.status_reasons.map((reason) => `  ${t.decidedBy}${t.colon} ${oneLine(reason)}`),
    `  ${counts.join(' · ')}`,
  ];
  if (report.noise > 0) {
    const groups = report.noise_groups.map((group) =>
      t.noiseGroup(t.noiseReasons[group.reason] ?? group.reason, group.entries, group.paths),
    );
    lines.push(`  ${t.noiseLine(report.noise)}${groups.length ? ` (${groups.join('; ')})` : ''}`);
  }
  const redactions = Object.entries(report.redactions);
  if (redactions.length > 0) {
    const total = redactions.reduce((sum, [, count]) => sum + count, 0);
    lines.push(`  ${t.redacted(total, redactions.map(([kind, count]) => `${kind} ${count}`).join(', '))}`);
  }
  lines.push(`  ${paint('dim', t.madeAt(report.timestamp))}`);
  if (report.logs_analyzed === 0) lines.push(`  ${t.noEntries}`);
  else if (report.issues.length === 0 && summary.errors + summary.warnings === 0) lines.push(`  ${t.nothingFound}`);
  return lines;
}

function completenessOf({ complete, reason }: Report['window'], { report: t }: Messages): string {
  if (complete === null) return t.completenessUnknown;
  return complete ? t.complete : t.cutOff(oneLine(reason ?? ''));
}

function heading(name: string, shown: number, total: number, { report: t }: Messages): string {
  return shown < total ? `${name} (${t.leftOut(shown, total)})` : `${name} (${total})`;
}

function problemLine(problem: Report['problems'][number], { report: t }: Messages): string {
  const line = t.problem(
    t.problemKinds[problem.kind] ?? problem.kind,
    problem.count,
    oneLine(problem.name),
    problem.position,
  );
  return problem.detail ? `${line} (${oneLine(problem.detail)})` : line;
}

function placeText({ file, line, function: name }: NonNullable<IssueView['location']>): string {
  return `${file}${line === null ? '' : `:${line}`}${name ? ` ${name}` : ''}`;
}

/** The likeliest one, or why there is none. */
function suspectText({ commits, verdict, reason }: IssueView['suspect_commits'], { report: t }: Messages): string {
  const [suspect] = commits;
  if (!suspect) return `${t.suspectVerdict[verdict]}${reason ? ` (${oneLine(reason)})` : ''}`;
  const { hash, message, confidence, reasons } = suspect;
  return `${hash} ${oneLine(message)} · ${t.confidenceOf(t.confidence[confidence])} · ${oneLine(reasons.join(' '))}`;
}

function issueLines(issue: IssueView, messages: Messages, paint: Paint): string[] {
  const t = messages.report;
  const where = issue.location && placeText(issue.location);
  const facts = [t.incidentCount(issue.incidents), t.entries(issue.entries), ...issueFlags(issue, messages)];
  return [
    `  ${paint('bold', oneLine(issue.title))}`,
    `    ${facts.join(' · ')} · ${issue.first_seen} → ${issue.last_seen} · ${issue.fingerprint}`,
    ...(where
      ? [
          `    ${t.location}${t.colon} ${oneLine(where)} (${t.truth[issue.evidence.truth]}${issue.evidence.truncated ? `; ${t.traceCut}` : ''})`,
        ]
      : []),
    ...(issue.endpoints.length ? [`    ${issue.endpoints.map(oneLine).join(', ')}`] : []),
    `    ${t.suspects}${t.colon} ${suspectText(issue.suspect_commits, messages)}`,
    ...(issue.owners.length
      ? [`    ${t.owners}${t.colon} ${issue.owners.map(({ owner }) => oneLine(owner)).join(', ')}`]
      : []),
    `    ${oneLine(issue.done_when)}`,
    ...evidenceLines(issue, messages).map((line) => `    │ ${line}`),
  ];
}

/** The chain where there is more than one exception, what led to it, and the log around it. */
function evidenceLines({ evidence }: IssueView, { report: t }: Messages): string[] {
  const { exceptions, breadcrumbs, log_tail } = evidence;
  const chain =
    exceptions.length < 2
      ? []
      : exceptions.map((one) => `${t.relation[one.relation]} ${one.type ?? '?'}: ${one.message ?? ''}`);
  const crumbs = breadcrumbs.map((crumb) => `${crumb.time ?? ''} ${crumb.category ?? ''} ${crumb.message}`.trim());
  const tail = log_tail.map((entry) => `${entry.timestamp} ${entry.severity} ${entry.message}`);
  return [...chain, ...crumbs, ...tail].map((line) => shorten(oneLine(line), 200, () => '…'));
}

function incidentLines(view: IncidentView, issues: Report['issues'], messages: Messages, paint: Paint): string[] {
  const t = messages.report;
  const tags = [
    view.endpoint,
    view.status_code?.toString(),
    view.file_path && `${view.file_path}:${view.line_number ?? '?'}`,
    view.error_type,
  ];
  const { headline, trace } = headlineOf(view, issues);
  const stack = trace === null ? [] : visibleText(trace).split('\n');
  return [
    `  ${paint(view.severity === 'WARNING' ? 'yellow' : 'red', view.severity)} ${view.timestamp} · ${[...tags.filter(Boolean).map((tag) => oneLine(tag as string)), t.entries(view.entries)].join(' · ')}`,
    `    ${oneLine(headline)}`,
    ...stack.slice(0, STACK_LINES).map((line) => `    │ ${line}`),
    ...(stack.length > STACK_LINES ? [`    │ ${t.linesLeftOut(stack.length - STACK_LINES)}`] : []),
    ...(view.request_id ? [`    ${t.requestId}${t.colon} ${oneLine(view.request_id)}`] : []),
  ];
}

function snippetLines(snippet: CodeSnippet, { report: t }: Messages, paint: Paint): string[] {
  const facts = [
    t.truth[snippet.truth],
    snippet.revision?.slice(0, 8),
    snippet.note,
    t.errorsHere(snippet.error_count),
  ].filter(Boolean);
  return [
    `  ${paint('bold', oneLine(`${snippet.file}:${snippet.line}${snippet.function ? ` ${snippet.function}` : ''}`))} (${facts.join(' · ')})`,
    ...markedCode(snippet).map(({ number, text, isFailing }) => {
      const line = `  ${isFailing ? '→' : ' '} ${String(number).padStart(5)} │ ${visibleText(text)}`;
      return isFailing ? paint('red', line) : line;
    }),
  ];
}

function suspectLines(suspects: SuspectCommits, { report: t }: Messages): string[] {
  if (suspects.commits.length === 0)
    return [
      `  ${t.suspectVerdict[suspects.verdict]}${suspects.reason ? `${t.colon} ${oneLine(suspects.reason)}` : ''}`,
    ];
  return suspects.commits.flatMap((commit) => [
    `  ${commit.rank}. ${commit.hash} ${oneLine(commit.message)} · ${oneLine(commit.author)}, ${commit.time} · ${t.confidenceOf(t.confidence[commit.confidence])} (${commit.score.toFixed(2)})`,
    ...commit.reasons.map((reason) => `     - ${oneLine(reason)}`),
  ]);
}

function labelled(label: string, values: readonly string[], t: Messages['report']): string[] {
  return values.length === 0 ? [] : [`    ${label}${t.colon} ${values.map(oneLine).join(', ')}`];
}

function recommendationLines(report: Report, { report: t }: Messages, paint: Paint): string[] {
  return report.recommendations.flatMap((advice) => [
    `  ${paint(advice.priority === 'HIGH' ? 'red' : advice.priority === 'MEDIUM' ? 'yellow' : 'green', t.priority[advice.priority] ?? advice.priority)} ${oneLine(advice.action)}`,
    `    ${oneLine(advice.details)}`,
    ...(advice.command ? [`    ${t.command}${t.colon} ${oneLine(advice.command)}`] : []),
    ...(advice.rollback_command ? [`    ${t.rollbackCommand}${t.colon} ${oneLine(advice.rollback_command)}`] : []),
    ...(advice.suggested_fix ? [`    ${t.suggestedFix}${t.colon} ${oneLine(advice.suggested_fix)}`] : []),
    ...labelled(t.affectedFiles, advice.affected_files, t),
    ...labelled(t.affectedEndpoints, advice.affected_endpoints, t),
    ...labelled(
      t.filesToCheck,
      advice.suggested_files_to_check.map(({ file, line }) => `${file}:${line}`),
      t,
    ),
    ...advice.suggested_investigation.map((hint) => `    - ${shorten(oneLine(hint), 300, t.charactersLeftOut)}`),
  ]);
}
