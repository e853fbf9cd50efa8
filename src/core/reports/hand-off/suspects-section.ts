import type { HandOffSuspect } from '../../../contracts/hand-off.ts';
import { suspectViews } from '../commits.ts';
import { safeCommit } from '../recommendations/facts.ts';
import { type Draft, quote } from './entry.ts';
import type { Gathered } from './section-input.ts';

/** Ranked commits with their reasons, never an author; or why there is none. */
export function suspectDrafts({ evidence, messages, now, input }: Gathered): Draft<HandOffSuspect>[] {
  const t = messages.handOff;
  const ranking = evidence?.suspects ?? {
    verdict: 'could not look' as const,
    reason: input.evidenceProblem,
    suspects: [],
  };
  const { verdict, reason, commits } = suspectViews(ranking, { now, messages });
  if (commits.length === 0) {
    const entry: HandOffSuspect = {
      kind: verdict === 'could not look' ? 'not-looked' : 'none-likely',
      text: verdict === 'could not look' ? t.notLooked : t.noSuspect,
      rank: null,
      hash: null,
      score: null,
      confidence: null,
      untrusted: reason ? quote({ source: 'repository', id: 'suspects', lines: [reason] }) : null,
    };
    return [{ entry, share: 1 }];
  }
  return commits.map((commit) => {
    const hash = safeCommit(commit.hash);
    const confidence = messages.report.confidence[commit.confidence];
    const entry: HandOffSuspect = {
      kind: 'commit',
      text: t.suspect(commit.rank, hash ?? '?', confidence, commit.score.toFixed(2), commit.time),
      rank: commit.rank,
      hash,
      score: commit.score,
      confidence: commit.confidence,
      untrusted: quote({
        source: 'repository',
        id: hash ?? 'commit',
        lines: [commit.message, ...commit.reasons.map((one) => `- ${one}`)],
      }),
    };
    return { entry, share: 0.15 };
  });
}
