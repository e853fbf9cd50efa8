import type { Issue } from '../issues/index.ts';
import type { SeenRevision } from './input.ts';
import { isCommandValue } from './recommendations/commands.ts';

export interface FormerRevisionInput {
  /** The issues that ask for going back. */
  causes: readonly Issue[];
  running: string | null;
  /** What the log shows. */
  seen: readonly SeenRevision[];
  /** Revisions the evidence knows to have been without an issue. */
  known: readonly string[];
}

interface Candidate {
  name: string;
  /** Epoch ms of its last entry. */
  time: number;
}

const NAMES_NOTHING = /^(?:previous|latest|last|current|stable|revision|unknown|none|null|undefined|default|head)$/i;
const TRIAL = /(?:^|[-_.])(?:canary|preview)(?:[-_.]|$)/i;

/**
 * The newest revision that served before the first occurrence and shows none of these issues; null when none is known. Never
 * the running one, a canary, or a word that names no revision.
 */
export function formerRevision(input: FormerRevisionInput): string | null {
  const { causes, running } = input;
  const firstOccurrence = Math.min(...causes.map((issue) => issue.firstSeen));
  if (causes.length === 0 || !Number.isFinite(firstOccurrence)) return null;
  const bad = new Set(causes.flatMap(({ revisions, past }) => [...revisions, ...(past?.revisions ?? [])]));
  const isUsable = ({ name }: Candidate) => name !== running && !bad.has(name) && isRealName(name);
  const [newest] = [...fromStore(causes), ...fromLog(input, firstOccurrence)]
    .filter(isUsable)
    .sort((a, b) => b.time - a.time || (a.name < b.name ? 1 : -1));
  return newest?.name ?? null;
}

/** A store remembers more than the window. */
function fromStore(causes: readonly Issue[]): Candidate[] {
  return causes.flatMap(({ past }) => (past?.former ? [{ name: past.former.name, time: past.former.lastSeen }] : []));
}

/**
 * The log shows a former revision when its first entry lies before the first occurrence and before the running revision's first
 * entry: a canary starts beside the running one, after it.
 */
function fromLog({ seen, known, running }: FormerRevisionInput, firstOccurrence: number): Candidate[] {
  const runningSince = seen.find(({ name }) => name === running)?.from ?? Number.POSITIVE_INFINITY;
  const former = seen.filter(({ from }) => from < firstOccurrence && from < runningSince);
  const others = known.filter((name) => !seen.some((revision) => revision.name === name));
  return [
    ...former.map(({ name, to }) => ({ name, time: to })),
    ...others.map((name) => ({ name, time: Number.NEGATIVE_INFINITY })),
  ];
}

/** The running revision by the name the log gives it: a commit or tag somebody named instead stands for the one seen last. */
export function runningInLog(given: string | null, seen: readonly SeenRevision[]): string | null {
  if (given !== null && seen.some(({ name }) => name === given)) return given;
  const [newest] = seen.toSorted((a, b) => b.to - a.to || (a.name < b.name ? 1 : -1));
  return newest?.name ?? given;
}

function isRealName(name: string): boolean {
  return isCommandValue(name) && !NAMES_NOTHING.test(name) && !TRIAL.test(name);
}
