import { createModels } from '../../adapters/models/index.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import type { Alerts } from '../../core/alerts/index.ts';
import {
  type Analyser,
  asAnalysisStatus,
  type Conversations,
  createAnalyser,
  createConversations,
  createExplainer,
  createModelChain,
  createRecall,
  type Explainer,
  type ExtractiveAnalyser,
  type ModelChain,
  type Recall,
} from '../../core/analysis/index.ts';
import { createRedactor } from '../../core/events/index.ts';
import { systemTimer } from '../../core/jobs/index.ts';
import type { Clock, GuardianError, WorkMetrics } from '../../core/shared/index.ts';
import type { PublishLive } from '../../server/index.ts';
import type { createWorkPool } from '../work-pool.ts';
import { asConceptRecall } from './analysis-view.ts';
import { createBuiltin } from './builtin.ts';
import { issueFacts } from './issue-facts.ts';
import { openModelAlerts } from './model-alerts.ts';

export interface OpenAnalysisOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  work: Pick<ReturnType<typeof createWorkPool>, 'evidenceOf' | 'extract'>;
  metrics: WorkMetrics;
  alerts: Pick<Alerts, 'postAlert'>;
  publishLive: PublishLive;
  clock: Clock;
  version: string;
  onFailure(what: string, error: GuardianError): void;
}

/** Everything that says what conversations and issues are about. */
export interface OpenedAnalysis {
  chain: ModelChain;
  analyser: Analyser;
  conversations: Conversations;
  recall: Recall;
  explainer: Explainer;
  /** Long texts in the work thread; null: switched off. */
  builtin: ExtractiveAnalyser | null;
  redactor: { text(text: string): string };
  /** Until everything that was begun is written. */
  idle(): Promise<void>;
}

/** Models → chain → analyser, explanations, recall, over the store. Loaded at the first use: most servers have none for hours. */
export async function openAnalysis(options: OpenAnalysisOptions): Promise<OpenedAnalysis> {
  const { configuration, store, work, metrics, publishLive, clock, onFailure } = options;
  const { analysis } = configuration;
  const limits = settings.analysisLimitsOf(analysis);
  const entries = settings.providersOf(analysis);
  const redactor = createRedactor(configuration.redaction);
  const alerts = openModelAlerts({ ...options, entries });
  const chain = createModelChain({
    entries,
    models: alerts.watched(createModels({ answerBytes: analysis.answerBytes })),
    redactor,
    metrics: metrics.models,
    alerts,
    clock,
    timer: systemTimer,
    limits: limits.chain,
  });
  const builtin = analysis.builtin ? createBuiltin(work) : null;
  const analyser = createAnalyser({
    chain,
    builtin,
    conversations: store.conversations,
    analyses: store.analyses,
    redactor,
    metrics: metrics.analysis,
    feed: { told: (outcome) => publishLive({ event: 'analysis_status', data: asAnalysisStatus(outcome) }) },
    clock,
    limits: limits.analyser,
  });
  const recall = createRecall({
    store: store.concepts,
    metrics: metrics.recall,
    feed: { told: (recalled) => publishLive({ event: 'concept_recall', data: asConceptRecall(recalled) }) },
    clock,
    limits: limits.recall,
    onFailure: (error) => onFailure('concept recall', error),
  });
  const explainer = createExplainer({
    chain,
    builtin: analysis.builtin,
    facts: issueFacts({ store, work, language: configuration.language }),
    store: store.explanations,
    redactor,
    metrics: metrics.analysis,
    clock,
    standInMs: analysis.standIn,
  });
  const conversations = createConversations({
    store: store.conversations,
    redactor,
    clock,
    limits: limits.conversation,
  });
  await alerts.forgetOthers();
  const idle = async () => void (await Promise.all([recall.idle(), alerts.idle()]));
  return { chain, analyser, conversations, recall, explainer, builtin, redactor, idle };
}
