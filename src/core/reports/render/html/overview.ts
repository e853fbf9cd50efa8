import { html, raw } from 'hono/html';
import type { Report } from '../../../../contracts/report.ts';
import type { Messages } from '../../../shared/index.ts';
import { oneLine } from '../visible-text.ts';
import { card, cell, type Html, heading, leftOut, muted, nothing, statusColor, table, tag, title } from './elements.ts';
import type { Limits } from './limits.ts';
import { DARK, NEUTRAL, STYLES } from './theme.ts';

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
${muted(`${t.madeAt(report.timestamp)} · ${t.validFor}`)}${quietFacts(report, { report: t } as Messages)}`;
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
  // Boxes in a line that breaks by itself: cells of one row have no room on a phone whose mail program drops the style sheet.
  const style = (color: string) =>
    `display:inline-block;box-sizing:border-box;width:20%;min-width:120px;min-height:88px;padding:10px 2px;text-align:center;vertical-align:top;background:${DARK.card};border:1px solid ${DARK.line};border-top:3px solid ${color}`;
  return html`<table role="presentation" style="width:100%;border-collapse:collapse;margin:16px 0 0"><tr><td style="padding:0">${boxes.map(
    ([name, count, color]) =>
      html`<div class="g-card g-sum" style="${raw(style(color))}"><div class="g-text" style="font-size:24px;line-height:1.2;font-weight:700">${count}</div><div class="g-muted" style="${raw(STYLES.muted)}">${name}</div></div>`,
  )}</td></tr></table>`;
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
