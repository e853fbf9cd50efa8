import { openRepository } from '../src/adapters/git/open-repository.ts';
import type { Event, Exception } from '../src/core/events/index.ts';
import { gatherEvidence, type RepositoryEvidence, type SuspectRanking } from '../src/core/evidence/index.ts';
import type { Issue, Understanding } from '../src/core/issues/index.ts';
import { messagesFor } from '../src/core/shared/index.ts';
import { GIT_ENVIRONMENT, makeRepository } from '../test/fixtures/make-repository.ts';
import type { Bench } from './bench.ts';
import { BUGS, type PlantedCase, plantCase } from './planted/planted-case.ts';

/** Cases of each kind of bug, once with known deployments and once without. */
export const CASES_EACH = 6;

/** How often the planted guilty commit is ranked first and among the first three, and "none likely" is said where no change is to blame. */
export const bench: Bench = async ({ size }) => {
  const each = Number(size ?? CASES_EACH);
  const measure = (isRangeKnown: boolean) =>
    measureCases(BUGS.flatMap((bug) => Array.from({ length: each }, (_, seed) => plantCase(bug, seed, isRangeKnown))));
  return { ...(await measure(true)), withoutDeployments: await measure(false) };
};

async function measureCases(cases: readonly PlantedCase[]): Promise<Record<string, unknown>> {
  const tally = { planted: 0, first: 0, amongThree: 0, none: 0, rightlyNone: 0 };
  const missed: string[] = [];
  for (const planted of cases) {
    const { verdict, suspects, guilty } = await rankPlanted(planted);
    const rank = suspects.findIndex(({ commit }) => commit.sha === guilty);
    if (guilty === null) {
      tally.none++;
      if (verdict === 'none likely') tally.rightlyNone++;
    } else {
      tally.planted++;
      if (rank === 0) tally.first++;
      if (rank >= 0 && rank < 3) tally.amongThree++;
    }
    if (guilty === null ? verdict !== 'none likely' : rank !== 0) missed.push(planted.name);
  }
  const share = (count: number, of: number) => Math.round((count / of) * 1000) / 1000;
  return {
    cases: cases.length,
    guiltyTop1: share(tally.first, tally.planted),
    guiltyTop3: share(tally.amongThree, tally.planted),
    rightlyNone: share(tally.rightlyNone, tally.none),
    missed,
  };
}

/** What the product says of a planted crash, beside what is true of it. */
export interface RankedCase extends SuspectRanking {
  guilty: string | null;
  /** Files that the guilty commit changed: where the fix belongs. */
  patched: readonly string[];
  /** Files that the commit changed whose hash begins so. */
  changedBy(start: string): readonly string[];
  understanding: Understanding;
  evidence: RepositoryEvidence;
}

/** Builds the repository, and asks for the evidence of the crash. */
export async function rankPlanted(planted: PlantedCase): Promise<RankedCase> {
  const made = makeRepository(planted.commits);
  const repository = await openRepository(made.folder, { environment: GIT_ENVIRONMENT });
  try {
    const sources = new Map<string, string[]>();
    for (const { path } of planted.frames) sources.set(path, made.git('show', `HEAD:${path}`).split('\n'));
    const understanding = understandingOf(planted, sources);
    const named = (index: number) => made.hashes[index] ?? '';
    const evidence = await gatherEvidence({
      understanding,
      repository,
      messages: messagesFor('en'),
      runningRevision: named(made.hashes.length - 1),
      previousRevision: planted.range ? 'before' : null,
      revisionCommits: planted.range
        ? { before: named(planted.range.without), deployed: named(planted.range.first) }
        : {},
    });
    const ranking = evidence.byIssue.get('issue')?.suspects ?? {
      verdict: 'could not look',
      reason: null,
      suspects: [],
    };
    const guilty = planted.guilty === null ? null : named(planted.guilty);
    const files = new Map(
      made.hashes.map((hash) => [hash, filesOf(made.git('show', '--name-only', '--format=', hash))]),
    );
    const changedBy = (start: string) => [...files].find(([hash]) => hash.startsWith(start))?.[1] ?? [];
    return {
      ...ranking,
      guilty,
      patched: guilty === null ? [] : changedBy(guilty),
      changedBy,
      understanding,
      evidence,
    };
  } finally {
    repository.close();
    made.remove();
  }
}

const filesOf = (listing: string) => listing.trim().split('\n');

function understandingOf(planted: PlantedCase, files: ReadonlyMap<string, string[]>): Understanding {
  const exception: Exception = {
    type: planted.errorType,
    message: planted.message,
    module: null,
    language: 'python',
    relation: 'raised',
    parent: null,
    handled: null,
    truncated: false,
    frames: planted.frames.map(({ path, text, function: name }) => ({
      file: `/app/${path}`,
      line: (files.get(path) ?? []).findIndex((line) => line.startsWith(text)) + 1,
      column: null,
      function: name,
      module: null,
      code: text.trim(),
      inApp: null,
      origin: null,
    })),
  };
  const event = {
    id: 'event',
    time: planted.firstSeen,
    revision: null,
    exceptions: [exception],
    attributes: {},
    payload: null,
  };
  const representative = event as unknown as Event;
  const incident = { id: 'incident', representative, members: [{ event: representative, foldedBy: 'representative' }] };
  const issue = {
    kind: 'error',
    id: 'issue',
    incidents: [incident],
    firstSeen: planted.firstSeen,
    lastSeen: planted.firstSeen,
    revisions: planted.range ? ['deployed'] : [],
  };
  return { issues: [issue as unknown as Issue], context: [] } as unknown as Understanding;
}
