import type { IssueView } from '../../../contracts/report.ts';
import type { Messages } from '../../shared/index.ts';

/** That the issue is new or came back, and its state unless that is open; what two of them would say in one word stands once. */
export function issueFlags(issue: IssueView, { report: t, handOff }: Messages): string[] {
  const flags = [
    issue.is_new ? t.isNew : null,
    issue.is_regression ? t.isRegression : null,
    issue.state === 'open' ? null : handOff.state[issue.state],
  ];
  return [...new Set(flags.filter((flag) => flag !== null))];
}
