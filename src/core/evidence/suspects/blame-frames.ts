import type { BlamedLine, CommitDetails, Repository } from '../ports.ts';
import type { ChangeReader } from './changes.ts';

/** One place of the trace in the file as it stands at the running revision. */
export interface TracedPlace {
  path: string;
  line: number;
  rank: number;
  /** The lines of the enclosing function that can have run before the failure. */
  from: number;
  to: number;
  functionName: string | null;
}

export interface BlamedPlace {
  place: TracedPlace;
  onLine: string | null;
  inFunction: string[];
}

/** How often blame looks past a commit that only changed formatting. */
const ROUNDS = 3;
/** Commits per place that are checked for being mere formatting. */
const CHECKED = 20;

export interface BlameInput {
  repository: Repository;
  running: string;
  places: readonly TracedPlace[];
  changes: ChangeReader;
  detailsOf(sha: string): Promise<CommitDetails | null>;
}

/** Who last changed the line and the function of each place, passing over commits that only changed white space or comments there. */
export async function blamePlaces(input: BlameInput): Promise<BlamedPlace[]> {
  return Promise.all(input.places.map((place) => blamePlace(place, input)));
}

async function blamePlace(place: TracedPlace, input: BlameInput): Promise<BlamedPlace> {
  const ignored = new Set<string>();
  let blamed: BlamedLine[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    blamed = await input.repository.blame({
      commit: input.running,
      path: place.path,
      from: place.from,
      to: place.to,
      ignored: [...ignored],
    });
    const formatting = await formattingOnly(blamed, input);
    if (formatting.every((sha) => ignored.has(sha))) break;
    for (const sha of formatting) ignored.add(sha);
  }
  const kept = blamed.filter(({ sha }) => !ignored.has(sha));
  return {
    place,
    onLine: kept.find(({ line }) => line === place.line)?.sha ?? null,
    inFunction: [...new Set(kept.map(({ sha }) => sha))],
  };
}

async function formattingOnly(blamed: readonly BlamedLine[], { changes, detailsOf }: BlameInput): Promise<string[]> {
  const byCommit = new Map(blamed.map(({ sha, originalPath }) => [sha, originalPath]));
  const checked = [...byCommit].slice(0, CHECKED).map(async ([sha, path]) => {
    const commit = await detailsOf(sha);
    const file = commit?.files.find((touched) => touched.path === path);
    return commit && file && (await changes.read(commit, file))?.isFormatOnly ? [sha] : [];
  });
  return (await Promise.all(checked)).flat();
}
