import type { IssueView, Report } from '../../../contracts/report.ts';
import { Fragment, type Messages } from '../../shared/index.ts';
import { type Draft, fillSection, type Piece, tokensOf } from './budget.ts';
import * as pieces from './hand-off-pieces.ts';
import type { ReportPart } from './report-template.ts';
import { plainIdentifier } from './untrusted-block.ts';

export interface MarkdownOptions {
  /** Bytes / 4; the whole document stays below. */
  tokens: number;
  /** Issues to hand off, worst first. */
  issues: number;
}

const DEFAULT_MARKDOWN_OPTIONS: MarkdownOptions = { tokens: 6_000, issues: 5 };

/** How the budget is shared out; what one section leaves over the next may use. */
const SHARES = {
  facts: 400,
  evidence: 1_400,
  locations: 1_800,
  suspects: 500,
  tail: 800,
  impact: 240,
  recommendations: 350,
  verify: 350,
  doneWhen: 250,
} as const;

type SectionName = keyof typeof SHARES;

/**
 * The hand-off for a coding agent: verdict, facts, evidence, ranked locations with code, suspects, log tail, impact, advice, how to verify,
 * when it is done. Whatever an event or the repository wrote stands only in marked blocks. Lowest ranks are cut first, and it says which.
 */
export function markdownParts(
  report: Report,
  messages: Messages,
  options: Partial<MarkdownOptions> = {},
): ReportPart[] {
  const { tokens, issues: limit } = { ...DEFAULT_MARKDOWN_OPTIONS, ...options };
  const t = messages.report.handOff;
  const issues = report.issues.slice(0, limit);
  const service = plainIdentifier(report.service) ?? 'service';
  const head = [
    `# ${t.title}`,
    '',
    `> ${t.legend}`,
    '',
    `## 1. ${t.verdictTitle}`,
    '',
    `**${t.verdict(report.status, service, report.summary.errors, report.issues.length)}**`,
  ].join('\n');
  const drafts = sections(report, issues, messages);
  const overhead =
    tokensOf(head) + drafts.reduce((sum, { title }) => sum + tokensOf(title) + 4, 0) + CUT_LINE_BYTES / 4 + 10;
  const scale = Math.max(0, tokens - overhead) / Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  let spare = 0;
  const cuts: string[] = [];
  const parts = [markdownPart('header', head)];
  for (const [index, { name, title, content }] of drafts.entries()) {
    const { text, left, cut } = fillSection(content, SHARES[name] * scale + spare);
    spare = left;
    parts.push(markdownPart(name, `\n## ${index + 2}. ${title}\n\n${text || messages.report.nothing}`));
    if (cut.length > 0) cuts.push(t.cutItems(title, cut.join(', ')));
  }
  if (report.issues.length > issues.length) cuts.push(messages.report.leftOut(issues.length, report.issues.length));
  if (cuts.length > 0) parts.push(markdownPart('cut', `\n---\n${boundedLine(t.cut(cuts.join('; ')))}`));
  return parts;
}

function markdownPart(name: string, text: string): ReportPart {
  return { name, content: new Fragment('markdown', `${text}\n`) };
}

/** Bytes kept for saying what was cut. */
const CUT_LINE_BYTES = 1_200;

function boundedLine(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= CUT_LINE_BYTES
    ? text
    : `${bytes
        .subarray(0, CUT_LINE_BYTES - 4)
        .toString('utf8')
        .replace(/\ufffd+$/, '')}…`;
}

interface Section {
  name: SectionName;
  title: string;
  content: Draft;
}

function sections(report: Report, issues: IssueView[], messages: Messages): Section[] {
  const t = messages.report.handOff;
  const forEach = (make: (issue: IssueView, rank: number) => Piece[]): Piece[] =>
    issues.flatMap((issue, index) => make(issue, index + 1)).sort((a, b) => a.rank - b.rank);
  return [
    { name: 'facts', title: t.facts, content: pieces.facts(report, issues, messages) },
    { name: 'evidence', title: t.evidence, content: forEach((issue, rank) => pieces.evidence(issue, rank, messages)) },
    {
      name: 'locations',
      title: t.locations,
      content: forEach((issue, rank) => pieces.locations(issue, rank, messages)),
    },
    { name: 'suspects', title: t.suspects, content: forEach((issue, rank) => pieces.suspects(issue, rank, messages)) },
    { name: 'tail', title: t.tail, content: forEach((issue, rank) => pieces.tail(issue, rank, messages)) },
    { name: 'impact', title: t.impact, content: forEach((issue, rank) => pieces.impact(issue, rank, messages)) },
    { name: 'recommendations', title: t.recommendations, content: pieces.recommendations(report, messages) },
    { name: 'verify', title: t.verify, content: forEach((issue, rank) => pieces.verify(issue, rank, messages)) },
    { name: 'doneWhen', title: t.doneWhen, content: forEach((issue, rank) => pieces.doneWhen(issue, rank)) },
  ];
}
