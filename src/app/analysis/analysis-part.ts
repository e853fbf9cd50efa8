import * as settings from '../../config/index.ts';
import type { AnalysisControl, DebateControl } from '../../server/index.ts';
import type { Round } from '../rounds.ts';
import { startDebates } from './debates.ts';
import type { OpenAnalysisOptions, OpenedAnalysis } from './open-analysis.ts';

export interface AnalysisPart {
  /** Opens the engine at the first call; the same one afterwards. */
  open(): Promise<OpenedAnalysis>;
  /** What routes use. */
  control: AnalysisControl;
  debates: DebateControl;
  rounds: Round[];
  /** Fails the debates that died with the process before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const CATCH_UP_MS = 60_000;
const RECALL_COLLECTION = 'concept_mention';

/** Analysis, as far as it is there before anybody asks for it: its figures stand at 0, and what recall has not looked at is noticed. */
export function startAnalysis(options: OpenAnalysisOptions): AnalysisPart {
  const { configuration, store, metrics, version } = options;
  const { analysis } = configuration;
  const providers = settings.providersOf(analysis).map(({ name: provider, model }) => ({ provider, model }));
  metrics.analysis.know(providers.map(({ provider }) => provider));
  metrics.models.know(providers);
  metrics.recall.systemInfo({
    version,
    similarityThreshold: analysis.recall.threshold,
    maxRecallsPerMessage: analysis.recall.perMessage,
    collectionName: RECALL_COLLECTION,
  });
  let opened: Promise<OpenedAnalysis> | null = null;
  const open = () => {
    opened ??= import('./open-analysis.ts').then(({ openAnalysis }) => openAnalysis(options));
    // What could not be opened now may be later.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  let control: Promise<AnalysisControl> | null = null;
  const load = () => {
    control ??= import('./analysis-control.ts').then(({ createAnalysisControl }) =>
      createAnalysisControl({ ...options, open }),
    );
    control.catch(() => {
      control = null;
    });
    return control;
  };
  const debates = startDebates({ ...options, analysis: open });
  return {
    open,
    debates: debates.control,
    start: debates.start,
    control: {
      analyse: async (request) => (await load()).analyse(request),
      addMessages: async (posted) => (await load()).addMessages(posted),
      conversations: async (query) => (await load()).conversations(query),
      conversation: async (id) => (await load()).conversation(id),
      providers: async () => (await load()).providers(),
      explanation: async (issueId, language) => (await load()).explanation(issueId, language),
      explain: async (request) => (await load()).explain(request),
      recalls: async (query) => (await load()).recalls(query),
      interact: async (id, action) => (await load()).interact(id, action),
      erase: async (request) => (await load()).erase(request),
      referenceOf: async (user) => (await load()).referenceOf(user),
    },
    rounds: [
      ...debates.rounds,
      {
        name: 'concept recall',
        everyMs: CATCH_UP_MS,
        isNeeded: async () => (await store.concepts.behind(1)).length > 0,
        run: async (signal) => void (await (await open()).recall.catchUp(signal)),
      },
    ],
    async stop() {
      await debates.stop();
      const engine = await opened?.catch(() => null);
      await engine?.idle();
    },
  };
}
