import type { OpenRepository } from '../../adapters/git/index.ts';
import type { IssueEvidenceView } from '../../contracts/api/issues.ts';
import type { Redactor } from '../../core/events/index.ts';
import type { IssueEvidence } from '../../core/evidence/index.ts';
import { redactEvidence } from '../../core/reports/index.ts';
import { messagesFor, type PeopleLanguage, toInstant } from '../../core/shared/index.ts';
import { withEvidence } from './gather-evidence.ts';
import { readIssue } from './read-issue.ts';
import type { WorkContext } from './work-context.ts';

/** Bytes of a suspect's diff that are shown. */
const DIFF_BYTES = 40_000;

/** What explains an issue, as people read it. Throws `not_found`. */
export async function evidenceOf(
  context: WorkContext,
  issueId: string,
  language: PeopleLanguage,
): Promise<IssueEvidenceView> {
  const { redactor } = context;
  const { found, before } = await readIssue(context, issueId);
  const { noRepository } = messagesFor(language).evidence.truth;
  if (!found) return withoutEvidence(noRepository);
  return withEvidence(context, { found: found.understanding, language, before }, async (gathered, repository) => {
    const own = redactEvidence(gathered, redactor).byIssue.get(issueId);
    return own ? evidenceView(own, { repository, redactor }) : withoutEvidence(gathered.reason ?? noRepository);
  });
}

function withoutEvidence(reason: string): IssueEvidenceView {
  const suspects = { verdict: 'could not look' as const, reason, commits: [] };
  return { truth: 'unavailable', commit: null, reason, snippets: [], suspects, owners: [], testCommand: null };
}

interface Shown {
  repository: OpenRepository | null;
  redactor: Redactor;
}

async function evidenceView(own: IssueEvidence, shown: Shown): Promise<IssueEvidenceView> {
  return {
    truth: own.truth,
    commit: own.commit,
    reason: own.reason,
    snippets: own.snippets.map(({ path, line, fromLine, code, function: name, commit }) => ({
      file: path,
      line,
      startLine: fromLine,
      lines: code.split('\n'),
      function: name,
      revision: commit,
    })),
    suspects: {
      verdict: own.suspects.verdict,
      reason: own.suspects.reason,
      commits: await suspectCommits(own, shown),
    },
    owners: own.owners,
    testCommand: own.testCommand,
  };
}

/** With what each of them changed in the files that the issue's frames lie in. */
async function suspectCommits({ suspects, culprits }: IssueEvidence, { repository, redactor }: Shown) {
  const paths = [...new Set(culprits.map(({ path }) => path))];
  const commits: IssueEvidenceView['suspects']['commits'] = [];
  for (const [index, suspect] of suspects.suspects.entries()) {
    const { sha, authorName, committedAt, subject } = suspect.commit;
    const diff = await repository?.diff({ sha, paths, maxBytes: DIFF_BYTES }).catch(() => null);
    commits.push({
      rank: index + 1,
      hash: sha,
      author: authorName,
      committedAt: toInstant(committedAt),
      subject,
      score: suspect.score,
      confidence: suspect.confidence,
      reasons: suspect.reasons,
      diff: diff ? redactor.code(diff) : null,
    });
  }
  return commits;
}
