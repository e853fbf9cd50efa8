import type { Exception } from '../../events/index.ts';
import type { Messages } from '../../shared/index.ts';
import type { SuspectRanking } from '../issue-evidence.ts';
import type { CommitDetails, Repository } from '../ports.ts';
import { type BlamedPlace, blamePlaces, type TracedPlace } from './blame-frames.ts';
import type { ChangeReader, FileChange } from './changes.ts';
import type { History } from './history.ts';
import { holdsName, namesInMessages } from './message-names.ts';
import { type NamedPlace, rankSuspects, type SuspectFinding } from './rank-suspects.ts';
import { touchedKind } from './touched-kind.ts';

export interface FindSuspectsInput {
  repository: Repository;
  /** Full hash of the running revision. */
  running: string;
  history: History;
  changes: ChangeReader;
  exceptions: readonly Exception[];
  /** The frames' places in the files as they are at the running revision, best-ranked first. */
  places: readonly TracedPlace[];
  /** Functions that the failing one calls. */
  calledNames: readonly string[];
  /** Commits between the last revision without the issue and the first with it; null when not known. */
  range: readonly CommitDetails[] | null;
  firstSeen: number;
  messages: Messages;
  shown: number;
}

/** Without a known range so many commits before the first occurrence are searched for the message's names. */
const SEARCHED_COMMITS = 60;
const SEARCHED_FILES = 30;

export interface FoundSuspects {
  ranking: SuspectRanking;
  blamed: BlamedPlace[];
}

/** Collects and ranks the commits that may have caused the issue. Rejects when git does. */
export async function findSuspects(input: FindSuspectsInput): Promise<FoundSuspects> {
  const { messages, firstSeen, shown, repository, history } = input;
  const say = messages.evidence.verdict;
  const blamed = await blamePlaces({ ...input, detailsOf: history.detailsOf });
  const findings = await collectFindings(input, blamed);
  const isCutOff = repository.isShallow && findings.some(({ commit }) => commit.parents.length === 0);
  const usable = isCutOff ? findings.filter(({ commit }) => commit.parents.length > 0) : findings;
  const { suspects, tooOld } = rankSuspects({ findings: usable, firstSeen, messages, shown });
  if (suspects.length > 0) return { ranking: { verdict: 'ranked', reason: null, suspects }, blamed };
  if (isCutOff) return { ranking: { verdict: 'could not look', reason: say.historyMissing, suspects }, blamed };
  if (input.places.length === 0) {
    return { ranking: { verdict: 'could not look', reason: say.noPlace, suspects }, blamed };
  }
  const reason = tooOld ? say.tooOld : say.weak;
  return { ranking: { verdict: 'none likely', reason, suspects }, blamed };
}

async function collectFindings(input: FindSuspectsInput, blamed: readonly BlamedPlace[]): Promise<SuspectFinding[]> {
  const inRange = new Set(input.range?.map(({ sha }) => sha));
  const tracedPaths = new Set(input.places.map(({ path }) => path));
  const isInTime = (commit: CommitDetails) => commit.committedAt <= input.firstSeen && commit.parents.length <= 1;
  const blamedHashes = new Set(
    blamed.flatMap(({ onLine, inFunction }) => [...(onLine ? [onLine] : []), ...inFunction]),
  );
  const candidates = new Map<string, CommitDetails>();
  for (const sha of blamedHashes) {
    const commit = await input.history.detailsOf(sha);
    if (commit) candidates.set(sha, commit);
  }
  const searched = input.range ?? input.history.recent.filter(isInTime).slice(0, SEARCHED_COMMITS);
  const messageNames = namesInMessages(input.exceptions);
  const findings: SuspectFinding[] = [];
  for (const commit of [...candidates.values(), ...searched.filter(({ sha }) => !candidates.has(sha))]) {
    if (!isInTime(commit)) continue;
    const touched = await readTouched(commit, input, messageNames, tracedPaths);
    const isBlamed = blamedHashes.has(commit.sha);
    const isNamed = touched.names.length + touched.called.length > 0;
    const isTouching = input.range !== null && (touched.file !== null || touched.special !== null);
    if (touched.isFormatOnly || !(isBlamed || isNamed || isTouching)) continue;
    const blame = blameOf(commit.sha, blamed);
    const file = touched.file ?? blame.function?.path ?? null;
    findings.push({ commit, inRange: inRange.has(commit.sha), ...touched, ...blame, file });
  }
  return findings;
}

function blameOf(sha: string, blamed: readonly BlamedPlace[]): Pick<SuspectFinding, 'line' | 'function'> {
  const onLine = blamed.find((entry) => entry.onLine === sha)?.place;
  const inFunction = blamed.find((entry) => entry.inFunction.includes(sha))?.place;
  return {
    line: onLine ? { path: onLine.path, line: onLine.line, rank: onLine.rank } : null,
    function: inFunction ? { path: inFunction.path, name: inFunction.functionName } : null,
  };
}

type Touched = Pick<SuspectFinding, 'file' | 'special' | 'names' | 'called' | 'tookAway'> & { isFormatOnly: boolean };

async function readTouched(
  commit: CommitDetails,
  { changes, calledNames, places }: FindSuspectsInput,
  messageNames: readonly string[],
  tracedPaths: ReadonlySet<string>,
): Promise<Touched> {
  const relevant = commit.files.filter(({ path }) => tracedPaths.has(path) || touchedKind(path) !== null);
  const others = commit.files.filter((file) => !relevant.includes(file)).slice(0, SEARCHED_FILES);
  const looked = [...relevant.slice(0, SEARCHED_FILES), ...others];
  const read = await Promise.all(looked.map(async (file) => ({ file, change: await changes.read(commit, file) })));
  const meaningful = read.filter(({ change }) => !change?.isFormatOnly);
  const own = new Set(places.flatMap(({ functionName }) => (functionName === null ? [] : [functionName])));
  const elsewhere = calledNames.filter((name) => !own.has(name));
  const changing = (name: string) => meaningful.filter(({ change }) => change?.functions.includes(name));
  const called = elsewhere.filter((name) => changing(name).length > 0);
  const holding = (name: string) =>
    meaningful.filter(({ change }) => change && holdsAny([...change.removed, ...change.added], name));
  const names = messageNames.filter((name) => holding(name).length > 0);
  const tookAway = names.filter((name) => holding(name).every(({ change }) => !holdsAny(change?.added ?? [], name)));
  // What the trace calls, and what the message misses, was defined in this file: it counts as one of the trace's.
  const touched =
    meaningful.find(({ file, change }) => tracedPaths.has(file.path) && isNear(change, own, calledNames)) ??
    called.flatMap(changing)[0] ??
    tookAway.flatMap(holding)[0];
  const special = meaningful.find(({ file }) => touchedKind(file.path) !== null)?.file.path;
  return {
    isFormatOnly: read.length > 0 && meaningful.length === 0,
    file: touched?.file.path ?? null,
    special: special === undefined ? null : { path: special, kind: touchedKind(special) ?? 'configuration' },
    names: names.map((name) => placeOf(name, holding(name))),
    called: called.map((name) => placeOf(name, changing(name))),
    tookAway: tookAway.map((name) => placeOf(name, holding(name))),
  };
}

function placeOf(name: string, found: readonly { file: { path: string } }[]): NamedPlace {
  return { name, path: found[0]?.file.path ?? '' };
}

function holdsAny(lines: readonly string[], name: string): boolean {
  return lines.some((line) => holdsName(line, name));
}

/** A change inside other functions of a traced file is a neighbour, no suspect; one outside all functions may reach any of them. */
function isNear(change: FileChange | null, own: ReadonlySet<string>, calledNames: readonly string[]): boolean {
  if (change === null || change.isOutside || change.functions.length === 0) return true;
  return change.functions.some((name) => own.has(name) || calledNames.includes(name));
}
