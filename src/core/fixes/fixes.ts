import { randomBytes } from 'node:crypto';
import { applyAction, type IssueReader, type StoredIssue } from '../issues/index.ts';
import { type HandOff, LEAST_SILENCE, type LeastSilence } from '../reports/index.ts';
import type { Clock, Messages } from '../shared/index.ts';
import { outboxOf } from './advance.ts';
import { type Fix, type FixWay, isOpenFix } from './fix.ts';
import { ASSIGNMENT_TOKENS, assignmentOf, DOCUMENT_TOKENS } from './hand-off/document.ts';
import { DEFAULT_GATE_KNOBS, type GateKnobs, type GateRefusal, gatesOf } from './hand-off/gates.ts';
import { createOutlook, TRIED_MS } from './hand-off/outlook.ts';
import { type Recipient, recipientOf } from './hand-off/recipient.ts';
import type { FixEvidenceReader, FixMaterial, FixMaterials, FixReader, FixStore, Forge } from './ports.ts';
import { createReplies } from './replies.ts';

/** Somebody who mends, as the configuration names them. */
export interface FixAgent {
  name: string;
  way: Exclude<FixWay, 'mcp'>;
  description: string;
  /** Of a mail. */
  address: string | null;
  /** A branch of its change is pushed, and a pull request opened. */
  mayOpenPullRequest: boolean;
}

export interface FixesKnobs extends GateKnobs {
  /** Name of the agent that gets issues by itself; null: nothing is handed off by itself. */
  automatic: string | null;
  /** ms after which a hand-off of which nothing was heard is given up. */
  giveUpMs: number;
  /** ms for which a verified fix is watched on. */
  watchMs: number;
  /** ms without anything from any source of the project after which nothing can be said. */
  sourceSilentMs: number;
  /** What silence must amount to at least before a fix counts as one. */
  leastSilence: LeastSilence;
  /** ms between two looks at one pull request. */
  forgeEveryMs: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_FIXES_KNOBS: FixesKnobs = {
  ...DEFAULT_GATE_KNOBS,
  automatic: null,
  giveUpMs: 30 * DAY_MS,
  watchMs: 30 * DAY_MS,
  sourceSilentMs: 3_600_000,
  leastSilence: LEAST_SILENCE,
  forgeEveryMs: 300_000,
};

export interface FixesOptions {
  store: FixStore & FixReader;
  evidence: FixEvidenceReader;
  issues: Pick<IssueReader, 'get'>;
  /** `SHOP-12` */
  shortIdOf(issue: StoredIssue): Promise<string>;
  materials: FixMaterials;
  agents: readonly FixAgent[];
  /** Null: none is set up. */
  forge: Forge | null;
  /** Mails can be queued. */
  hasMail: boolean;
  knobs: FixesKnobs;
  clock: Clock;
  messages: Messages;
  /** There is something to be carried out: whoever does it looks at once. */
  onWork?(): void;
}

export interface HandOffRequest {
  issueId: string;
  way: FixWay;
  /** A configured name or address, an MCP client's name, `owner/name#12`; left out: the first that is configured for the way. */
  agent?: string;
  by: string;
}

/**
 * `not-found`, `merged` (into another issue): of the issue. `unknown-agent`, `not-set-up`: of the way. `open`: it has a fix already. `capped`: enough for a
 * day. `no-revision`: the commit that runs is not known, and a command has nothing to work on. The rest are gates of hand-offs by itself.
 */
export type HandOffRefusal =
  | 'not-found'
  | 'merged'
  | 'unknown-agent'
  | 'not-set-up'
  | 'open'
  | 'capped'
  | 'no-revision'
  | GateRefusal;

export type HandOffResult =
  | { isRefused: false; fix: Fix; handOff: HandOff }
  /** `fix`: the one that is in the way. */
  | { isRefused: true; reason: HandOffRefusal; fix: Fix | null };

export type Fixes = ReturnType<typeof createFixes>;

const CANDIDATES = 50;

/** Hands issues to those who mend them, and takes what they answer (`replies.ts`). What is carried out and watched stands in `work` and `watch`. */
export function createFixes(options: FixesOptions) {
  const { store, issues, agents, clock, messages, knobs } = options;
  return {
    handOff: (request: HandOffRequest): Promise<HandOffResult> => handOff(request, false),
    /** What a hand-off would meet, every reason at once; null: there is no such issue. Nothing is written. */
    outlook: createOutlook(options),
    reply: createReplies(options),
    handOffByItself,
    /** What is configured, with how many each got within 24 hours. */
    async agents(): Promise<(FixAgent & { isAutomatic: boolean; today: number; perDay: number })[]> {
      const since = clock.now() - DAY_MS;
      const recent = await store.list({ ...EVERY, limit: 500 });
      return agents.map((agent) => ({
        ...agent,
        isAutomatic: agent.name === knobs.automatic,
        today: recent.items.filter((fix) => fix.handedOffAt > since && isOf(fix, agent)).length,
        perDay: knobs.perDay,
      }));
    },
  };

  async function handOff({ issueId, way, agent, by }: HandOffRequest, isAutomatic: boolean): Promise<HandOffResult> {
    const issue = await issues.get(issueId);
    if (!issue) return refused('not-found');
    if (issue.mergedInto !== null) return refused('merged');
    const to = recipientOf(way, agent ?? null, options);
    if (typeof to === 'string') return refused(to);
    const open = await store.newestOf(issueId);
    if (open && isOpenFix(open)) return refused('open', open);
    const material = await options.materials.of(issueId, DOCUMENT_TOKENS - ASSIGNMENT_TOKENS);
    const refusal = refusalOf({ issue, material, way, to, by, isAutomatic });
    return refusal === null ? openOne({ issue, material, way, to, by, isAutomatic }) : refused(refusal);
  }

  function refusalOf({ issue, material, way, isAutomatic }: Opening): HandOffRefusal | null {
    if (way === 'command' && material.commit === null) return 'no-revision';
    return isAutomatic ? (gatesOf(material, issue, knobs)[0] ?? null) : null;
  }

  async function openOne(opening: Opening): Promise<HandOffResult> {
    const { issue, way, to, by, isAutomatic } = opening;
    const at = clock.now();
    const { fix, handOff: document } = await newFix(opening, at);
    const acted = applyAction(issue, { type: 'hand-off', to: to.agent }, { actor: by, at, serviceRevisions: [] });
    const opened = await store.open({
      fix,
      handOff: document,
      change: {
        fixId: fix.id,
        at,
        actor: by,
        action: 'handed off',
        detail: { way, agent: to.agent, level: fix.level },
      },
      issue:
        acted.isRefused || acted.change === null
          ? null
          : {
              issueId: issue.id,
              from: ['open', 'regressed', 'handed off', 'ignored', 'resolved'],
              change: acted.change,
              history: acted.history,
              outbox: acted.outbox,
            },
      outbox: outboxOf(fix, { by, issue, action: 'handed off', tells: null }),
      work: to.work,
      cap: isAutomatic ? { since: at - DAY_MS, most: knobs.perDay } : null,
    });
    if (opened.kind === 'capped') return refused('capped');
    if (opened.kind === 'open') return refused('open', opened.fix);
    if (to.work !== null) options.onWork?.();
    return { isRefused: false, fix, handOff: document };
  }

  async function newFix({ issue, material, way, to, by, isAutomatic }: Opening, at: number) {
    const id = `fix-${randomBytes(8).toString('hex').slice(0, 12)}`;
    const { level, markdown } = assignmentOf(material, { id, messages });
    const handOffDocument = { ...material.handOff, markdown: `${material.handOff.markdown.trimEnd()}\n\n${markdown}` };
    const fix: Fix = {
      id,
      issueId: issue.id,
      shortId: await options.shortIdOf(issue),
      projectId: issue.projectId,
      service: issue.service,
      state: 'handed off',
      stateSince: at,
      way,
      agent: to.agent,
      level,
      fixability: material.fixability,
      isAutomatic,
      handedOffBy: by,
      handedOffAt: at,
      revision: material.revision,
      commit: material.commit,
      testCommand: material.testCommand,
      proposal: null,
      mergedCommit: null,
      revisionWithFix: null,
      verification: null,
      verifications: [],
      end: null,
      version: 1,
    };
    return { fix, handOff: handOffDocument };
  }

  /** It has had its try, and a second one would be the same: whether it is worth another is for a person to say. */
  async function hadTurn(issueId: string, agent: FixAgent): Promise<boolean> {
    const before = await store.newestOf(issueId);
    return before !== null && isOf(before, agent) && clock.now() - before.handedOffAt < TRIED_MS;
  }

  /** Issues that pass the gates, the newest first, until the day's cap; gives how many were handed off. */
  async function handOffByItself(signal: AbortSignal): Promise<number> {
    const agent = agents.find(({ name }) => name === knobs.automatic);
    if (!agent) return 0;
    const found = await options.evidence.candidates({ seenSince: clock.now() - DAY_MS, limit: CANDIDATES });
    let handedOff = 0;
    for (const { id } of found) {
      if (signal.aborted) break;
      const refusal = await giveTurn(id, agent);
      if (refusal === 'capped') break;
      if (refusal === null) handedOff += 1;
    }
    return handedOff;
  }

  /** Null: it has it. */
  async function giveTurn(issueId: string, agent: FixAgent): Promise<HandOffRefusal | 'had-turn' | null> {
    if (await hadTurn(issueId, agent)) return 'had-turn';
    const result = await handOff({ issueId, way: agent.way, agent: agent.name, by: 'guardian' }, true);
    return result.isRefused ? result.reason : null;
  }
}

interface Opening {
  issue: StoredIssue;
  material: FixMaterial;
  way: FixWay;
  to: Recipient;
  by: string;
  isAutomatic: boolean;
}

const EVERY = { states: null, projectId: null, issueId: null, service: null, since: null, cursor: null };

function isOf(fix: Fix, { name, way }: FixAgent): boolean {
  return fix.way === way && fix.agent === name;
}

function refused(reason: HandOffRefusal, fix: Fix | null = null): HandOffResult {
  return { isRefused: true, reason, fix };
}
