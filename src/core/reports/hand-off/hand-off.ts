import type { HandOffDocument, HandOffEntry } from '../../../contracts/hand-off.ts';
import type { Event } from '../../events/index.ts';
import type { IssueEvidence, RepositoryEvidence } from '../../evidence/index.ts';
import { originLookup } from '../../issues/index.ts';
import { evidenceView } from '../evidence-view.ts';
import { DEFAULT_REPORT_KNOBS } from '../knobs.ts';
import { findPlaces } from '../places.ts';
import { reportInstant } from '../plain-values.ts';
import { redactEvidence } from '../redact-evidence.ts';
import { tokensOf } from '../render/budget.ts';
import type { Draft } from './entry.ts';
import { evidenceDrafts } from './evidence-section.ts';
import { factDrafts } from './facts-section.ts';
import { fitSection } from './fit-section.ts';
import { impactDrafts } from './impact-section.ts';
import type { HandOffInput } from './input.ts';
import { locationDrafts } from './locations-section.ts';
import { entryMarkdown, handOffHead, handOffMarkdown, SECTION_NAMES, type SectionName } from './markdown.ts';
import { recommendationDrafts } from './recommendations-section.ts';
import type { Gathered } from './section-input.ts';
import { suspectDrafts } from './suspects-section.ts';
import { tailDrafts } from './tail-section.ts';
import { verdictOf } from './verdict.ts';
import { doneWhenDrafts, verifyDrafts } from './verify-section.ts';

export interface HandOff {
  markdown: string;
  json: HandOffDocument;
}

const TOKENS = 6_000;

/** Tokens of each section, as the document's form has them; the verdict's 60 are its first line. */
const BUDGETS: Record<SectionName, number> = {
  facts: 400,
  evidence: 1_400,
  locations: 1_800,
  suspects: 500,
  tail: 800,
  impact: 240,
  recommendations: 200,
  verify: 350,
  doneWhen: 250,
};

/** Tokens of a section's heading, and of saying what was cut from it. */
const HEADING = 12;
const CUT_NOTE = 40;
/** Tokens of the JSON around the sections: names, braces, the issue's ids. */
const JSON_FRAME = 150;

/**
 * The hand-off of one stored issue as Markdown and as JSON, the same entries in both. Pure: equal inputs give equal bytes. Each section keeps to its
 * own share of the budget, is cut from its end, and says what was cut.
 */
export function handOffOf(input: HandOffInput): HandOff {
  const gathered = gather(input);
  const { messages } = input;
  const tokens = input.tokens ?? TOKENS;
  const verdict = verdictOf(gathered);
  const head = handOffHead({ shortId: input.shortId, verdict }, messages);
  const overhead = tokensOf(head) + tokensOf(verdict) + JSON_FRAME;
  const scale = Math.max(0, tokens - overhead) / Object.values(BUDGETS).reduce((sum, share) => sum + share, 0);
  const cuts: HandOffDocument['cuts'] = [];
  const fitted = <T extends HandOffEntry>(name: SectionName, drafts: readonly Draft<T>[]): T[] => {
    const cost = (entry: T) => Math.max(tokensOf(entryMarkdown(entry, messages)), tokensOf(JSON.stringify(entry))) + 1;
    const budget = Math.floor(Math.min(BUDGETS[name], BUDGETS[name] * scale)) - HEADING;
    const whole = fitSection(drafts, budget, cost);
    const result = whole.cut.length === 0 ? whole : fitSection(drafts, budget - CUT_NOTE, cost);
    cuts.push(...result.cut.map((cut) => ({ section: name, ...cut })));
    return result.kept;
  };
  const json: HandOffDocument = {
    schemaVersion: 1,
    madeAt: reportInstant(gathered.now),
    issue: {
      id: input.stored.id,
      shortId: input.shortId,
      fingerprint: input.stored.fingerprint,
      state: input.stored.state,
    },
    verdict,
    facts: fitted('facts', factDrafts(gathered)),
    evidence: fitted('evidence', evidenceDrafts(gathered)),
    locations: fitted('locations', locationDrafts(gathered)),
    suspects: fitted('suspects', suspectDrafts(gathered)),
    tail: fitted('tail', tailDrafts(gathered)),
    impact: fitted('impact', impactDrafts(gathered)),
    recommendations: fitted('recommendations', recommendationDrafts(gathered)),
    verify: fitted('verify', verifyDrafts(gathered)),
    doneWhen: fitted('doneWhen', doneWhenDrafts(gathered)),
    cuts: [],
  };
  json.cuts = boundedCuts(cuts);
  return { markdown: handOffMarkdown(json, messages), json };
}

/** The same cut of one kind in one section is said once. */
function boundedCuts(cuts: HandOffDocument['cuts']): HandOffDocument['cuts'] {
  const seen = new Set<string>();
  return cuts
    .toSorted(
      (a, b) => SECTION_NAMES.indexOf(a.section as SectionName) - SECTION_NAMES.indexOf(b.section as SectionName),
    )
    .filter((cut) => {
      const key = `${cut.section} ${cut.kind} ${cut.how}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** What the sections are made from: the report's own views of the issue, redacted. */
function gather(input: HandOffInput): Gathered {
  const { issue, stored, messages } = input;
  const repository = repositoryEvidence(input);
  const evidence = repository.byIssue.get(stored.id) ?? null;
  const representative: Event | null = issue?.incidents[0]?.representative ?? null;
  const places = findPlaces(repository, originLookup(input.frameOrigin));
  const view =
    issue === null
      ? null
      : evidenceView({
          issue: { ...issue, id: stored.id },
          representative,
          evidence: repository,
          places,
          context: input.context,
          knobs: DEFAULT_REPORT_KNOBS,
        });
  return { input, now: input.clock.now(), messages, evidence, representative, view };
}

function repositoryEvidence({ evidence, evidenceProblem, stored, redactor }: HandOffInput): RepositoryEvidence {
  const reason = evidence?.reason ?? evidenceProblem ?? '';
  const byIssue = new Map<string, IssueEvidence>(evidence === null ? [] : [[stored.id, evidence]]);
  return redactEvidence(
    {
      running: null,
      truth: evidence?.truth ?? 'unavailable',
      reason,
      recentCommits: [],
      byIssue,
      suspects: evidence?.suspects ?? { verdict: 'could not look', reason, suspects: [] },
    },
    redactor,
  );
}
