import { type Fixability, type FixLevel, levelOf } from '../../evidence/index.ts';
import type { IssueReader, StoredIssue } from '../../issues/index.ts';
import type { Clock } from '../../shared/index.ts';
import { type Fix, type FixWay, isOpenFix } from '../fix.ts';
import type { FixAgent, FixesKnobs, HandOffRefusal } from '../fixes.ts';
import type { FixMaterial, FixMaterials, FixReader } from '../ports.ts';
import { ASSIGNMENT_TOKENS, DOCUMENT_TOKENS } from './document.ts';
import { gatesOf } from './gates.ts';
import { type RecipientOptions, recipientOf } from './recipient.ts';

const DAY_MS = 86_400_000;
/** An agent is not given the same issue again by itself within; a person may, at once. */
export const TRIED_MS = 7 * DAY_MS;

/**
 * Why nothing is handed off by itself, beside what refuses a person: `nobody`: no agent is named for it. `not-open`: the issue is not open. `not-lately`: not
 * seen for a day. `tried`: it has had its turn.
 */
export type ByItselfRefusal = HandOffRefusal | 'nobody' | 'not-open' | 'not-lately' | 'tried';

export interface Reason<Refusal> {
  refusal: Refusal;
  /** What there is, and what is asked for; null: it is no question of numbers. */
  counts: { has: number; needs: number } | null;
}

/** What a hand-off of an issue would meet, before anybody asks for one. */
export interface HandOffOutlook {
  fixability: Fixability;
  /** What would be asked of whoever gets it. */
  level: FixLevel;
  /** The fix that is under way. */
  open: Fix | null;
  /** For a person who asks; without reasons nothing is in the way. Those of the configuration, and a client of MCP. */
  ways: { way: FixWay; agent: string | null; reasons: Reason<HandOffRefusal>[] }[];
  byItself: {
    /** Null: nobody is named for it. */
    agent: string | null;
    reasons: Reason<ByItselfRefusal>[];
    /** Epoch ms from which on it may have another turn; null: no turn is in the way. */
    againAt: number | null;
  };
}

export interface OutlookOptions extends RecipientOptions {
  store: FixReader;
  issues: Pick<IssueReader, 'get'>;
  materials: FixMaterials;
  knobs: FixesKnobs;
  clock: Clock;
}

interface Seen {
  issue: StoredIssue;
  material: FixMaterial;
  newest: Fix | null;
}

/** Every reason at once, as they are decided when somebody asks. */
export function createOutlook(options: OutlookOptions) {
  const { store, issues, materials, knobs, clock } = options;

  return async (issueId: string): Promise<HandOffOutlook | null> => {
    const issue = await issues.get(issueId);
    if (!issue) return null;
    const [newest, material] = await Promise.all([
      store.newestOf(issueId),
      materials.of(issueId, DOCUMENT_TOKENS - ASSIGNMENT_TOKENS),
    ]);
    const seen = { issue, material, newest };
    const ways = [...options.agents, { way: 'mcp', name: null } as const];
    return {
      fixability: material.fixability,
      level: levelOf(material.fixability.score),
      open: openOf(newest),
      ways: ways.map(({ way, name }) => ({ way, agent: name, reasons: refusalsOf(seen, way, name).map(plain) })),
      byItself: await byItselfOf(seen),
    };
  };

  function refusalsOf({ issue, material, newest }: Seen, way: FixWay, agent: string | null): HandOffRefusal[] {
    const to = recipientOf(way, agent, options);
    return [
      ...(issue.mergedInto === null ? [] : (['merged'] as const)),
      ...(openOf(newest) === null ? [] : (['open'] as const)),
      ...(typeof to === 'string' ? [to] : []),
      ...(way === 'command' && material.commit === null ? (['no-revision'] as const) : []),
    ];
  }

  async function byItselfOf(seen: Seen): Promise<HandOffOutlook['byItself']> {
    const agent = options.agents.find(({ name }) => name === knobs.automatic) ?? null;
    if (agent === null) return { agent: null, reasons: [plain('nobody')], againAt: null };
    const againAt = againOf(seen, agent);
    const reasons = [
      ...refusalsOf(seen, agent.way, agent.name).map(plain),
      ...stateReasons(seen.issue),
      ...(againAt === null ? [] : [plain('tried' as const)]),
      ...gateReasons(seen),
      ...(await capReasons()),
    ];
    return { agent: agent.name, reasons, againAt };
  }

  function stateReasons({ state, lastSeen }: StoredIssue): Reason<ByItselfRefusal>[] {
    const isOpen = state === 'open' || state === 'regressed' || state === 'handed off';
    return [
      ...(isOpen ? [] : [plain('not-open' as const)]),
      ...(lastSeen >= clock.now() - DAY_MS ? [] : [plain('not-lately' as const)]),
    ];
  }

  function againOf({ newest }: Seen, { name, way }: FixAgent): number | null {
    if (newest === null || isOpenFix(newest) || newest.agent !== name || newest.way !== way) return null;
    const at = newest.handedOffAt + TRIED_MS;
    return clock.now() < at ? at : null;
  }

  function gateReasons({ issue, material }: Seen): Reason<ByItselfRefusal>[] {
    const counts = {
      'public-trust': null,
      'too-few-incidents': { has: issue.incidents, needs: knobs.leastIncidents },
      fixability: { has: material.fixability.score, needs: knobs.leastFixability },
    };
    return gatesOf(material, issue, knobs).map((refusal) => ({ refusal, counts: counts[refusal] }));
  }

  /** Only what was handed off by itself counts, whoever got it. */
  async function capReasons(): Promise<Reason<ByItselfRefusal>[]> {
    const every = { states: null, projectId: null, issueId: null, service: null, since: null, cursor: null };
    const { items } = await store.list({ ...every, limit: 500 });
    const since = clock.now() - DAY_MS;
    const made = items.filter(({ isAutomatic, handedOffAt }) => isAutomatic && handedOffAt >= since).length;
    return made < knobs.perDay ? [] : [{ refusal: 'capped', counts: { has: made, needs: knobs.perDay } }];
  }
}

function openOf(newest: Fix | null): Fix | null {
  return newest !== null && isOpenFix(newest) ? newest : null;
}

function plain<Refusal>(refusal: Refusal): Reason<Refusal> {
  return { refusal, counts: null };
}
