import type { IssueView, Recommendation } from '../../../contracts/report.ts';
import { type Advice, errorIssues, rawIssue, recommend } from './advice.ts';
import { CLOUD_RUN_COMMANDS, fillCommand } from './commands.ts';

/** Going back: asked for by many errors or by an issue that is new on the running revision. Null when neither holds. */
export function rollback(advice: Advice): Recommendation | null {
  const say = advice.messages.recommendations.rollback;
  const { knobs, understanding } = advice;
  const errors = errorIssues(advice);
  const fresh = errors.filter((issue) => {
    const raw = rawIssue(advice, issue);
    return raw !== undefined && advice.isNewOnRunning(raw);
  });
  const hasManyErrors = understanding.errorIncidents > knobs.rollbackAboveErrors;
  if (!hasManyErrors && fresh.length === 0) return null;
  const causes = fresh.length > 0 ? fresh : errors;
  const revision = formerRevision(advice, causes);
  const details = [
    ...(hasManyErrors ? [say.manyErrors(understanding.errorIncidents, knobs.rollbackAboveErrors)] : []),
    ...(fresh.length > 0 ? [say.newIssue(fresh.length)] : []),
    revision === null ? say.noneKnown : say.servedBefore(revision),
  ];
  return recommend(advice, causes, {
    priority: 'HIGH',
    action: revision === null ? say.actionUnknown : say.action(revision),
    details: details.join(' '),
    rollback_command: revision === null ? null : rollbackCommand(advice, revision),
    suggested_investigation: revision === null ? [] : [say.afterwards],
    recent_commits: advice.recentCommits,
    suspect_commits: fresh.length > 0 ? (fresh[0]?.suspect_commits ?? advice.suspects) : advice.suspects,
  });
}

function formerRevision(advice: Advice, causes: IssueView[]): string | null {
  return advice.formerRevision(causes.map((issue) => rawIssue(advice, issue)).filter((issue) => issue !== undefined));
}

function rollbackCommand({ commands, subject }: Advice, revision: string): string | null {
  const template = commands.rollback ?? CLOUD_RUN_COMMANDS.rollback;
  return fillCommand(template, { service: subject.service, region: subject.region, revision });
}
