import { hash } from 'node:crypto';
import {
  type AnalysisMetrics,
  type Clock,
  canonicalJson,
  messagesFor,
  type PeopleLanguage,
  steadyNow,
} from '../../shared/index.ts';
import { type AnalysisMetadata, BUILTIN } from '../analysis.ts';
import type { Completion } from '../chain/completion.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import { evidenceOf } from './evidence-of.ts';
import { explainByEvidence } from './explain-by-evidence.ts';
import type {
  Evidence,
  Explanation,
  ExplanationOutcome,
  ExplanationStore,
  IssueFacts,
  IssueFactsReader,
} from './explanation.ts';
import {
  EXPLANATION_SCHEMA,
  EXPLANATION_VERSION,
  explanationPrompt,
  explanationSystem,
  validateExplanation,
} from './explanation-prompt.ts';

export interface ExplainerOptions {
  chain: ModelChain;
  /** False: where no provider answers, nobody does. */
  builtin: boolean;
  facts: IssueFactsReader;
  store: ExplanationStore;
  redactor: { text(text: string): string };
  metrics: Pick<AnalysisMetrics, 'success' | 'failure' | 'duration'>;
  clock: Clock;
  /** ms that the built-in form stands in for providers that failed. */
  standInMs: number;
}

export interface ExplainRequest {
  issueId: string;
  language: PeopleLanguage;
  /** Asks anew. */
  force?: boolean;
}

export interface Explainer {
  /** Kept until the evidence changes. Throws `not_found`; that nobody answered is an outcome. */
  explain(request: ExplainRequest): Promise<ExplanationOutcome>;
}

type Said = Pick<Explanation, 'rootCause' | 'claims' | 'confidence' | 'nextLook' | 'droppedClaims'>;

/** Why an issue may be, by a model or by the evidence alone; equal calls share one answer. */
export function createExplainer(options: ExplainerOptions): Explainer {
  const { chain, facts: read, store, clock } = options;
  const flights = new Map<string, Promise<ExplanationOutcome>>();

  async function explain({ issueId, language, force = false }: ExplainRequest): Promise<ExplanationOutcome> {
    const facts = await read(issueId);
    const evidence = evidenceOf(facts);
    // Each incident more says the same again: they are evidence, and no reason to ask anew.
    const { latestIncidents: _, incidents: __, lastSeen: ___, ...lasting } = facts;
    const asked = { entries: chain.identity, version: EXPLANATION_VERSION, builtin: options.builtin };
    const evidenceHash = hash('sha256', canonicalJson({ lasting, ...asked }));
    const known = force ? null : await store.find(issueId, language);
    if (known !== null && known.evidenceHash === evidenceHash && isGood(known.validUntil)) {
      const { explanation } = known;
      return {
        status: 'completed',
        explanation: { ...explanation, metadata: { ...explanation.metadata, cache: 'database' } },
      };
    }
    const key = `${issueId} ${language} ${evidenceHash}`;
    const flying = flights.get(key) ?? make({ facts, evidence, evidenceHash, language });
    flights.set(key, flying);
    return flying.finally(() => flights.delete(key));
  }

  const isGood = (validUntil: number | null) => validUntil === null || clock.now() < validUntil;

  async function make(job: {
    facts: IssueFacts;
    evidence: Evidence[];
    evidenceHash: string;
    language: PeopleLanguage;
  }): Promise<ExplanationOutcome> {
    const { facts, evidence, evidenceHash, language } = job;
    const asked = await askProviders(facts, evidence, language);
    if (!asked.ok && !options.builtin) {
      const { attempts, error, retryAfterMs } = asked;
      return { status: 'failed', attempts, error: error.message, retryAfterMs };
    }
    const said = asked.ok ? asked.value : byEvidence(facts, evidence, language);
    const explanation: Explanation = { ...redacted(said), evidence, metadata: metadataOf(asked, language) };
    const validUntil = asked.ok || chain.isEmpty ? null : clock.now() + options.standInMs;
    await store.keep({ issueId: facts.issueId, language, explanation, evidenceHash, validUntil, at: clock.now() });
    return { status: 'completed', explanation };
  }

  function askProviders(facts: IssueFacts, evidence: readonly Evidence[], language: PeopleLanguage) {
    return chain.complete<Said>({
      system: explanationSystem(language),
      prompt: explanationPrompt(facts, evidence),
      schema: EXPLANATION_SCHEMA,
      validate: (value) => validateExplanation(value, evidence),
      onEntry: ({ provider, outcome, errorType, durationMs }) => {
        if (errorType === null) options.metrics.success(provider);
        else options.metrics.failure(provider, errorType);
        options.metrics.duration(provider, outcome, durationMs / 1_000);
      },
    });
  }

  function byEvidence(facts: IssueFacts, evidence: readonly Evidence[], language: PeopleLanguage): Said {
    const since = steadyNow(clock);
    const said = explainByEvidence(facts, evidence, messagesFor(language).analysis);
    options.metrics.success(BUILTIN);
    options.metrics.duration(BUILTIN, 'success', (steadyNow(clock) - since) / 1_000);
    return said;
  }

  /** A model may repeat what it was never given; what it writes is stored and shown. */
  function redacted(said: Said): Said {
    const clean = <One extends { text: string }>(one: One): One => ({ ...one, text: options.redactor.text(one.text) });
    const { rootCause, claims, nextLook } = said;
    return {
      ...said,
      rootCause: rootCause === null ? null : clean(rootCause),
      claims: claims.map(clean),
      nextLook: nextLook.map(clean),
    };
  }

  function metadataOf(asked: Completion<Said>, language: PeopleLanguage): AnalysisMetadata {
    return {
      provider: asked.ok ? asked.provider : BUILTIN,
      model: asked.ok ? asked.model : null,
      attempts: asked.attempts,
      cache: 'none',
      language,
      extractive: !asked.ok,
      tokens: asked.tokens,
      costUsd: asked.costUsd,
      promptVersion: EXPLANATION_VERSION,
      schemaVersion: EXPLANATION_VERSION,
      analyzedAt: clock.now(),
    };
  }

  return { explain };
}
