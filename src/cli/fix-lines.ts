import type { FixDetail, FixSummary, HandOffOutlook } from '../contracts/api/fixes.ts';
import type { Messages } from '../core/shared/index.ts';

interface Saying {
  messages: Messages;
  /** Makes texts of others harmless, on one line. */
  plain(text: string): string;
}

/** A line for each, and what is to be said of it below. */
export function fixLines(fixes: readonly FixSummary[], { messages, plain }: Saying): string[] {
  return fixes.flatMap((fix) => {
    const { id, issue, state, way, agent, changedAt, verification, problem, pullRequest, branch } = fix;
    const step = messages.fixes.steps[state];
    const below = [issue.title, pullRequest ?? branch, verification?.detail, problem];
    return [
      `${id}  ${plain(issue.shortId)}  ${step}  ${way}: ${plain(agent)}  ${changedAt}`,
      ...below.flatMap((text) => (text ? [`      ${plain(text)}`] : [])),
    ];
  });
}

/** The whole of one: what an agent printed and changed stands line by line behind a bar. */
export function fixDetailLines(fix: FixDetail, saying: Saying): string[] {
  const { plain, messages } = saying;
  const words = messages.cli.fix;
  const verbatim = (text: string) => text.split('\n').map((line) => `| ${plain(line)}`);
  const { run } = fix;
  return [
    ...fixLines([fix], saying),
    ...fix.fixabilityReasons.map(({ points, text }) => `      ${points} ${text}`),
    '',
    ...fix.history.flatMap(({ at, text, by }) => [`${at}  ${plain(by)}`, ...verbatim(text)]),
    ...fix.verifications.map(({ detail }) => plain(detail)),
    ...(run === null
      ? []
      : [
          '',
          `${words.outcomes[run.outcome]}  ${words.exitStatus(run.exitCode)}  ${run.isolation}`,
          ...run.flags.map((flag) => `! ${flag}`),
          ...verbatim(run.output),
          ...(run.diff === null ? [] : ['', ...verbatim(run.diff)]),
        ]),
  ];
}

/** To whom it could be handed, and every reason against it; then why it is not handed off by itself. */
export function outlookLines(outlook: HandOffOutlook, { messages, plain }: Saying): string[] {
  const words = messages.cli.fix;
  const { assignment } = messages.fixes;
  const reasons = (given: HandOffOutlook['byItself']['reasons']) => given.map(({ text }) => `      ${text}`);
  const { byItself } = outlook;
  return [
    assignment.fixability(outlook.fixability),
    ...outlook.fixabilityReasons.map(({ points, text }) => `      ${points} ${text}`),
    assignment.level[outlook.level],
    ...outlook.ways.flatMap((way) => [
      `${way.way}${way.agent === null ? '' : `  ${plain(way.agent)}`}  ${words.may(way.reasons.length === 0)}`,
      ...reasons(way.reasons),
    ]),
    words.byItself(byItself.agent === null ? null : plain(byItself.agent), byItself.reasons.length === 0),
    ...reasons(byItself.reasons),
  ];
}
