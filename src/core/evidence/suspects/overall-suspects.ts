import type { IssueEvidence, Suspect, SuspectRanking } from '../issue-evidence.ts';

/** One ranking over all issues: a commit counts with its best points, and keeps the reasons of every issue. */
export function overallSuspects(evidence: readonly IssueEvidence[], shown: number): SuspectRanking {
  const best = new Map<string, Suspect>();
  for (const suspect of evidence.flatMap(({ suspects }) => suspects.suspects)) {
    const known = best.get(suspect.commit.sha);
    const better = known && known.points >= suspect.points ? known : suspect;
    const reasons = [...new Set([...(known?.reasons ?? []), ...suspect.reasons])];
    best.set(suspect.commit.sha, { ...better, reasons });
  }
  const suspects = [...best.values()].sort((a, b) => b.points - a.points).slice(0, shown);
  if (suspects.length > 0) return { verdict: 'ranked', reason: null, suspects };
  const missing = evidence.find(({ suspects: { verdict } }) => verdict === 'could not look');
  const said = missing ?? evidence[0];
  return { verdict: missing ? 'could not look' : 'none likely', reason: said?.suspects.reason ?? null, suspects: [] };
}
