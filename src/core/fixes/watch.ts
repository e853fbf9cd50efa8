import type { IssueReader, StoredIssue } from '../issues/index.ts';
import { type Clock, toGuardianError } from '../shared/index.ts';
import { advanceFix, decisiveOf, type FixStep } from './advance.ts';
import { type Fix, type FixState, OPEN_FIX_STATES, type Verification } from './fix.ts';
import type { FixesKnobs } from './fixes.ts';
import type { FixEvidenceReader, FixHistory, FixReader, FixStore, Forge, ServiceRevision } from './ports.ts';
import { couldNotLook, decideVerification } from './verify/decide-verification.ts';
import { revisionsWithFix } from './verify/revisions-with-fix.ts';

export interface WatchOptions {
  store: FixStore & FixReader;
  evidence: FixEvidenceReader;
  issues: Pick<IssueReader, 'get'>;
  /** Null: no pull request is asked after. */
  forge: Forge | null;
  history: FixHistory | null;
  knobs: FixesKnobs;
  clock: Clock;
  onFailure?(fixId: string, reason: string): void;
}

export interface WatchCounts {
  looked: number;
  moved: number;
  /** Whose look failed: they are looked at again next time. */
  failed: number;
}

/** Fixes read at a time. */
const PAGE = 100;
/** Issues that were merged into issues that were merged. */
const MERGES = 10;
/** Revisions that are looked at, the newest. */
const REVISIONS = 20;

/** The closed loop: has what was proposed been merged, is what was merged deployed, and does the fingerprint stay silent where it is. */
export function createFixWatch(options: WatchOptions) {
  const { store, evidence, forge, history, knobs, clock } = options;
  /** When each pull request was asked after, so that a round each minute does not use up the forge's patience. */
  const asked = new Map<string, number>();
  let forgeRestsUntil = 0;
  /** When a fix was first found to have been silent enough: what came until then is judged before it counts as verified. */
  const enoughAt = new Map<string, number>();
  return {
    /** Looks at every fix that is under way, and at those verified lately. One whose look fails stops no other. */
    async pass(signal: AbortSignal): Promise<WatchCounts> {
      const counts: WatchCounts = { looked: 0, moved: 0, failed: 0 };
      await eachOf(OPEN_FIX_STATES, null);
      await eachOf(['verified'], clock.now() - knobs.watchMs);
      return counts;

      async function eachOf(states: readonly FixState[], since: number | null): Promise<void> {
        let cursor: string | null = null;
        do {
          const filter = { states, projectId: null, issueId: null, service: null, since, cursor, limit: PAGE };
          const page = await store.list(filter);
          for (const fix of page.items) {
            if (signal.aborted) return;
            await lookAt(fix, signal, counts);
          }
          cursor = page.nextCursor;
        } while (cursor !== null);
      }
    },
  };

  async function lookAt(fix: Fix, signal: AbortSignal, counts: WatchCounts): Promise<void> {
    counts.looked += 1;
    try {
      const issue = await issueOf(fix);
      const seen = await toMerged(fix, issue, signal);
      const deployed = await toDeployed(seen, issue);
      const judged = await judge(deployed, issue);
      const ended = await giveUp(judged, issue);
      if (ended.state !== fix.state) counts.moved += 1;
    } catch (thrown) {
      counts.failed += 1;
      options.onFailure?.(fix.id, toGuardianError(thrown).message);
    }
  }

  /** What it was merged into, when it was. */
  async function issueOf({ issueId }: Fix): Promise<StoredIssue | null> {
    let issue = await options.issues.get(issueId);
    for (let hops = 0; issue?.mergedInto && hops < MERGES; hops++) issue = await options.issues.get(issue.mergedInto);
    return issue;
  }

  async function take(fix: Fix, step: FixStep, issue: StoredIssue | null): Promise<Fix> {
    const advance = advanceFix(fix, step, { at: clock.now(), by: 'guardian', issue });
    // Somebody else moved it since it was read: the next round sees it as it is.
    return advance.isRefused ? fix : ((await store.move(advance.move)) ?? fix);
  }

  async function toMerged(fix: Fix, issue: StoredIssue | null, signal: AbortSignal): Promise<Fix> {
    const pullRequest = fix.proposal?.pullRequest ?? null;
    if (forge === null || pullRequest === null || fix.state !== 'proposed') return fix;
    const now = clock.now();
    if (now < forgeRestsUntil || now - (asked.get(fix.id) ?? Number.NEGATIVE_INFINITY) < knobs.forgeEveryMs) return fix;
    asked.set(fix.id, now);
    try {
      const { state, mergedCommit } = await forge.pullRequest(pullRequest, signal);
      if (state === 'merged') return await take(fix, { kind: 'merge', commit: mergedCommit, revision: null }, issue);
      if (state === 'closed')
        return await take(fix, { kind: 'decline', end: { reason: 'closed', detail: null } }, issue);
      return fix;
    } catch (thrown) {
      const error = toGuardianError(thrown);
      forgeRestsUntil = now + (error.about.retryAfterMs ?? 0);
      options.onFailure?.(fix.id, error.message);
      return fix;
    }
  }

  /** A revision that holds its commit runs: whoever deployed it need not say so. */
  async function toDeployed(fix: Fix, issue: StoredIssue | null): Promise<Fix> {
    if (fix.state === 'deployed' || !(OPEN_FIX_STATES as readonly FixState[]).includes(fix.state)) return fix;
    const [first] = await holding(fix);
    return first ? take(fix, { kind: 'deploy', revision: first.name, commit: null }, issue) : fix;
  }

  async function holding(fix: Fix): Promise<ServiceRevision[]> {
    const { projectId, service } = fix;
    const known = await evidence.revisions({ projectId, service });
    return (await revisionsWithFix(fix, { known, history })).slice(-REVISIONS);
  }

  async function judge(fix: Fix, issue: StoredIssue | null): Promise<Fix> {
    if (fix.state !== 'deployed' && fix.state !== 'verified') return fix;
    const verifications = await verify(fix, issue);
    const outcome = decisiveOf(verifications)?.outcome ?? 'could not look';
    if (outcome === 'fixed' && fix.state === 'deployed')
      return (await isAllJudged(fix)) ? take(fix, { kind: 'verify', verifications }, issue) : fix;
    enoughAt.delete(fix.id);
    if (outcome === 'still seen') return take(fix, { kind: 'recur', verifications }, issue);
    // What proved it stays: that nothing can be looked at now says nothing against it.
    if (outcome === 'could not look' && fix.state === 'verified') return fix;
    return note(fix, verifications, issue);
  }

  async function note(fix: Fix, verifications: readonly Verification[], issue: StoredIssue | null): Promise<Fix> {
    return isSame(fix.verifications, verifications) ? fix : take(fix, { kind: 'look', verifications }, issue);
  }

  /** An incident may have come that nobody has looked at yet: requests are counted sooner than errors are told apart. */
  async function isAllJudged({ id, projectId, service }: Fix): Promise<boolean> {
    const enough = enoughAt.get(id) ?? clock.now();
    const unjudged = await evidence.unjudgedSince({ projectId, service });
    const isJudged = unjudged === null || unjudged > enough;
    if (isJudged) enoughAt.delete(id);
    else enoughAt.set(id, enough);
    return isJudged;
  }

  async function verify(fix: Fix, issue: StoredIssue | null): Promise<Verification[]> {
    const now = clock.now();
    const revisions = await holding(fix);
    const [first] = revisions;
    if (!first || issue === null) return [couldNotLook('revision-unknown', fix.revisionWithFix ?? '', now)];
    try {
      const look = await evidence.look({
        issueId: issue.id,
        projectId: fix.projectId,
        service: fix.service,
        route: issue.endpoint,
        revisions: revisions.map(({ name }) => name),
        since: first.deployedAt ?? first.firstSeen,
        now,
        silentMs: knobs.sourceSilentMs,
      });
      const { before, sourceHeardAt } = look;
      const { sourceSilentMs, leastSilence } = knobs;
      const nameless = look.nameless.incidents;
      const isProven = fix.state === 'verified' && (look.nameless.lastAt ?? 0) > fix.stateSince;
      const shared = { before, nameless, isProven, sourceHeardAt, now, sourceSilentMs, leastSilence };
      return look.revisions.map((revision) => decideVerification({ revision, ...shared })).reverse();
    } catch (thrown) {
      options.onFailure?.(fix.id, toGuardianError(thrown).message);
      return [couldNotLook('store', first.name, now)];
    }
  }

  async function giveUp(fix: Fix, issue: StoredIssue | null): Promise<Fix> {
    if (fix.state !== 'handed off' || clock.now() - fix.stateSince < knobs.giveUpMs) return fix;
    return take(fix, { kind: 'fail', end: { reason: 'given-up', detail: null } }, issue);
  }
}

/** Whether it says the same, but for when it was looked at: hours that pass are written once an hour. */
function isSame(before: readonly Verification[], now: readonly Verification[]): boolean {
  const plain = (list: readonly Verification[]) =>
    JSON.stringify(list.map(({ at: _, hours, ...rest }) => ({ ...rest, hours: Math.floor(hours) })));
  return plain(before) === plain(now);
}
