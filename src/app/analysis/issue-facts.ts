import type { Store } from '../../adapters/store/sql/index.ts';
import type { IssueEvidenceView } from '../../contracts/api/issues.ts';
import type { IssueFacts, IssueFactsReader } from '../../core/analysis/index.ts';
import { GuardianError, type PeopleLanguage } from '../../core/shared/index.ts';
import type { createWorkPool } from '../work-pool.ts';

export interface IssueFactsOptions {
  store: Pick<Store, 'issues' | 'deployments'>;
  work: Pick<ReturnType<typeof createWorkPool>, 'evidenceOf'>;
  /** Of the reasons that suspects are given. */
  language: PeopleLanguage;
}

const LATEST = 5;

/** What is known of an issue: its rows, the evidence of the repository, and the deployment that brought its first revision. */
export function issueFacts({ store, work, language }: IssueFactsOptions): IssueFactsReader {
  return async (issueId) => {
    const issue = await store.issues.get(issueId);
    if (issue === null) throw new GuardianError('not_found', { path: issueId });
    const [about, incidents, evidence, deployment] = await Promise.all([
      store.issues.about(issueId),
      store.issues.incidents(issueId, { cursor: null, limit: LATEST }),
      work.evidenceOf(issueId, language),
      issue.firstRevision === null ? null : store.deployments.ofRevision(issue.service, issue.firstRevision),
    ]);
    const revision = about.revisions.find(({ revision: name }) => name === issue.firstRevision);
    const { title, errorType, service, endpoint, firstSeen, lastSeen } = issue;
    return {
      ...{ issueId, title, errorType, service, endpoint, firstSeen, lastSeen, incidents: issue.incidents },
      frames: framesOf(issue.location, evidence),
      suspects: evidence.suspects.commits.map(({ hash, author, subject, committedAt, confidence, reasons, diff }) => ({
        ...{ hash, author, subject, confidence, reasons, diff, committedAt: Date.parse(committedAt) },
      })),
      latestIncidents: incidents.items.map((one) => ({
        ...{ id: one.id, at: one.to, revision: one.revision, endpoint: one.endpoint },
      })),
      firstRevision:
        issue.firstRevision === null
          ? null
          : { name: issue.firstRevision, firstSeen: revision?.firstSeen ?? issue.firstSeen },
      deployment:
        deployment === null || issue.firstRevision === null
          ? null
          : {
              id: deployment.id,
              buildId: deployment.buildId,
              revision: issue.firstRevision,
              at: deployment.createdAt,
            },
    };
  };
}

/** The frame the issue is known by first, then the others that the repository shows. */
function framesOf(
  location: { file: string; line: number | null; function: string | null } | null,
  { snippets }: IssueEvidenceView,
): IssueFacts['frames'] {
  const shown = snippets.map(({ file, line, function: name, lines }) => ({
    ...{ file, line, function: name, code: lines.join('\n') },
  }));
  if (location === null) return shown;
  const { file, line, function: name } = location;
  // The path that an event names may be longer than the repository's.
  const isSame = (frame: { file: string; line: number | null }) =>
    frame.line === line && (file === frame.file || file.endsWith(`/${frame.file}`));
  const top = shown.find(isSame);
  return [
    { file: top?.file ?? file, line, function: name ?? top?.function ?? null, code: top?.code ?? null },
    ...shown.filter((frame) => frame !== top),
  ];
}
