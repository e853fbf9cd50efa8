import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import { createRedactor } from '../../core/events/index.ts';
import {
  type AgentRunner,
  createAttemptWorker,
  createFixes,
  createFixWatch,
  DEFAULT_FIXES_KNOBS,
  type FixAgent,
  type FixesKnobs,
  type FixHistory,
  type FixMail,
  type Forge,
} from '../../core/fixes/index.ts';
import { type Loop, startLoop, systemTimer } from '../../core/jobs/index.ts';
import { type Clock, type GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { Round } from '../rounds.ts';
import type { createWorkPool } from '../work-pool.ts';

export interface OpenFixesOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  work: Pick<ReturnType<typeof createWorkPool>, 'fixMaterialOf'>;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

const DAY_MS = 86_400_000;
/** What is due is looked for this often, besides when something becomes so. */
const WORK_MS = 5_000;
const FORGET_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 200;

/** The closed loop, wired: hand-offs, what carries them out, and the watch over what came of them. */
export async function openFixes({ configuration, folder, store, work, clock, onFailure }: OpenFixesOptions) {
  const { fixes: given, language } = configuration;
  const messages = messagesFor(language);
  const agents = agentsOf(configuration);
  const forge = await openForge(configuration, clock);
  const history = await openHistory(configuration, folder);
  const runner = await openRunner(configuration, folder, clock);
  const mail = mailOf({ store, configuration, clock });
  const knobs = knobsOf(configuration);
  const shared = { store: store.fixes, issues: store.issues, agents, forge, history, clock, messages };
  const loops: Loop[] = [];
  const wake = () => {
    for (const loop of loops) loop.wake();
  };
  const fixes = createFixes({
    ...shared,
    evidence: store.fixEvidence,
    hasMail: true,
    shortIdOf: async ({ projectId, number }) => {
      const project = (await store.projects.list()).find(({ id }) => id === projectId);
      return `${(project?.slug ?? 'issue').toUpperCase()}-${number}`;
    },
    materials: { of: (issueId, tokens) => work.fixMaterialOf(issueId, language, tokens) },
    knobs,
    onWork: wake,
  });
  const worker = createAttemptWorker({
    ...shared,
    attempts: store.fixAttempts,
    runner,
    mail,
    node: `${hostname()}:${process.pid}`,
  });
  const watch = createFixWatch({ ...shared, evidence: store.fixEvidence, knobs });
  const stopping = new AbortController();
  const rounds: Round[] = [
    { name: 'fixes', everyMs: given.everyMs, run: async (signal) => void (await watch.pass(signal)) },
    {
      name: 'fixes by itself',
      everyMs: given.everyMs,
      run: async (signal) => void (await fixes.handOffByItself(signal)),
    },
    { name: 'old fixes', everyMs: FORGET_MS, run: forget },
  ];
  return {
    fixes,
    rounds,
    async start(): Promise<void> {
      await runner?.sweep();
      loops.push(
        startLoop({
          name: 'fix attempts',
          clock,
          timer: systemTimer,
          everyMs: WORK_MS,
          turn: () => worker.pass(stopping.signal).then(() => null),
          onFailure,
        }),
      );
    },
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all(loops.splice(0).map((one) => one.stop()));
    },
  };

  async function forget(): Promise<void> {
    const before = clock.now() - given.keepDays * DAY_MS;
    while ((await store.fixes.forget({ before, limit: FORGOTTEN_AT_ONCE })) > 0);
  }
}

function knobsOf({ fixes }: settings.Configuration): FixesKnobs {
  const { automatic, perDay, leastFixability, leastIncidents, giveUpDays, watchDays, sourceSilence } = fixes;
  return {
    ...DEFAULT_FIXES_KNOBS,
    ...{ automatic, perDay, leastFixability, leastIncidents, sourceSilentMs: sourceSilence },
    giveUpMs: giveUpDays * DAY_MS,
    watchMs: watchDays * DAY_MS,
  };
}

function agentsOf({ fixes }: settings.Configuration): FixAgent[] {
  return Object.entries(fixes.agents).map(([name, agent]) => ({
    name,
    way: agent.way,
    description: agent.description,
    address: agent.way === 'mail' ? agent.address : null,
    mayOpenPullRequest: agent.mayOpenPullRequest,
  }));
}

async function openForge({ fixes }: settings.Configuration, clock: Clock): Promise<Forge | null> {
  const { repository, token, ...access } = fixes.github;
  if (repository === null || token === null) return null;
  const [owner = '', name = ''] = repository.split('/');
  const { createGitHubForge } = await import('../../adapters/forges/github/index.ts');
  return createGitHubForge({ ...access, token, owner, name, clock });
}

async function openHistory(configuration: settings.Configuration, folder: string): Promise<FixHistory | null> {
  const { fixes, repository } = configuration;
  if (!isUsed(configuration)) return null;
  const { repository: named, token, webUrl, remote } = fixes.github;
  const { createFixHistory } = await import('../../adapters/git/index.ts');
  const url = remote ?? (named === null ? null : `${webUrl}/${named}.git`);
  return createFixHistory({
    repository: settings.placesOf(configuration, folder).repository,
    environment: settings.processEnvironment(),
    revisions: repository.revisions,
    remote: url === null ? null : { url, token },
  });
}

/** Somebody may be handed an issue, or GitHub is asked: else git is left alone. */
function isUsed({ fixes, repository }: settings.Configuration): boolean {
  return repository.path !== null || Object.keys(fixes.agents).length > 0 || fixes.github.repository !== null;
}

async function openRunner(
  configuration: settings.Configuration,
  folder: string,
  clock: Clock,
): Promise<AgentRunner | null> {
  const { fixes } = configuration;
  const environment = settings.processEnvironment();
  const commands = Object.entries(fixes.agents).flatMap(([name, agent]) =>
    agent.way !== 'command'
      ? []
      : [
          {
            ...agent,
            name,
            timeoutMs: agent.timeLimit,
            environment: Object.fromEntries(
              agent.environment.flatMap((variable) => {
                const value = environment[variable];
                return value === undefined ? [] : [[variable, value]];
              }),
            ),
          },
        ],
  );
  if (commands.length === 0) return null;
  const { createCommandRunner } = await import('../../adapters/agents/index.ts');
  const { data, repository } = settings.placesOf(configuration, folder);
  const redactor = createRedactor(configuration.redaction);
  return createCommandRunner({
    commands,
    repository,
    environment,
    folder: fixes.folder === null ? join(tmpdir(), 'guardian-fixes') : resolve(folder, fixes.folder),
    hidden: [data, join(folder, settings.CONFIGURATION_FILE), join(folder, '.env'), ...fixes.hidden],
    bounds: {
      keptBytes: fixes.outputKeptBytes,
      outputBytes: fixes.outputBytes,
      fileBytes: fixes.fileBytes,
      files: fixes.changedFiles,
      diffBytes: fixes.diffBytes,
    },
    author: { name: fixes.author, email: fixes.authorEmail },
    redact: (text) => redactor.text(text),
    clock,
  });
}

/** Hand-offs leave by the outbox of messages like everything else; the document goes along as Markdown and as JSON. */
function mailOf({ store, configuration, clock }: Pick<OpenFixesOptions, 'store' | 'configuration' | 'clock'>): FixMail {
  return {
    async queue({ key, to, subject, text, handOff }) {
      const { escapeHtml } = await import('./escape-html.ts');
      await store.deliveries.queue({
        id: `delivery-${key}`,
        occasion: key,
        channel: 'email',
        recipient: to,
        message: {
          subject,
          text,
          html: `<pre style="white-space:pre-wrap;font-family:monospace">${escapeHtml(text)}</pre>`,
          attachments: [
            { filename: 'hand-off.md', contentType: 'text/markdown; charset=utf-8', content: handOff.markdown },
            {
              filename: 'hand-off.json',
              contentType: 'application/json',
              content: JSON.stringify(handOff.json, null, 2),
            },
          ],
          date: clock.now(),
          language: configuration.language,
        },
        about: { service: '', status: 'OK', issues: [] },
        createdAt: clock.now(),
      });
    },
  };
}
