import { html, raw } from 'hono/html';
import type { IncidentView, IssueView, Report } from '../../../../contracts/report.ts';
import type { Messages } from '../../../shared/index.ts';
import { headlineOf } from '../headline.ts';
import { issueFlags } from '../issue-flags.ts';
import { oneLine, shorten } from '../visible-text.ts';
import {
  card,
  cell,
  type Html,
  heading,
  leftOut,
  muted,
  nothing,
  preformatted,
  table,
  tag,
  title,
} from './elements.ts';
import type { Limits } from './limits.ts';
import { suspects } from './suspects.ts';
import { NEUTRAL, STYLES } from './theme.ts';

export function issues(report: Report, messages: Messages, limits: Limits): Html {
  const { report: t } = messages;
  if (report.issues.length === 0) return nothing;
  const shown = report.issues.slice(0, limits.issues);
  return html`${heading(t.issues)}${shown.map((issue) => issueCard(issue, messages, limits))}${leftOut(shown.length, report.issues.length, t)}`;
}

function issueCard(issue: IssueView, messages: Messages, limits: Limits): Html {
  const { report: t } = messages;
  const facts = [
    t.incidentCount(issue.incidents),
    t.entries(issue.entries),
    issue.affected_users === null ? null : t.users(issue.affected_users),
    ...issueFlags(issue, messages),
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
    around(issue, t, limits),
    muted(issue.fingerprint),
  ]);
}

/** The chain of exceptions, what led to it, and the log around it; folded away, for a page is read from the top. */
function around({ evidence }: IssueView, t: Messages['report'], limits: Limits): Html {
  const chain = evidence.exceptions.map(
    (one) => `${t.relation[one.relation]}${t.colon} ${one.type ?? '?'}: ${one.message ?? ''}`,
  );
  const crumbs = evidence.breadcrumbs.map((crumb) =>
    `${crumb.time ?? ''} ${crumb.category ?? ''} ${crumb.message}`.trim(),
  );
  const tail = evidence.log_tail.map((entry) => `${entry.timestamp} ${entry.severity} ${entry.message}`);
  const lines = [...chain, ...crumbs, ...tail];
  if (lines.length === 0) return nothing;
  const text = cutLines(lines.map(oneLine).join('\n'), limits, t);
  return html`<details style="margin:8px 0 0"><summary class="g-muted" style="${raw(STYLES.muted)}">${t.handOff.tail}</summary>${preformatted(text)}</details>`;
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
