import type { IssueReader } from '../issues/index.ts';
import { type Clock, type GuardianError, type Messages, toGuardianError } from '../shared/index.ts';
import { advanceFix, type FixStep } from './advance.ts';
import type { AgentRun, Fix, FixAttempt, FixEnd, FixWork } from './fix.ts';
import type { FixAgent } from './fixes.ts';
import type {
  AgentRunner,
  AttemptQueue,
  AttemptResult,
  FixHistory,
  FixMail,
  FixMove,
  FixReader,
  Forge,
  PullRequestRequest,
} from './ports.ts';

export interface AttemptsOptions {
  attempts: AttemptQueue;
  store: FixReader;
  issues: Pick<IssueReader, 'get'>;
  agents: readonly FixAgent[];
  runner: AgentRunner | null;
  forge: Forge | null;
  mail: FixMail | null;
  history: FixHistory | null;
  /** Of this process. */
  node: string;
  clock: Clock;
  messages: Messages;
  /** ms for which a claim holds; it is renewed while something runs. */
  holdMs?: number;
}

/** ms before the next try; then it is dead. As long as a forge's longest pause, and what it asks for comes first. */
const PAUSES: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 3_600_000, 3_600_000];
/** Runs of a command that were lost with their process are begun anew this often. */
const LOST_RUNS = 1;
const LOST_AT_ONCE = 100;
const HOLD_MS = 60_000;
const ERROR = 2_000;

interface Outcome {
  result: AttemptResult;
  /** What it makes of the fix; null: nothing. */
  step: FixStep | null;
  work: FixWork | null;
}

/** Carries out what is due for fixes, one after the other: runs of commands, requests to the forge, mails. */
export function createAttemptWorker(options: AttemptsOptions) {
  const { attempts, store, clock, node, holdMs = HOLD_MS } = options;
  return {
    /** Gives how many were carried out. Rejects when the store is away. */
    async pass(signal: AbortSignal): Promise<number> {
      await endLost();
      let done = 0;
      while (!signal.aborted) {
        const attempt = await attempts.claim({ node, at: clock.now(), holdMs, kinds: kindsHere() });
        if (!attempt) break;
        await carryOut(attempt, signal);
        done += 1;
      }
      return done;
    },
  };

  /** What this process has no means for is left for one that has. */
  function kindsHere(): FixWork['kind'][] {
    const { runner, forge, mail } = options;
    return [
      ...(runner === null ? [] : (['command'] as const)),
      ...(mail === null ? [] : (['mail'] as const)),
      ...(forge === null ? [] : (['github-issue', 'github-comment', 'github-pull-request'] as const)),
    ];
  }

  async function carryOut(attempt: FixAttempt, signal: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const holding = setInterval(() => {
      attempts.renew(attempt.id, node, clock.now() + holdMs).then(
        (isOurs) => !isOurs && lost.abort(),
        // The store is away for a moment: the claim holds for a while, and ends the run only if another takes it.
        () => {},
      );
    }, holdMs / 3);
    try {
      const outcome = await outcomeOf(attempt, AbortSignal.any([signal, lost.signal]));
      await settle(attempt, outcome);
    } finally {
      clearInterval(holding);
    }
  }

  async function outcomeOf(attempt: FixAttempt, signal: AbortSignal): Promise<Outcome> {
    const fix = await store.get(attempt.fixId);
    if (!fix) return dead('the fix is gone', null);
    try {
      return await workOn(fix, attempt, signal);
    } catch (thrown) {
      return failed(toGuardianError(thrown), { fix, attempt, signal });
    }
  }

  async function workOn(fix: Fix, attempt: FixAttempt, signal: AbortSignal): Promise<Outcome> {
    const { work } = attempt;
    switch (work.kind) {
      case 'command':
        return runCommand(fix, attempt, signal);
      case 'mail':
        await sendMail(fix, work.to);
        return done(null);
      case 'github-issue': {
        const { title, body, key } = await forgeText(fix);
        await options.forge!.openIssue({ title, body, key, signal });
        return done(null);
      }
      case 'github-comment': {
        const { body, key } = await forgeText(fix);
        await options.forge!.comment({ pullRequest: work.pullRequest, body, key, signal });
        return done(null);
      }
      case 'github-pull-request':
        return openPullRequest(fix, signal);
      default: {
        const unknown: never = work;
        return unknown;
      }
    }
  }

  async function runCommand(fix: Fix, attempt: FixAttempt, signal: AbortSignal): Promise<Outcome> {
    const { fixes: t } = options.messages;
    const handOff = (await store.about(fix.id))?.handOff?.markdown ?? null;
    if (handOff === null || fix.commit === null || attempt.work.kind !== 'command')
      return dead('there is nothing to hand over', { reason: 'not-delivered', detail: null });
    const run = await options.runner!.run({
      attemptId: attempt.id,
      command: attempt.work.command,
      shortId: fix.shortId,
      fixId: fix.id,
      commit: fix.commit,
      keepsBranch: !fix.isAutomatic || fix.level === 'diff' || fix.level === 'pull request',
      message: { subject: t.commitSubject(fix.shortId, fix.id), body: t.commitBody },
      handOff,
      testCommand: fix.testCommand,
      signal,
    });
    // Guardian itself was asked to stop, or the claim was lost: the run came to no end of its own.
    if (run.end === 'aborted') return again('stopped with Guardian', 0, run);
    return judgeRun(fix, run, attempt.work.command);
  }

  function judgeRun(fix: Fix, run: AgentRun, command: string): Outcome {
    const { change } = run;
    const isWhole = run.end === 'exited' && run.exitCode === 0;
    if (isWhole && change?.commit && change.branch) {
      const proposal = { branch: change.branch, commit: change.commit, url: null, pullRequest: null };
      const agent = options.agents.find(({ name }) => name === command);
      const mayOpen = agent?.mayOpenPullRequest === true && options.forge !== null;
      const isAsked = !fix.isAutomatic || fix.level === 'pull request';
      return {
        ...done(run),
        step: { kind: 'propose', proposal },
        work: mayOpen && isAsked ? { kind: 'github-pull-request' } : null,
      };
    }
    const reason = reasonOf(run);
    // Nothing was to be changed: what it found out stands in its output, for a person.
    const isAnswer = reason === 'nothing-changed' && (fix.level === 'tell' || fix.level === 'cause');
    // Half a change may look like a whole one: its branch stays, named, and a person decides what it is worth.
    const detail = change?.branch ?? null;
    return isAnswer ? done(run) : { ...done(run), step: { kind: 'fail', end: { reason, detail } } };
  }

  async function openPullRequest(fix: Fix, signal: AbortSignal): Promise<Outcome> {
    const branch = fix.proposal?.branch ?? null;
    if (branch === null || options.history === null) return dead('there is no branch', null);
    await options.history.push(branch);
    const request: PullRequestRequest = { branch, ...(await pullRequestText(fix)), signal };
    const { url, pullRequest } = await options.forge!.openPullRequest(request);
    return { ...done(null), step: { kind: 'propose', proposal: { branch, commit: null, url, pullRequest } } };
  }

  async function sendMail(fix: Fix, to: string): Promise<void> {
    const { fixes: t } = options.messages;
    const handOff = (await store.about(fix.id))?.handOff;
    if (!handOff) return;
    const { replyByMail } = t.assignment;
    const asked = options.mail!.readsAnswers ? `\n${replyByMail} ${t.repliesAreRead}\n` : '';
    const text = `${handOff.markdown}${asked}`;
    await options.mail!.queue({ key: `fix:${fix.id}`, to, subject: t.subject(fix.shortId, fix.id), text, handOff });
  }

  async function forgeText(fix: Fix): Promise<{ title: string; body: string; key: string }> {
    const { fixes: t } = options.messages;
    const body = (await store.about(fix.id))?.handOff?.markdown ?? '';
    return { title: t.issueTitle(fix.shortId, fix.id), body, key: fix.id };
  }

  /** What the row knows: flags and tests in Guardian's words, paths of the change in a block. */
  async function pullRequestText(fix: Fix): Promise<{ title: string; body: string }> {
    const { fixes: t } = options.messages;
    const run = (await store.about(fix.id))?.attempts.find((one) => one.run?.change)?.run ?? null;
    const flags = [...new Set(run?.change?.flags.map(({ kind }) => t.flags[kind]) ?? [])];
    const test = run?.test ?? null;
    const tested = test === null ? t.tests.none : test.exitCode === 0 ? t.tests.passed : t.tests.failed;
    const warnings = flags.length === 0 ? '' : `\n\n${t.flagsTitle}\n${flags.map((flag) => `- ${flag}`).join('\n')}`;
    const body = `${t.pullRequestBody(plainName(fix.agent))}\n\n${tested}${warnings}\n\n${fix.shortId}, ${fix.id}\n`;
    return { title: t.pullRequestTitle(fix.shortId, fix.id), body };
  }

  function failed(
    error: GuardianError,
    { fix, attempt, signal }: { fix: Fix; attempt: FixAttempt; signal: AbortSignal },
  ): Outcome {
    const reason = error.message.slice(0, ERROR);
    if (signal.aborted) return again(reason, 0, null);
    const pause = PAUSES[attempt.tries - 1];
    if (error.kind.isRetryable && pause !== undefined)
      return again(reason, Math.max(pause, error.about.retryAfterMs ?? 0), null);
    // The change itself is there as a branch: that no pull request came of it ends nothing.
    const isLost = attempt.work.kind !== 'github-pull-request' && fix.state === 'handed off';
    return dead(reason, isLost ? { reason: 'not-delivered', detail: reason } : null);
  }

  function done(run: AgentRun | null): Outcome {
    const at = clock.now();
    return { result: { state: 'done', at, nextAt: at, lastError: null, run }, step: null, work: null };
  }

  function again(lastError: string, pauseMs: number, run: AgentRun | null): Outcome {
    const at = clock.now();
    return { result: { state: 'pending', at, nextAt: at + pauseMs, lastError, run }, step: null, work: null };
  }

  function dead(lastError: string, end: FixEnd | null): Outcome {
    const at = clock.now();
    const result = { state: 'dead' as const, at, nextAt: at, lastError, run: null };
    return { result, step: end === null ? null : { kind: 'fail', end }, work: null };
  }

  async function settle(
    attempt: Pick<FixAttempt, 'id' | 'node' | 'tries' | 'fixId'>,
    { result, step, work }: Outcome,
  ): Promise<void> {
    const fix = step === null ? null : await store.get(attempt.fixId);
    const issue = fix === null ? null : await options.issues.get(fix.issueId);
    await attempts.settle(attempt, result, (current): FixMove | null => {
      if (step === null) return null;
      const advance = advanceFix(current, step, { at: result.at, by: 'guardian', issue });
      // Somebody decided meanwhile: what it came to stands in the attempt all the same.
      return advance.isRefused ? null : { ...advance.move, work };
    });
  }

  /** Claims whose process ended within. A request to a forge finds what it made before; a command is begun anew once. */
  async function endLost(): Promise<void> {
    const at = clock.now();
    for (const attempt of await attempts.lost(at, LOST_AT_ONCE)) {
      const isOver = attempt.work.kind === 'command' && attempt.tries > LOST_RUNS;
      const outcome = isOver
        ? dead('its process ended within the run', { reason: 'agent-failed', detail: null })
        : again('its process ended within', 0, null);
      await settle(attempt, outcome);
    }
  }
}

function reasonOf({ end, exitCode, change }: AgentRun): FixEnd['reason'] {
  if (end === 'timed-out') return 'agent-timed-out';
  if (change?.flags.some(({ isRefused }) => isRefused)) return 'change-refused';
  if (end !== 'exited' || exitCode !== 0) return 'agent-failed';
  return 'nothing-changed';
}

/** A name of the configuration, where Markdown stands. */
function plainName(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._@/#-]/gu, '').slice(0, 100);
}
