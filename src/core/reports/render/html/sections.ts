import { html, raw } from 'hono/html';
import type {
  CodeSnippet,
  IncidentView,
  IssueView,
  RecentCommit,
  Recommendation,
  Report,
  SuspectCommits,
} from '../../../../contracts/report.ts';
import type { Messages } from '../../../shared/index.ts';
import { headlineOf } from '../headline.ts';
import { markedCode } from '../marked-code.ts';
import { oneLine, shorten, visibleText } from '../visible-text.ts';
import {
  card,
  cell,
  type Html,
  heading,
  muted,
  nothing,
  preformatted,
  priorityColor,
  statusColor,
  table,
  tag,
  title,
} from './elements.ts';
import type { Limits } from './limits.ts';
import { DARK, MONO, NEUTRAL, STYLES } from './theme.ts';

export function header(report: Report, { report: t }: Messages): Html {
  const { window } = report;
  const span = window.from && window.to ? t.windowSpan(window.from, window.to) : t.windowEmpty;
  const completeness =
    window.complete === null ? t.completenessUnknown : window.complete ? t.complete : t.cutOff(window.reason ?? '');
  const place = [report.region, report.release, report.revision].filter((part) => part !== null).join(' · ');
  const badge = `display:inline-block;padding:4px 12px;border-radius:6px;background:${statusColor(report.status)};color:#111111;font-weight:700;letter-spacing:.5px`;
  return html`<h1 class="g-text" style="margin:0 0 10px;font-size:22px;line-height:1.3;overflow-wrap:anywhere">${oneLine(t.title(report.service))}</h1>
<div style="margin:0 0 10px"><span style="${raw(badge)}">${t.status[report.status] ?? oneLine(report.status)}</span></div>
${report.status_reasons.map((reason) => html`<div class="g-text" style="margin:0 0 4px;font-weight:600">${oneLine(reason)}</div>`)}
${place ? muted(place) : nothing}${muted(`${t.window}${t.colon} ${span} · ${report.freshness} · ${t.entries(report.logs_analyzed)} · ${completeness}`)}
${muted(`${t.madeAt(report.timestamp)} ${t.validFor}`)}${quietFacts(report, { report: t } as Messages)}`;
}

function quietFacts(report: Report, { report: t }: Messages): Html {
  const lines: string[] = [];
  if (report.noise > 0) {
    const groups = report.noise_groups.map((group) =>
      t.noiseGroup(t.noiseReasons[group.reason] ?? group.reason, group.entries, group.paths),
    );
    lines.push(`${t.noiseLine(report.noise)}${groups.length > 0 ? ` (${groups.join('; ')})` : ''}`);
  }
  const kinds = Object.entries(report.redactions);
  if (kinds.length > 0)
    lines.push(
      t.redacted(
        kinds.reduce((sum, [, count]) => sum + count, 0),
        kinds.map(([kind, count]) => `${kind} ${count}`).join(', '),
      ),
    );
  for (const problem of report.problems) {
    const detail = problem.detail ? ` (${problem.detail})` : '';
    lines.push(
      `${t.problem(t.problemKinds[problem.kind] ?? problem.kind, problem.count, problem.name, problem.position)}${detail}`,
    );
  }
  if (report.logs_analyzed === 0) lines.push(t.noEntries);
  else if (report.issues.length === 0 && report.summary.errors + report.summary.warnings === 0)
    lines.push(t.nothingFound);
  return html`${lines.map(muted)}`;
}

export function summary(report: Report, { report: t }: Messages): Html {
  const { summary: counts } = report;
  const boxes: [string, number, string][] = [
    [t.errors, counts.errors, counts.errors > 0 ? '#ff4444' : NEUTRAL],
    [t.warnings, counts.warnings, counts.warnings > 0 ? '#ffaa00' : NEUTRAL],
    [t.criticalSignals, counts.critical_signals, counts.critical_signals > 0 ? '#ff4444' : NEUTRAL],
    [t.latencyIssues, counts.latency_issues, counts.latency_issues > 0 ? '#ffaa00' : NEUTRAL],
    [t.issues, report.issues.length, NEUTRAL],
  ];
  const style = (color: string) =>
    `padding:10px 6px;text-align:center;vertical-align:top;background:${DARK.card};border:1px solid ${DARK.line};border-top:3px solid ${color}`;
  return html`<table role="presentation" style="width:100%;border-collapse:collapse;margin:16px 0 0"><tr>${boxes.map(
    ([name, count, color]) =>
      html`<td class="g-card g-sum" style="${raw(style(color))}"><div class="g-text" style="font-size:24px;line-height:1.2;font-weight:700">${count}</div><div class="g-muted" style="${raw(STYLES.muted)}">${name}</div></td>`,
  )}</tr></table>`;
}

export function patterns(
  { error_patterns: found, summary: counts }: Report,
  { report: t }: Messages,
  limits: Limits,
): Html {
  const tallies = [
    { name: t.byEndpoint, kind: 'endpoint', tally: found.by_endpoint },
    { name: t.byErrorType, kind: 'type', tally: found.by_error_type },
    { name: t.byFile, kind: 'file', tally: found.by_file },
  ] as const;
  const isEmpty = counts.errors + counts.warnings === 0;
  const parts = tallies.map(({ name, kind, tally }) => {
    const entries = Object.entries(tally);
    if (entries.length === 0) return nothing;
    const rows = entries
      .slice(0, limits.tallies)
      .map(([key, count]) => html`<tr>${cell(tag(kind, key))}${cell(String(count), 'right')}</tr>`);
    return html`<div style="margin:0 0 10px">${title(name)}${table(rows)}${leftOut(Math.min(limits.tallies, entries.length), entries.length, t)}</div>`;
  });
  return html`${heading(t.patterns)}${card('patterns', NEUTRAL, [
    ...parts,
    isEmpty ? muted(t.nothing) : html`${title(t.timeline)}${timeline(found.frequency_timeline, t)}`,
    found.most_common_error ? muted(`${t.mostCommon}${t.colon} ${found.most_common_error}`) : nothing,
  ])}`;
}

/** Two rows of bars drawn with table cells: mail clients know no SVG. Errors red, warnings orange, the count below each bar. */
function timeline(steps: Report['error_patterns']['frequency_timeline'], t: Messages['report']): Html {
  const max = Math.max(1, ...steps.map((step) => Math.max(step.errors, step.warnings)));
  const bar = (count: number, color: string) =>
    `display:block;margin:0 auto;width:70%;height:${count === 0 ? 1 : Math.max(3, Math.round((count / max) * 48))}px;background:${color};font-size:0;line-height:0`;
  const column = (step: (typeof steps)[number]) =>
    html`<td title="${step.from}" style="padding:0 1px;vertical-align:bottom;text-align:center"><span style="${raw(bar(step.errors, '#ff4444'))}"></span><span style="${raw(bar(step.warnings, '#ffaa00'))}"></span></td>`;
  const number = (step: (typeof steps)[number]) =>
    html`<td class="g-muted" style="${raw(`${STYLES.muted};font-size:11px;text-align:center`)}">${step.errors}/${step.warnings}</td>`;
  const first = steps[0];
  const last = steps.at(-1);
  return html`<table role="presentation" style="width:100%;border-collapse:collapse;table-layout:fixed"><tr style="height:52px">${steps.map(column)}</tr><tr>${steps.map(number)}</tr></table>${first && last ? muted(`${t.errors}/${t.warnings} · ${first.from} → ${last.to}`) : nothing}`;
}

export function issues(report: Report, messages: Messages, limits: Limits): Html {
  const { report: t } = messages;
  if (report.issues.length === 0) return nothing;
  const shown = report.issues.slice(0, limits.issues);
  return html`${heading(t.issues)}${shown.map((issue) => issueCard(issue, messages, limits))}${leftOut(shown.length, report.issues.length, t)}`;
}

function issueCard(issue: IssueView, { report: t }: Messages, limits: Limits): Html {
  const facts = [
    t.incidentCount(issue.incidents),
    t.entries(issue.entries),
    issue.affected_users === null ? null : t.users(issue.affected_users),
    issue.is_new ? t.isNew : null,
    issue.is_regression ? t.isRegression : null,
    issue.state === 'open' ? null : issue.state,
  ].filter((part) => part !== null);
  const place = issue.location
    ? `${issue.location.file}:${issue.location.line ?? '?'}${issue.location.function ? ` ${issue.location.function}` : ''}`
    : null;
  return card('plain', NEUTRAL, [
    title(shorten(issue.title, 200, t.charactersLeftOut)),
    html`${tag('file', place)}${tag('type', issue.error_type)}${issue.endpoints.slice(0, 5).map((endpoint) => tag('endpoint', endpoint))}`,
    muted(`${facts.join(' · ')} · ${t.firstSeen} ${issue.first_seen} · ${t.lastSeen} ${issue.last_seen}`),
    muted(
      `${t.evidence}${t.colon} ${t.truth[issue.evidence.truth]}${issue.evidence.truncated ? ` · ${t.traceCut}` : ''} · ${issue.evidence.reason}`,
    ),
    suspects(issue.suspect_commits, t, limits.suspects),
    issue.owners.length > 0
      ? muted(`${t.owners}${t.colon} ${issue.owners.map(({ owner, rule }) => `${owner} (${rule})`).join(', ')}`)
      : nothing,
    muted(issue.done_when),
    muted(issue.fingerprint),
  ]);
}

function suspects(found: SuspectCommits, t: Messages['report'], limit: number): Html {
  if (found.commits.length === 0)
    return muted(
      `${t.suspects}${t.colon} ${t.suspectVerdict[found.verdict]}${found.reason ? ` (${found.reason})` : ''}`,
    );
  const shown = found.commits.slice(0, limit);
  return html`<div class="g-text" style="margin:6px 0"><b>${t.suspects}</b>${shown.map(
    (commit) =>
      html`<div style="margin:4px 0 0"><code style="${raw(`font:12px ${MONO}`)}">${oneLine(commit.hash)}</code> ${oneLine(commit.message)}${muted(`${commit.author}, ${commit.time} · ${t.confidenceOf(t.confidence[commit.confidence])} (${commit.score.toFixed(2)}) · ${commit.reasons.join(' ')}`)}</div>`,
  )}${leftOut(shown.length, found.commits.length, t)}</div>`;
}

interface IncidentList {
  name: string;
  views: IncidentView[];
  total: number;
  kind: 'errors' | 'warnings';
  /** Where titles come from. */
  issues: Report['issues'];
}

export function incidents(
  { name, views, total, kind, issues }: IncidentList,
  { report: t }: Messages,
  limits: Limits,
): Html {
  if (views.length === 0) return nothing;
  const shown = views.slice(0, limits.incidents);
  return html`${heading(`${name} (${total})`)}${shown.map((view) => incidentCard(view, { kind, issues }, t, limits))}${leftOut(shown.length, total, t)}`;
}

function incidentCard(
  view: IncidentView,
  { kind, issues }: Pick<IncidentList, 'kind' | 'issues'>,
  t: Messages['report'],
  limits: Limits,
): Html {
  const place = view.file_path ? `${view.file_path}:${view.line_number ?? '?'}` : null;
  const { headline, trace } = headlineOf(view, issues);
  const payload = view.full_payload && limits.payload > 0 ? JSON.stringify(view.full_payload, null, 1) : null;
  const client = [
    view.request_id && `${t.requestId} ${view.request_id}`,
    view.user_agent && `${t.userAgent} ${view.user_agent}`,
  ]
    .filter(Boolean)
    .join(' · ');
  return card(kind, kind === 'errors' ? '#ff4444' : '#ffaa00', [
    title(shorten(headline, limits.message, t.charactersLeftOut)),
    html`${tag('endpoint', view.endpoint)}${tag('plain', view.status_code?.toString() ?? null)}${tag('file', place)}${tag('type', view.error_type)}`,
    muted([view.severity, view.timestamp, t.entries(view.entries), view.revision].filter(Boolean).join(' · ')),
    client ? muted(shorten(client, 300, t.charactersLeftOut)) : nothing,
    trace ? preformatted(cutLines(trace, limits, t)) : nothing,
    payload
      ? html`<details style="margin:8px 0 0"><summary class="g-muted" style="${raw(STYLES.muted)}">${t.payload}</summary>${preformatted(shorten(payload, limits.payload, t.charactersLeftOut))}</details>`
      : nothing,
  ]);
}

function cutLines(text: string, limits: Limits, t: Messages['report']): string {
  const lines = text.split('\n');
  const kept = lines.slice(0, limits.stackLines).map((line) => shorten(line, limits.message, t.charactersLeftOut));
  return lines.length > kept.length
    ? [...kept, t.linesLeftOut(lines.length - kept.length)].join('\n')
    : kept.join('\n');
}

export function signals(report: Report, { report: t }: Messages): Html {
  if (report.critical_signals.length === 0) return nothing;
  const shown = report.critical_signals;
  return html`${heading(`${t.criticalSignals} (${report.summary.critical_signals})`)}${shown.map((signal) =>
    card('errors', '#ff4444', [
      title(`${signal.type} · ${signal.time}`),
      muted(t.affectedRequests(signal.affected_requests)),
      preformatted(shorten(signal.msg, 1_000, t.charactersLeftOut)),
    ]),
  )}${leftOut(shown.length, report.summary.critical_signals, t)}`;
}

export function latency(report: Report, { report: t }: Messages): Html {
  if (report.latency_issues.length === 0) return nothing;
  const rows = report.latency_issues.map(
    (slow) =>
      html`<tr>${cell(tag('endpoint', slow.full_context.endpoint ?? shorten(slow.msg, 120, t.charactersLeftOut)))}${cell(slow.time)}${cell(t.duration(slow.duration_ms), 'right')}</tr>`,
  );
  return html`${heading(`${t.latencyIssues} (${report.summary.latency_issues})`)}${card('warnings', '#ffaa00', [table(rows), leftOut(rows.length, report.summary.latency_issues, t)])}`;
}

export function code(report: Report, messages: Messages, limits: Limits): Html {
  if (report.code_snippets.length === 0) return nothing;
  const shown = report.code_snippets.slice(0, limits.snippets);
  return html`${heading(messages.report.suspectCode)}${shown.map((snippet) => snippetCard(snippet, messages))}${leftOut(shown.length, report.code_snippets.length, messages.report)}`;
}

function snippetCard(snippet: CodeSnippet, { report: t }: Messages): Html {
  const line = (isFailing: boolean) =>
    `padding:0 6px;font:12px/1.6 ${MONO};white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word;color:${DARK.text}${isFailing ? `;background:${DARK.mark}` : ''}`;
  const rows = markedCode(snippet).map(
    ({ number, text, isFailing }) =>
      html`<tr><td class="${isFailing ? 'g-mark' : 'g-pre'} g-gutter" style="${raw(`padding:0 6px;font:12px/1.6 ${MONO};width:1%;white-space:nowrap;vertical-align:top;text-align:right;color:${DARK.muted}${isFailing ? `;background:${DARK.mark}` : ''}`)}">${isFailing ? '▶ ' : ''}${number}</td><td class="${isFailing ? 'g-mark' : 'g-pre'}" style="${raw(line(isFailing))}">${visibleText(text)}</td></tr>`,
  );
  const facts = [
    t.truth[snippet.truth],
    snippet.revision?.slice(0, 8),
    snippet.note,
    t.errorsHere(snippet.error_count),
  ].filter(Boolean);
  return card('plain', '#ffaa00', [
    title(`${snippet.file}:${snippet.line}${snippet.function ? ` · ${snippet.function}` : ''}`),
    muted(facts.join(' · ')),
    html`<table role="presentation" class="g-pre" style="${raw(`width:100%;margin:8px 0 0;border-collapse:collapse;background:${DARK.code}`)}">${rows}</table>`,
  ]);
}

export function commits(report: Report, { report: t }: Messages, limits: Limits): Html {
  if (report.recent_commits.length === 0) return nothing;
  const row = (commit: RecentCommit) =>
    html`<tr>${cell(html`<code style="${raw(`font:12px ${MONO}`)}">${oneLine(commit.hash)}</code>`)}${cell(html`${oneLine(commit.message)}${muted(`${commit.author}, ${commit.time} · ${commit.in_running_revision ? t.inRunning : t.notInRunning}`)}`)}</tr>`;
  return html`${heading(t.recentCommits)}${card('plain', NEUTRAL, [table(report.recent_commits.map(row)), suspects(report.suspect_commits, t, limits.suspects)])}`;
}

export function recommendations(report: Report, { report: t }: Messages, limits: Limits): Html {
  const shown = report.recommendations.slice(0, limits.recommendations);
  return html`${heading(t.recommendations)}${shown.map((advice) => recommendationCard(advice, t))}${leftOut(shown.length, report.recommendations.length, t)}`;
}

function recommendationCard(advice: Recommendation, t: Messages['report']): Html {
  const color = priorityColor(advice.priority);
  const known = Object.hasOwn(t.priority, advice.priority) ? t.priority[advice.priority]! : advice.priority;
  return card('plain', color, [
    title(`${known} · ${advice.action}`),
    html`<div class="g-text">${oneLine(advice.details)}</div>`,
    html`${advice.affected_files.map((file) => tag('file', file))}${advice.affected_endpoints.map((endpoint) => tag('endpoint', endpoint))}`,
    advice.suggested_fix
      ? html`<div class="g-text"><b>${t.suggestedFix}${t.colon}</b> ${oneLine(advice.suggested_fix)}</div>`
      : nothing,
    advice.suggested_investigation.length > 0
      ? html`<div class="g-text"><b>${t.investigation}${t.colon}</b>${advice.suggested_investigation.map((hint) => html`<div style="margin:2px 0 0 14px">· ${oneLine(hint)}</div>`)}</div>`
      : nothing,
    advice.command ? html`${muted(t.command)}${preformatted(advice.command)}` : nothing,
    advice.rollback_command ? html`${muted(t.rollbackCommand)}${preformatted(advice.rollback_command)}` : nothing,
    advice.suggested_files_to_check.length > 0
      ? muted(
          `${t.filesToCheck}${t.colon} ${advice.suggested_files_to_check.map((snippet) => `${snippet.file}:${snippet.line}`).join(', ')}`,
        )
      : nothing,
  ]);
}

export function samples(report: Report, { report: t }: Messages, limits: Limits): Html {
  if (report.log_samples.length === 0) return nothing;
  const shown = report.log_samples.slice(0, limits.samples);
  const line = (sample: Report['log_samples'][number]) =>
    `${sample.timestamp} ${sample.severity.padEnd(8)} ${oneLine(sample.message)}`;
  return html`${heading(t.samples)}${preformatted(shown.map(line).join('\n'))}${leftOut(shown.length, report.log_samples.length, t)}`;
}

function leftOut(shown: number, total: number, t: Messages['report']): Html {
  return shown < total ? muted(t.leftOut(shown, total)) : nothing;
}
