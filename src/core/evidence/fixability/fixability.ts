import type { Event } from '../../events/index.ts';
import { rootCauseOf } from '../../issues/index.ts';
import type { IssueEvidence } from '../issue-evidence.ts';
import { isDeterministic, isOfEnvironment } from './error-kinds.ts';

/** 0-100, and what it is made of. */
export interface Fixability {
  score: number;
  points: { signal: FixabilitySignal; points: number }[];
  /** The lowest cap that lowered it; null: none did. */
  cap: { reason: FixabilityCap; at: number } | null;
}

export type FixabilitySignal =
  | 'application-code'
  | 'deterministic-type'
  | 'input-captured'
  | 'one-service'
  | 'high-suspect'
  | 'test-command'
  | 'newly-deployed';
export type FixabilityCap = 'no-application-frame' | 'environment-error' | 'source-differs';

/** How much of a mend may be asked for. */
const FIX_LEVELS = ['tell', 'cause', 'diff', 'pull request'] as const;
export type FixLevel = (typeof FIX_LEVELS)[number];

const POINTS: Record<FixabilitySignal, number> = {
  'application-code': 25,
  'deterministic-type': 20,
  'input-captured': 15,
  'one-service': 10,
  'high-suspect': 10,
  'test-command': 10,
  'newly-deployed': 10,
};
const CAPS: Record<FixabilityCap, number> = {
  'no-application-frame': 30,
  'environment-error': 35,
  'source-differs': 50,
};
/** Below each score, at most this is asked for. */
const LEVELS: readonly { below: number; level: FixLevel }[] = [
  { below: 40, level: 'tell' },
  { below: 66, level: 'cause' },
  { below: 78, level: 'diff' },
];

export interface FixabilityInput {
  /** Null: nothing was gathered, or its events are gone. */
  evidence: IssueEvidence | null;
  representative: Event | null;
  /** Of its incidents; OOM is never the code of one place. */
  signal: 'OOM' | 'UNHEALTHY' | 'CRASH' | null;
  /** Services that took part in its requests, its own among them. */
  services: number;
  /** It was first seen within a day of the first sight of its revision, and the service had run without it before. */
  isNewlyDeployed: boolean;
}

/** How likely it is that a change at the shown place mends the issue. Pure: the same evidence gives the same score. */
export function fixabilityOf(input: FixabilityInput): Fixability {
  const points = SIGNALS.filter(([, holds]) => holds(input)).map(([signal]) => ({ signal, points: POINTS[signal] }));
  const sum = points.reduce((total, one) => total + one.points, 0);
  const cap = OBSTACLES.filter(([, holds]) => holds(input))
    .map(([reason]) => ({ reason, at: CAPS[reason] }))
    .filter(({ at }) => at < sum)
    .sort((a, b) => a.at - b.at)[0];
  return { score: cap ? cap.at : sum, points, cap: cap ?? null };
}

/** < 40 tell; < 66 cause; < 78 diff; else a pull request. */
export function levelOf(score: number): FixLevel {
  return LEVELS.find(({ below }) => score < below)?.level ?? 'pull request';
}

type Condition = (input: FixabilityInput) => boolean;

const SIGNALS: readonly [FixabilitySignal, Condition][] = [
  ['application-code', ({ evidence }) => (evidence?.snippets.length ?? 0) > 0],
  ['deterministic-type', (input) => failures(input).some(isDeterministic)],
  ['input-captured', ({ representative }) => hasInput(representative)],
  ['one-service', ({ services, representative }) => representative !== null && services <= 1],
  ['high-suspect', ({ evidence }) => evidence?.suspects.suspects[0]?.confidence === 'high'],
  ['test-command', ({ evidence }) => (evidence?.testCommand ?? null) !== null],
  ['newly-deployed', ({ isNewlyDeployed }) => isNewlyDeployed],
];

const OBSTACLES: readonly [FixabilityCap, Condition][] = [
  ['no-application-frame', ({ evidence }) => !hasApplicationFrame(evidence)],
  ['environment-error', (input) => input.signal === 'OOM' || failures(input).some(isOfEnvironment)],
  ['source-differs', ({ evidence }) => differs(evidence)],
];

/** What was raised and what caused it: the fault is at one of the two. */
function failures({ evidence, representative }: FixabilityInput) {
  const exceptions = evidence?.exceptions ?? representative?.exceptions ?? [];
  const root = rootCauseOf(exceptions);
  return [...new Set([exceptions[0], root])].filter((one) => one !== null && one !== undefined);
}

function hasApplicationFrame(evidence: IssueEvidence | null): boolean {
  return (
    evidence?.exceptions.some(({ frames }) => frames.some(({ origin }) => origin?.isApplication === true)) ?? false
  );
}

/** Method and path, or what the code was called with: enough to write a test that fails. */
function hasInput(event: Event | null): boolean {
  if (event === null) return false;
  const { method = null, path = null } = event.request ?? {};
  return method !== null && path !== null;
}

/** Application code was expected and is not what runs: another revision was read, or the trace's line is not in it. */
function differs(evidence: IssueEvidence | null): boolean {
  if (evidence === null || evidence.truth === 'unavailable') return false;
  return evidence.truth === 'nearest revision' || (evidence.culprits.length > 0 && evidence.snippets.length === 0);
}
