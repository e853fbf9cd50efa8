import type { IssueView, Report } from '../../../contracts/report.ts';
import type { Messages } from '../../shared/index.ts';
import type { Piece } from './budget.ts';
import { issueFlags } from './issue-flags.ts';
import { markedCode } from './marked-code.ts';
import { plainIdentifier, type UntrustedBlock, untrustedBlock } from './untrusted-block.ts';
import { oneLine } from './visible-text.ts';

/** What each section of the hand-off holds, as pieces in the order they are kept. Event and repository text goes through `block` alone. */

export function facts(report: Report, issues: IssueView[], messages: Messages): Piece[] {
  const t = messages.report;
  const span =
    report.window.from && report.window.to ? t.windowSpan(report.window.from, report.window.to) : t.windowEmpty;
  const { complete, reason } = report.window;
  const completeness = complete === null ? t.completenessUnknown : complete ? t.complete : withoutEnd(t.cutOff(''));
  const lines = [
    `- ${t.window}${t.colon} ${span} (${completeness})`,
    `- ${t.entries(report.logs_analyzed)}; ${t.madeAt(report.timestamp)}`,
    ...identifierLine(t.revision, report.revision, t),
    ...identifierLine(t.release, report.release, t),
    ...identifierLine(t.region, report.region, t),
    // The reason names the input, and a file's name is somebody's text.
    ...(complete === false && reason
      ? [block({ source: 'event', id: 'window', text: oneLine(reason) }, messages)]
      : []),
  ];
  const perIssue = issues.map((issue, index) => ({
    rank: index + 1,
    name: t.handOff.issue(index + 1),
    text: [
      `### ${t.handOff.issue(index + 1)}`,
      `- id \`${issue.id}\`, fingerprint \`${issue.fingerprint}\`, ${[...new Set([messages.handOff.state[issue.state], ...issueFlags(issue, messages)])].join(', ')}`,
      `- ${t.firstSeen} ${issue.first_seen}, ${t.lastSeen} ${issue.last_seen}`,
      block({ source: 'event', id: issue.evidence.source, text: oneLine(issue.title) }, messages),
    ].join('\n'),
  }));
  return [{ rank: 0, name: t.window, text: lines.join('\n') }, ...perIssue];
}

export function evidence(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const { handOff, traceCut, truth, relation, colon, endpoints } = { ...messages.report, endpoints: issue.endpoints };
  const { exceptions, stack_trace, request, source } = issue.evidence;
  const chain = exceptions.map(
    (exception) => `${relation[exception.relation]}${colon} ${exception.type ?? '?'}: ${exception.message ?? ''}`,
  );
  const asked = request
    ? [
        `${request.method ?? ''} ${request.path ?? ''} → ${request.status ?? '?'}${request.request_id ? ` (${request.request_id})` : ''}`.trim(),
      ]
    : endpoints.slice(0, 5);
  const head = [...chain, ...asked].join('\n');
  const made: Piece[] = [
    piece(
      rank,
      handOff.issue(rank),
      `${truth[issue.evidence.truth]}${issue.evidence.truncated ? `; ${traceCut}` : ''}`,
      {
        source: 'event',
        id: source,
        text: head || oneLine(issue.title),
      },
      messages,
    ),
  ];
  if (stack_trace)
    made.push(
      piece(
        rank + 0.5,
        `${handOff.issue(rank)}${messages.report.colon} ${messages.report.stack}`,
        null,
        { source: 'event', id: source, text: stack_trace },
        messages,
      ),
    );
  return made;
}

export function locations(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const t = messages.report;
  const ranked = issue.evidence.exceptions
    .flatMap(({ frames }) => frames)
    .filter((frame) => frame.culprit_rank !== null)
    .sort((a, b) => a.culprit_rank! - b.culprit_rank!)
    .map(({ culprit_rank, file, module, line, function: name }) =>
      `${culprit_rank}. ${file ?? module ?? '?'}:${line ?? '?'} ${name ?? ''}`.trim(),
    );
  const snippets = snippetPieces(issue, rank, messages);
  if (ranked.length === 0 && snippets.length === 0) return [];
  const without = snippets.length > 0 ? [] : [t.handOff.noCode(oneLine(issue.evidence.reason))];
  const owners = issue.owners.map(({ owner, rule }) => `${t.owners}${t.colon} ${oneLine(owner)} (${oneLine(rule)})`);
  const name = `${t.handOff.issue(rank)}${t.colon} ${t.location}`;
  const text = [...ranked, ...owners, ...without].join('\n');
  return [
    piece(rank - 0.1, name, t.handOff.issue(rank), { source: 'event', id: issue.evidence.source, text }, messages),
    ...snippets,
  ];
}

function snippetPieces(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const t = messages.report;
  return issue.evidence.code_snippets.map((snippet, index) => {
    const code = markedCode(snippet).map(
      ({ number, text, isFailing }) => `${isFailing ? '>' : ' '}${String(number).padStart(5)}  ${text}`,
    );
    const place = `${snippet.file}:${snippet.line}${snippet.function ? ` ${snippet.function}` : ''}`;
    const which = `${t.handOff.issue(rank)}, ${t.handOff.culpritRank(index + 1)}`;
    const lead = `${which}${t.colon} ${t.truth[snippet.truth]}${snippet.revision ? ` \`${snippet.revision}\`` : ''}`;
    const id = snippet.revision?.slice(0, 12) ?? issue.id;
    const text = [place, ...code].join('\n');
    return piece(rank + index / 2, which, lead, { source: 'repository', id, text }, messages);
  });
}

export function suspects(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const t = messages.report;
  const { verdict, commits } = issue.suspect_commits;
  const head = `${t.handOff.issue(rank)}${t.colon} ${t.suspectVerdict[verdict]}`;
  if (commits.length === 0) return [{ rank, name: t.handOff.issue(rank), text: head }];
  return commits.map((commit, index) =>
    piece(
      rank + index,
      `${t.handOff.issue(rank)}${t.colon} ${commit.hash}`,
      `${head}, ${commit.rank}. \`${commit.hash}\`, ${t.confidenceOf(t.confidence[commit.confidence])} (${commit.score.toFixed(2)}), ${commit.time}`,
      {
        source: 'repository',
        id: commit.hash,
        text: [oneLine(commit.message), ...commit.reasons.map((reason) => `- ${oneLine(reason)}`)].join('\n'),
      },
      messages,
    ),
  );
}

export function tail(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const { log_tail, breadcrumbs, source } = issue.evidence;
  const lines = [
    ...breadcrumbs.map((crumb) => `${crumb.time ?? ''} ${crumb.category ?? ''} ${oneLine(crumb.message)}`.trim()),
    ...log_tail.map((entry) => `${entry.timestamp} ${entry.severity} ${oneLine(entry.message)}`),
  ];
  if (lines.length === 0) return [];
  return [
    piece(
      rank,
      messages.report.handOff.issue(rank),
      messages.report.handOff.issue(rank),
      { source: 'event', id: source, text: lines.join('\n') },
      messages,
    ),
  ];
}

export function impact(issue: IssueView, rank: number, { report: t }: Messages): Piece[] {
  const users = issue.affected_users === null ? t.handOff.unknownUsers : t.users(issue.affected_users);
  const since = plainIdentifier(issue.evidence.first_seen_revision);
  const parts = [
    t.handOff.impactLine(issue.incidents, issue.entries),
    users,
    ...(since ? [`${t.handOff.sinceRevision} \`${since}\``] : []),
  ];
  return [{ rank, name: t.handOff.issue(rank), text: `- ${t.handOff.issue(rank)}${t.colon} ${parts.join(', ')}` }];
}

/** Priority and command are Guardian's and the configuration's; the sentences name what events named, so they stand in a block. */
export function recommendations(report: Report, messages: Messages): Piece[] {
  const t = messages.report;
  if (report.issues.length === 0) return [{ rank: 0, name: t.recommendations, text: t.handOff.nothingToFix }];
  const named = namedByEvents(report);
  return report.recommendations.map((advice, index) => {
    const command = advice.command ?? advice.rollback_command;
    const isOurs = !named.some((value) => advice.action.includes(value));
    const lead = `${index + 1}. ${t.priority[advice.priority] ?? advice.priority}${isOurs ? ` · ${oneLine(advice.action)}` : ''}${command ? `: \`${oneLine(command).replaceAll('`', '')}\`` : ''}`;
    const sentences = [
      isOurs ? null : advice.action,
      advice.details,
      advice.suggested_fix,
      ...advice.suggested_investigation,
    ];
    const text = sentences
      .filter((part) => part !== null && part !== '')
      .map((part) => oneLine(part as string))
      .join('\n');
    const name = `${t.priority[advice.priority] ?? ''} ${index + 1}`.trim();
    return text === ''
      ? { rank: index, name, text: lead }
      : piece(index, name, lead, { source: 'event', id: advice.issue_ids[0] ?? 'report', text }, messages);
  });
}

/** What events and the repository named, where it is more than an identifier: a sentence that holds such a value goes into a block. */
function namedByEvents({ issues, error_patterns, revision, service }: Report): string[] {
  const values = [
    ...issues.flatMap((issue) => [
      issue.title,
      issue.error_type,
      issue.location?.file,
      issue.location?.function,
      ...issue.endpoints,
      ...issue.revisions,
    ]),
    ...Object.keys(error_patterns.by_endpoint),
    ...Object.keys(error_patterns.by_error_type),
    ...Object.keys(error_patterns.by_file),
    revision,
    service,
  ];
  return [...new Set(values)].filter(
    (value) => value !== null && value !== undefined && value !== '' && plainIdentifier(value) === null,
  ) as string[];
}

export function verify(issue: IssueView, rank: number, messages: Messages): Piece[] {
  const { handOff } = messages.report;
  const command = issue.evidence.test_command;
  if (rank > 1) return [];
  const text = command
    ? `${handOff.reproduce}\n\n${handOff.testCommand}\n${block({ source: 'repository', id: 'test-command', text: oneLine(command) }, messages)}`
    : `${handOff.reproduce}\n\n${handOff.noTest}`;
  return [{ rank, name: handOff.verify, text }];
}

export function doneWhen(issue: IssueView, rank: number): Piece[] {
  return [{ rank, name: issue.fingerprint, text: `- \`${issue.fingerprint}\`: ${oneLine(issue.done_when)}` }];
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/[\s:]+$/, '');
}

function identifierLine(label: string, value: string | null, { colon }: Messages['report']): string[] {
  const plain = plainIdentifier(value);
  return plain ? [`- ${label}${colon} \`${plain}\``] : [];
}

function block(content: UntrustedBlock, messages: Messages): string {
  return untrustedBlock(content, messages.report.handOff.flagged);
}

function piece(rank: number, name: string, lead: string | null, content: UntrustedBlock, messages: Messages): Piece {
  const whole = (text: string) => `${lead === null ? '' : `${lead}\n`}${block({ ...content, text }, messages)}`;
  return {
    rank,
    name,
    text: whole(content.text),
    shorten(tokens) {
      const lines = content.text.split('\n');
      for (let keep = lines.length - 1; keep > 0; keep = Math.min(keep - 1, Math.floor(keep * 0.8))) {
        const text = whole(`${lines.slice(0, keep).join('\n')}\n${messages.report.linesLeftOut(lines.length - keep)}`);
        if (Buffer.byteLength(text) / 4 <= tokens) return text;
      }
      const first = Buffer.from(lines[0] ?? '')
        .subarray(0, Math.max(0, (tokens - 60) * 2))
        .toString('utf8')
        .replace(/\ufffd+$/, '');
      return first.length < 20
        ? null
        : whole(`${first}${messages.report.charactersLeftOut(content.text.length - first.length)}`);
    },
  };
}
