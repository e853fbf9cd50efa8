import * as settings from '../../config/index.ts';
import { type Clock, messagesFor } from '../../core/shared/index.ts';
import { everySpan, type OwnWork } from '../jobs/own-jobs.ts';

const DAY_MS = 86_400_000;
/** Commits of one look. */
const COMMITS = 1_000;
const TIMEOUT_MS = 10 * 60_000;
/** Of a commit, as people write it. */
const SHORT = 8;

export interface DocumentsOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
}

/** Names commits that touched a path without its document, and documents that are not there. It blocks nothing. Null: no pair is configured. */
export function documentsWork({ configuration, folder, clock }: DocumentsOptions): OwnWork | null {
  const { pairs, every, days } = configuration.guardians.documents;
  if (pairs.length === 0) return null;
  const { guardians: t, jobs } = messagesFor(configuration.language);
  return {
    name: 'documents',
    label: jobs.own.documents,
    trigger: everySpan(every),
    timeoutMs: TIMEOUT_MS,
    async run() {
      const { repository: place } = settings.placesOf(configuration, folder);
      const { openRepository } = await import('../../adapters/git/index.ts');
      const { undocumentedCommits } = await import('../../core/evidence/index.ts');
      const repository = await openRepository(place, { environment: settings.processEnvironment() });
      try {
        const head = await repository.resolve('HEAD');
        if (head === null) return { commits: 0, missing: pairs.length };
        const since = clock.now() - days * DAY_MS;
        const log = await repository.log({ to: head.sha, from: null, paths: null, limit: COMMITS });
        const commits = log.filter(({ committedAt }) => committedAt >= since);
        const missing: { subject: string; reason: string }[] = [];
        for (const document of new Set(pairs.map((pair) => pair.document))) {
          if ((await repository.readFile(head.sha, document)) === null)
            missing.push({ subject: document, reason: t.noDocument });
        }
        const named = undocumentedCommits(commits, pairs).map(({ commit, touched, pair }) => ({
          subject: `${commit.sha.slice(0, SHORT)} ${commit.subject}`,
          reason: t.undocumented(touched, pair.document),
        }));
        return {
          looked: commits.length,
          commits: named.length,
          missing: missing.length,
          recordErrors: [...missing, ...named],
        };
      } finally {
        await repository.close();
      }
    },
  };
}
