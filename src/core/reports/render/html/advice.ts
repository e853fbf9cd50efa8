import { html, raw } from 'hono/html';
import type { CodeSnippet, RecentCommit, Recommendation, Report } from '../../../../contracts/report.ts';
import type { Messages } from '../../../shared/index.ts';
import { markedCode } from '../marked-code.ts';
import { oneLine, visibleText } from '../visible-text.ts';
import {
  card,
  cell,
  type Html,
  heading,
  leftOut,
  muted,
  nothing,
  preformatted,
  priorityColor,
  table,
  tag,
  title,
} from './elements.ts';
import type { Limits } from './limits.ts';
import { suspects } from './suspects.ts';
import { DARK, MONO, NEUTRAL } from './theme.ts';

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
