import { hostname } from 'node:os';
import {
  createAttemptWorker,
  createFixes,
  createFixWatch,
  DEFAULT_FIXES_KNOBS,
  type FixAgent,
} from '../../core/fixes/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import { openForge, openHistory, openRunner } from './fix-adapters.ts';
import { agentsOf, knobsOf } from './fix-settings.ts';
import { handOffMail } from './hand-off-mail.ts';
import type { OpenFixesOptions } from './open-fixes.ts';

export type FixEngine = Awaited<ReturnType<typeof createFixEngine>>;

/** The whole of it: loaded when somebody hands off, answers, or something is under way. `onWork`: there is something to be carried out. */
export async function createFixEngine(options: OpenFixesOptions, onWork: () => void) {
  const { configuration, store, work, clock, onFailure } = options;
  const { language } = configuration;
  const messages = messagesFor(language);
  const agents: readonly FixAgent[] = agentsOf(configuration);
  const [forge, history, runner] = await Promise.all([openForge(options), openHistory(options), openRunner(options)]);
  const knobs = { ...DEFAULT_FIXES_KNOBS, ...knobsOf(configuration) };
  const shared = { store: store.fixes, issues: store.issues, agents, forge, history, clock, messages };
  return {
    history,
    runner,
    fixes: createFixes({
      ...shared,
      evidence: store.fixEvidence,
      hasMail: true,
      shortIdOf: async ({ projectId, number }) => {
        const project = (await store.projects.list()).find(({ id }) => id === projectId);
        return `${(project?.slug ?? 'issue').toUpperCase()}-${number}`;
      },
      materials: { of: (issueId, tokens) => work.fixMaterialOf(issueId, language, tokens) },
      knobs,
      onWork,
    }),
    worker: createAttemptWorker({
      ...shared,
      attempts: store.fixAttempts,
      runner,
      mail: handOffMail(options),
      node: `${hostname()}:${process.pid}`,
    }),
    watch: createFixWatch({
      ...shared,
      evidence: store.fixEvidence,
      knobs,
      onFailure: (fixId, reason) =>
        onFailure('look at fixes', new GuardianError('source_unavailable', { path: fixId, reason })),
    }),
  };
}
