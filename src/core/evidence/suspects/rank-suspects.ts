import type { Messages } from '../../shared/index.ts';
import type { Suspect } from '../issue-evidence.ts';
import type { CommitDetails } from '../ports.ts';
import type { touchedKind } from './touched-kind.ts';

/** What speaks for a commit, as found in the repository. */
export interface SuspectFinding {
  commit: CommitDetails;
  /** It lies between the last revision without the issue and the first with it. */
  inRange: boolean;
  /** The best-ranked frame whose line it last changed; null when none. */
  line: { path: string; line: number; rank: number } | null;
  /** The function of a frame that it last changed; null when none. */
  function: { path: string; name: string | null } | null;
  /** A file of the trace that it touched, or the one of what the trace calls or misses; null when none. */
  file: string | null;
  /** Lock file, configuration or migration that it touched. */
  special: { path: string; kind: NonNullable<ReturnType<typeof touchedKind>> } | null;
  /** Names of the message that stand in lines it changed, and functions it changed that the failing function calls. */
  names: NamedPlace[];
  called: NamedPlace[];
  /** Those of the names that it only took away. */
  tookAway: NamedPlace[];
}

/** A name, and the first file where the commit changed it. */
export interface NamedPlace {
  name: string;
  path: string;
}

/** Points for what was found; each is a maximum, and they add up. */
const SUSPECT_POINTS = {
  inRange: 40,
  line: 25,
  /** A line of the second frame counts less than one of the first. */
  lineByRank: [1, 0.7, 0.5, 0.35, 0.25],
  function: 15,
  file: 10,
  names: 10,
  recency: 10,
  /** The recency points halve in so many days. */
  halfLifeDays: 14,
  /** Commits touching more files than this are sweeping changes, and count half. */
  manyFiles: 100,
  manyFilesFactor: 0.5,
  high: 60,
  /** How far the first must be ahead of the second to be called high. */
  ahead: 15,
  medium: 40,
  low: 20,
  /** When all are older than this, none is likely: something else than a change broke. */
  oldDays: 90,
} as const;

const MOST_POINTS =
  SUSPECT_POINTS.inRange +
  SUSPECT_POINTS.line +
  SUSPECT_POINTS.function +
  SUSPECT_POINTS.file +
  SUSPECT_POINTS.names +
  SUSPECT_POINTS.recency;
const DAY_MS = 86_400_000;

export interface RankSuspectsInput {
  findings: readonly SuspectFinding[];
  /** Epoch ms: when the issue was seen first. */
  firstSeen: number;
  messages: Messages;
  /** How many to give. */
  shown: number;
}

/**
 * Ranks the commits that may have caused the issue, most likely first: those new in the first revision with it before all others. Code that
 * ran well for longer than `oldDays` is no suspect; `tooOld` when there is nothing else. Pure.
 */
export function rankSuspects({ findings, firstSeen, messages, shown }: RankSuspectsInput): {
  suspects: Suspect[];
  tooOld: boolean;
} {
  const isOld = ({ commit, inRange }: SuspectFinding) =>
    !inRange && firstSeen - commit.committedAt > SUSPECT_POINTS.oldDays * DAY_MS;
  const inTime = findings.filter(({ commit }) => commit.parents.length <= 1 && commit.committedAt <= firstSeen);
  const scored = inTime
    .filter((finding) => !isOld(finding))
    .map((finding) => ({ finding, points: pointsOf(finding, firstSeen) }))
    .filter(({ points }) => points >= SUSPECT_POINTS.low)
    .sort(
      (a, b) =>
        Number(b.finding.inRange) - Number(a.finding.inRange) ||
        b.points - a.points ||
        b.finding.commit.committedAt - a.finding.commit.committedAt,
    );
  if (scored.length === 0) return { suspects: [], tooOld: inTime.length > 0 && inTime.every(isOld) };
  const ahead = (scored[0]?.points ?? 0) - (scored[1]?.points ?? 0);
  const suspects = scored.slice(0, shown).map(({ finding, points }, index): Suspect => {
    const { sha, authorName, committedAt, subject, parents } = finding.commit;
    return {
      commit: { sha, authorName, committedAt, subject, parents },
      points: Math.round(points * 10) / 10,
      score: Math.round(Math.min(1, points / MOST_POINTS) * 1000) / 1000,
      confidence: confidenceOf(points, index === 0 && ahead >= SUSPECT_POINTS.ahead),
      reasons: reasonsOf(finding, firstSeen, messages),
    };
  });
  return { suspects, tooOld: false };
}

function pointsOf(
  { commit, inRange, line, function: inFunction, file, names, called }: SuspectFinding,
  firstSeen: number,
) {
  const days = (firstSeen - commit.committedAt) / DAY_MS;
  const points =
    (inRange ? SUSPECT_POINTS.inRange : 0) +
    (line ? SUSPECT_POINTS.line * (SUSPECT_POINTS.lineByRank[line.rank - 1] ?? 0) : 0) +
    (inFunction || called.length > 0 ? SUSPECT_POINTS.function : 0) +
    (file === null ? 0 : SUSPECT_POINTS.file) +
    (names.length + called.length > 0 ? SUSPECT_POINTS.names : 0) +
    SUSPECT_POINTS.recency * 2 ** (-Math.max(0, days) / SUSPECT_POINTS.halfLifeDays);
  return commit.files.length > SUSPECT_POINTS.manyFiles ? points * SUSPECT_POINTS.manyFilesFactor : points;
}

function confidenceOf(points: number, isClearlyAhead: boolean): Suspect['confidence'] {
  if (points >= SUSPECT_POINTS.high && isClearlyAhead) return 'high';
  return points >= SUSPECT_POINTS.medium ? 'medium' : 'low';
}

function reasonsOf(finding: SuspectFinding, firstSeen: number, messages: Messages): string[] {
  const say = messages.evidence.suspect;
  const { commit, line, function: inFunction, file, special, names, called, tookAway } = finding;
  const isElsewhere = called.length + tookAway.length > 0;
  const reasons: string[] = [];
  if (finding.inRange) reasons.push(say.inRange);
  if (line) reasons.push(say.line(line));
  if (inFunction?.name) reasons.push(say.function({ path: inFunction.path, name: inFunction.name }));
  else if (file !== null && !line && !isElsewhere) reasons.push(say.file({ path: file }));
  if (special) reasons.push(say.special(special));
  if (tookAway.length > 0) reasons.push(say.tookAway({ names: tookAway.slice(0, 3) }));
  else if (names.length > 0) reasons.push(say.names({ names: names.slice(0, 3) }));
  if (called.length > 0) reasons.push(say.called({ names: called.slice(0, 3) }));
  const days = Math.floor((firstSeen - commit.committedAt) / DAY_MS);
  if (days < SUSPECT_POINTS.halfLifeDays || reasons.length === 0) reasons.push(say.recent({ days: Math.max(0, days) }));
  if (commit.files.length > SUSPECT_POINTS.manyFiles) reasons.push(say.manyFiles({ files: commit.files.length }));
  return reasons;
}
