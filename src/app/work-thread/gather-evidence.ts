import { type OpenRepository, openRepository } from '../../adapters/git/index.ts';
import { processEnvironment } from '../../config/index.ts';
import { gatherEvidence, type RepositoryEvidence } from '../../core/evidence/index.ts';
import type { Understanding } from '../../core/issues/index.ts';
import { GuardianError, messagesFor, type PeopleLanguage, toGuardianError } from '../../core/shared/index.ts';
import type { WorkContext } from './work-context.ts';

/** Of these the commit is known by the name of the revision alone. */
const DEPLOYMENTS_KNOWN = 50;

interface EvidenceRequest {
  found: Understanding;
  language: PeopleLanguage;
  /** The revision that had none of it; null: from the events. */
  before: string | null;
}

/** What the repository tells of what was understood; without one, why it tells nothing. */
export function evidenceFor(context: WorkContext, request: EvidenceRequest): Promise<RepositoryEvidence> {
  return withEvidence(context, request, async (gathered) => gathered);
}

/** The same, handed over with the repository, which stays open until `use` has ended; null: there is none. */
export async function withEvidence<T>(
  context: WorkContext,
  request: EvidenceRequest,
  use: (gathered: RepositoryEvidence, repository: OpenRepository | null) => Promise<T>,
): Promise<T> {
  const { repository: path, isRepositoryRequired } = context.places;
  const opened = await openRepository(path, { environment: processEnvironment() }).catch(toGuardianError);
  if (opened instanceof GuardianError) {
    const problem = isRepositoryRequired ? `${path}: ${opened.about.reason ?? opened.code}` : null;
    return use(await gather(context, request, { repository: null, problem }), null);
  }
  try {
    return await use(await gather(context, request, { repository: opened, problem: null }), opened);
  } finally {
    opened.close();
  }
}

async function gather(
  context: WorkContext,
  { found, language, before }: EvidenceRequest,
  { repository, problem }: { repository: OpenRepository | null; problem: string | null },
): Promise<RepositoryEvidence> {
  const { configuration, places, frames } = context;
  const { revisions, previousRevision, testCommand } = configuration.repository;
  return gatherEvidence({
    understanding: found,
    repository,
    repositoryProblem: problem,
    isRepositoryGuessed: !places.isRepositoryRequired,
    messages: messagesFor(language),
    runningRevision: configuration.revision,
    revisionCommits: { ...(await deployedCommits(context)), ...revisions },
    previousRevision: previousRevision ?? before,
    frameOrigin: frames,
    testCommand,
    limits: { recentCommits: configuration.report.listedCommits, snippetLines: configuration.report.snippetLines },
  });
}

/** Revisions that Guardian deployed itself: their names tell no commit, their rows do. */
async function deployedCommits({ store }: WorkContext): Promise<Record<string, string>> {
  const { deployments } = await store();
  const any = { service: null, isOpen: null, phases: null, cursor: null };
  const { items } = await deployments.list({ ...any, limit: DEPLOYMENTS_KNOWN });
  return Object.fromEntries(
    items.flatMap(({ revision, plan }) => (revision === null || plan.commit === null ? [] : [[revision, plan.commit]])),
  );
}
