import { html, raw } from 'hono/html';
import type { SuspectCommits } from '../../../../contracts/report.ts';
import type { Messages } from '../../../shared/index.ts';
import { oneLine } from '../visible-text.ts';
import { type Html, leftOut, muted } from './elements.ts';
import { MONO } from './theme.ts';

export function suspects(found: SuspectCommits, t: Messages['report'], limit: number): Html {
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
