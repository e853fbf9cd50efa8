import type { IssueReader } from '../issues/index.ts';
import type { Clock } from '../shared/index.ts';
import { advanceFix, type FixStep, type StepRefusal } from './advance.ts';
import type { Fix } from './fix.ts';
import { type FixReader, type FixStore, type Forge, RepeatedReply } from './ports.ts';

/** How a person or an agent moves a fix on, by API, MCP, mail or a forge. */
export interface FixReply {
  action: 'propose' | 'merge' | 'deploy' | 'decline' | 'note';
  text?: string | undefined;
  branch?: string | undefined;
  /** Its address. */
  pullRequest?: string | undefined;
  /** Revision that holds it. */
  revision?: string | undefined;
  /** Full hash. */
  commit?: string | undefined;
  /** What the mail it came by is known by: the same one counts once. */
  marks?: readonly string[] | undefined;
}

export type ReplyResult =
  | { isRefused: false; fix: Fix }
  | { isRefused: true; reason: 'not-found' | 'changed-meanwhile' | 'repeated' | StepRefusal };

export interface RepliesOptions {
  store: FixStore & FixReader;
  issues: Pick<IssueReader, 'get'>;
  /** Null: none is set up. */
  forge: Forge | null;
  clock: Clock;
}

const NOTE = 20_000;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** Of two that change a fix at once one is first; the other looks again. */
const TRIES = 3;

/** Takes what those who mend answer, whichever way it came. */
export function createReplies({ store, issues, forge, clock }: RepliesOptions) {
  return (fixId: string, given: FixReply, by: string): Promise<ReplyResult> =>
    reply(fixId, given, by).catch((thrown: unknown) => {
      if (thrown instanceof RepeatedReply) return { isRefused: true, reason: 'repeated' };
      throw thrown;
    });

  async function reply(fixId: string, given: FixReply, by: string): Promise<ReplyResult> {
    for (let tried = 0; tried < TRIES; tried++) {
      const fix = await store.get(fixId);
      if (!fix) return { isRefused: true, reason: 'not-found' };
      const text = (given.text ?? '').trim().slice(0, NOTE);
      const result =
        given.action === 'note' ? await note(fix, { ...given, text }, by) : await step(fix, { ...given, text }, by);
      if (result !== null) return result;
    }
    return { isRefused: true, reason: 'changed-meanwhile' };
  }

  async function note(fix: Fix, { text, marks = [] }: FixReply, by: string): Promise<ReplyResult> {
    if (text === '') return { isRefused: true, reason: 'empty' };
    await store.note({ fixId: fix.id, at: clock.now(), actor: by, action: 'note', detail: { text }, marks });
    return { isRefused: false, fix };
  }

  /** Null: somebody changed it since it was read. */
  async function step(fix: Fix, given: FixReply & { text: string }, by: string): Promise<ReplyResult | null> {
    const issue = await issues.get(fix.issueId);
    const advance = advanceFix(fix, stepOf(given, forge), { at: clock.now(), by, issue });
    if (advance.isRefused) return advance;
    const { move } = advance;
    const { text, marks = [] } = given;
    const change = move.change && {
      ...move.change,
      detail: text === '' ? move.change.detail : { ...move.change.detail, text },
      marks,
    };
    const moved = await store.move({ ...move, change });
    return moved && { isRefused: false, fix: moved };
  }
}

/** What is no full hash, or no address of a pull request that is known, is left out rather than believed. */
function stepOf(given: FixReply & { text: string }, forge: Forge | null): FixStep {
  const commit = given.commit !== undefined && COMMIT.test(given.commit) ? given.commit : null;
  const revision = given.revision ?? null;
  switch (given.action) {
    case 'propose': {
      const url = given.pullRequest !== undefined && /^https?:\/\//i.test(given.pullRequest) ? given.pullRequest : null;
      const pullRequest = url === null ? null : (forge?.toPullRequest(url) ?? null);
      return { kind: 'propose', proposal: { branch: given.branch ?? null, commit, url, pullRequest } };
    }
    case 'merge':
      return { kind: 'merge', commit, revision };
    case 'deploy':
      return { kind: 'deploy', commit, revision };
    default:
      return { kind: 'decline', end: { reason: 'declined', detail: given.text === '' ? null : given.text } };
  }
}
