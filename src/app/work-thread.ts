import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type OpenRepository, openRepository } from '../adapters/git/index.ts';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { IssueEvidenceView } from '../contracts/api/issues.ts';
import * as events from '../core/events/index.ts';
import { fixabilityOf, gatherEvidence, type IssueEvidence, type RepositoryEvidence } from '../core/evidence/index.ts';
import type { FixMaterial } from '../core/fixes/index.ts';
import {
  broughtBy,
  compareIssues as compareServiceIssues,
  orderRevisions,
  originLookup,
  type StoredIssue,
  type Understanding,
} from '../core/issues/index.ts';
import * as reports from '../core/reports/index.ts';
import {
  GuardianError,
  messagesFor,
  type PeopleLanguage,
  shortHash,
  systemClock,
  toGuardianError,
  toInstant,
} from '../core/shared/index.ts';
import { leastSilenceOf } from './fixes/fix-settings.ts';
import { createSourceWatch } from './source-watch.ts';
import { newsOfReport } from './telling/report-news.ts';
import type { ThreadData } from './thread-messages.ts';
import type { LongConversation, MadeReport, ReportRequest, WorkMethods } from './work-methods.ts';
import type { WorkCall, WorkResult } from './work-pool.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** What users wrote, the newest, that a hand-off quotes. */
const FEEDBACK = 3;
/** Bytes of a suspect's diff that are shown. */
const DIFF_BYTES = 40_000;
/** Of these the commit is known by the name of the revision alone. */
const DEPLOYMENTS_KNOWN = 50;

const port = parentPort as MessagePort;
const { configuration, folder } = workerData as ThreadData;
const clock = systemClock;
const places = settings.placesOf(configuration, folder);
const redactor = events.createRedactor(configuration.redaction);
const frames = settings.frameOptionsOf(configuration);
const understanding = {
  frameOrigin: events.createFrameOrigin(frames),
  ...settings.understandingLimitsOf(configuration),
};
let opened: Promise<Store> | null = null;

const methods: WorkMethods = { makeReport, evidenceOf, handOffOf, fixMaterialOf, compareIssues, extract };
let queue: Promise<void> = Promise.resolve();
port.on('message', (call: WorkCall) => {
  queue = queue.then(() => carryOut(call));
});

async function carryOut({ id, method, arguments: args }: WorkCall): Promise<void> {
  try {
    const value = await (methods[method] as (...given: unknown[]) => Promise<unknown>)(...args);
    port.postMessage({ id, value } satisfies WorkResult);
  } catch (thrown) {
    const { code, about, message } = toGuardianError(thrown);
    port.postMessage({ id, error: { code, about: { ...about }, message } } satisfies WorkResult);
  }
}

function store(): Promise<Store> {
  opened ??= openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'ingest', clock });
  // One that could not be opened now may be later.
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

/** Loaded here when a conversation is long: its word lists are in no other thread's way. */
async function extract(conversation: LongConversation) {
  const { analyseExtractively } = await import('../core/analysis/index.ts');
  const { summary, concepts, entities, language } = analyseExtractively(conversation);
  return { summary, concepts, entities, language };
}

/** A look that fails is a report too: it says that nothing could be seen, and why. */
async function makeReport(request: ReportRequest): Promise<MadeReport> {
  const { projectId, service, occasion, intervalMs } = request;
  const madeAt = clock.now();
  const id = `report-${shortHash(`${madeAt}\u0000${projectId}\u0000${service}\u0000${occasion}`, 16)}`;
  const about = { id, projectId, service, occasion, intervalMs, madeAt };
  const { reports: kept } = await store();
  try {
    const { content, unseen } = await lookAt(request);
    if (unseen !== null) return await keepFailed(about, unseen);
    const stored: reports.StoredReport = {
      ...about,
      service: content.service,
      status: content.status,
      from: content.window.from === null ? null : Date.parse(content.window.from),
      to: content.window.to === null ? null : Date.parse(content.window.to),
      errors: content.summary.errors,
      warnings: content.summary.warnings,
      problem: null,
    };
    await kept.add(stored, content, newsOfReport(configuration, { ...stored, content, at: stored.madeAt }));
    return { stored, content };
  } catch (thrown) {
    return keepFailed(about, toGuardianError(thrown).explain(messagesFor(configuration.language)).message);
  }
}

type AboutReport = Omit<reports.StoredReport, 'status' | 'from' | 'to' | 'errors' | 'warnings' | 'problem'>;

async function keepFailed(about: AboutReport, problem: string): Promise<MadeReport> {
  const failed = { from: null, to: null, errors: 0, warnings: 0, problem };
  const stored: reports.StoredReport = { ...about, ...failed, status: 'could not look' };
  const news = newsOfReport(configuration, { ...stored, content: null, at: stored.madeAt });
  await (await store()).reports.add(stored, null, news);
  return { stored, content: null };
}

/** `unseen`: nothing is wrong as far as was seen, but a source of the service shows nothing of the window. Null: what was seen is the answer. */
async function lookAt({
  projectId,
  service,
  freshness,
}: ReportRequest): Promise<{ content: reports.Report; unseen: string | null }> {
  const { index, standings, fold, settings: kept, sourceStates, projects } = await store();
  const window = reports.parseFreshness(freshness);
  if (!window) throw new GuardianError('usage_invalid', { reason: freshness });
  const from = window.kind === 'duration' ? clock.now() - window.ms : window.kind === 'instant' ? window.time : null;
  const watch = createSourceWatch({ configuration, folder, store: { sourceStates, projects, index } });
  const coverage = reports.coverageOf(await watch.statesFor({ projectId, service }), clock.now());
  const messages = messagesFor(configuration.language);
  const content = await reports.makeReport({
    coverage,
    source: reports.createStoredSource({
      ...{ index, standings, projectId, service, maxEvents: configuration.cloudLogging.entryLimit },
      unjudgedUntil: (await kept.get('events.unjudgedUntil')) as number | null,
    }),
    origin: 'live',
    freshness: window,
    openPipeline: passThrough,
    redactor,
    understanding,
    gatherEvidence: (found) => evidenceFor(found, configuration.language),
    recall: async (found) => {
      if (projectId !== null) await reports.recallIssues(found, { store: fold, projectId, from });
    },
    subject: { service, region: configuration.region, release: null, revision: configuration.revision },
    commands: configuration.commands,
    clock,
    messages,
    knobs: settings.reportKnobsOf(configuration),
  });
  const source = content.status === 'OK' ? reports.unseenSource(coverage, from) : null;
  const say = messages.reportFacts.window.cut;
  return { content, unseen: source && say.behind(source.name, source.position, source.detail) };
}

/** What is stored went through the pipeline when it came. */
function passThrough(): events.EventPipeline {
  const whole = events.createEventPipeline({ clock, redactor });
  return { ...whole, push: (stored) => [...stored], flush: () => [] };
}

async function withRepository<T>(use: (repository: OpenRepository | null, problem: string | null) => Promise<T>) {
  const environment = settings.processEnvironment();
  const found = await openRepository(places.repository, { environment }).catch(toGuardianError);
  if (!(found instanceof GuardianError)) return use(found, null).finally(() => found.close());
  const isNamed = places.isRepositoryRequired;
  return use(null, isNamed ? `${places.repository}: ${found.about.reason ?? found.code}` : null);
}

/** Revisions that Guardian deployed itself: their names tell no commit, their rows do. */
async function deployedCommits(): Promise<Record<string, string>> {
  const { deployments } = await store();
  const any = { service: null, isOpen: null, phases: null, cursor: null };
  const { items } = await deployments.list({ ...any, limit: DEPLOYMENTS_KNOWN });
  return Object.fromEntries(
    items.flatMap(({ revision, plan }) => (revision === null || plan.commit === null ? [] : [[revision, plan.commit]])),
  );
}

/** The revision before the first that had the issue, as far as rows tell: the events at hand may be of the broken ones alone. */
async function revisionBefore(stored: StoredIssue): Promise<string | null> {
  const [background] = await (await store()).fold.background([stored]);
  const names = orderRevisions(background?.serviceRevisions ?? []).map(({ name }) => name);
  return names[names.indexOf(stored.firstRevision ?? '') - 1] ?? null;
}

interface Gathering {
  language: PeopleLanguage;
  repository: OpenRepository | null;
  problem: string | null;
  /** That had none of it; null: from the events. */
  before: string | null;
}

async function gather(found: Understanding, { language, repository, problem, before }: Gathering) {
  const { revisions, previousRevision, testCommand } = configuration.repository;
  return gatherEvidence({
    understanding: found,
    repository,
    repositoryProblem: problem,
    isRepositoryGuessed: !places.isRepositoryRequired,
    messages: messagesFor(language),
    runningRevision: configuration.revision,
    revisionCommits: { ...(await deployedCommits()), ...revisions },
    previousRevision: previousRevision ?? before,
    frameOrigin: frames,
    testCommand,
    limits: { recentCommits: configuration.report.listedCommits, snippetLines: configuration.report.snippetLines },
  });
}

function evidenceFor(
  found: Understanding,
  language: PeopleLanguage,
  before: string | null = null,
): Promise<RepositoryEvidence> {
  return withRepository((repository, problem) => gather(found, { language, repository, problem, before }));
}

async function storedIssue(issueId: string): Promise<StoredIssue> {
  const found = await (await store()).issues.get(issueId);
  if (!found) throw new GuardianError('not_found', { reason: issueId });
  return found;
}

async function understood(stored: StoredIssue) {
  const { issues, index } = await store();
  return reports.understandStoredIssue(stored, { issues, index, understanding });
}

async function evidenceOf(issueId: string, language: PeopleLanguage): Promise<IssueEvidenceView> {
  const stored = await storedIssue(issueId);
  const found = await understood(stored);
  const before = await revisionBefore(stored);
  return withRepository(async (repository, problem) => {
    const gathered = found && (await gather(found.understanding, { language, repository, problem, before }));
    const own = gathered && reports.redactEvidence(gathered, redactor).byIssue.get(issueId);
    const reason = gathered?.reason ?? messagesFor(language).evidence.truth.noRepository;
    return own ? evidenceView(own, repository) : withoutEvidence(reason);
  });
}

function withoutEvidence(reason: string): IssueEvidenceView {
  const suspects = { verdict: 'could not look' as const, reason, commits: [] };
  return { truth: 'unavailable', commit: null, reason, snippets: [], suspects, owners: [], testCommand: null };
}

async function evidenceView(own: IssueEvidence, repository: OpenRepository | null): Promise<IssueEvidenceView> {
  const paths = [...new Set(own.culprits.map(({ path }) => path))];
  const commits = [];
  for (const [index, suspect] of own.suspects.suspects.entries()) {
    const { sha, authorName, committedAt, subject } = suspect.commit;
    const diff = await repository?.diff({ sha, paths, maxBytes: DIFF_BYTES }).catch(() => null);
    commits.push({
      rank: index + 1,
      hash: sha,
      author: authorName,
      committedAt: toInstant(committedAt),
      subject,
      score: suspect.score,
      confidence: suspect.confidence,
      reasons: suspect.reasons,
      diff: diff ? redactor.code(diff) : null,
    });
  }
  return {
    truth: own.truth,
    commit: own.commit,
    reason: own.reason,
    snippets: own.snippets.map(({ path, line, fromLine, code, function: name, commit }) => ({
      file: path,
      line,
      startLine: fromLine,
      lines: code.split('\n'),
      function: name,
      revision: commit,
    })),
    suspects: { verdict: own.suspects.verdict, reason: own.suspects.reason, commits },
    owners: own.owners,
    testCommand: own.testCommand,
  };
}

async function handOffOf(issueId: string, language: PeopleLanguage): Promise<reports.HandOff> {
  return (await handOffPartsOf(issueId, language, configuration.report.markdownTokens)).handOff;
}

async function handOffPartsOf(issueId: string, language: PeopleLanguage, tokens: number) {
  const stored = await storedIssue(issueId);
  const { issues, fold, projects, clientTales } = await store();
  const found = await understood(stored);
  const gathered = found && (await evidenceFor(found.understanding, language, await revisionBefore(stored)));
  const { history, revisions } = await issues.about(issueId);
  const [background] = await fold.background([stored]);
  const project = (await projects.list()).find(({ id }) => id === stored.projectId);
  const newest = orderRevisions(background?.serviceRevisions ?? []).at(-1)?.name ?? null;
  const messages = messagesFor(language);
  const isNew = clock.now() - stored.firstSeen < DAY_MS;
  const evidence = gathered?.byIssue.get(issueId) ?? null;
  const handOff = reports.handOffOf({
    stored,
    shortId: `${(project?.slug ?? 'issue').toUpperCase()}-${stored.number}`,
    isNew,
    issue: found?.issue ?? null,
    context: found?.understanding.context ?? [],
    evidence,
    evidenceProblem: gathered?.reason ?? messages.evidence.truth.noRepository,
    redactor,
    history: history.toSorted((a, b) => b.at - a.at),
    sinceDeployment:
      newest === null
        ? null
        : { revision: newest, incidents: revisions.find(({ revision }) => revision === newest)?.incidents ?? 0 },
    feedback: await clientTales.feedback(stored, FEEDBACK),
    rate: await rateOf(stored),
    leastSilence: leastSilenceOf(configuration.fixes),
    frameOrigin: understanding.frameOrigin,
    clock,
    messages,
    tokens,
  });
  return {
    handOff,
    stored,
    isNew,
    evidence,
    found,
    running: gathered?.running ?? null,
    known: background?.serviceRevisions ?? [],
  };
}

async function fixMaterialOf(issueId: string, language: PeopleLanguage, tokens: number): Promise<FixMaterial> {
  const parts = await handOffPartsOf(issueId, language, tokens);
  const { handOff, stored, isNew, evidence, found, running, known } = parts;
  const incidents = found?.issue.incidents ?? [];
  const representative = incidents[0]?.representative ?? null;
  const within = (found?.understanding.context ?? []).filter(
    ({ traceId }) => traceId !== null && traceId === representative?.traceId,
  );
  return {
    handOff,
    fixability: fixabilityOf({
      evidence,
      representative,
      signal: stored.signal,
      services: new Set([stored.service, ...within.flatMap(({ service }) => service ?? [])]).size,
      isNewlyDeployed: broughtBy(stored, known) !== null,
    }),
    revision: stored.lastRevision ?? configuration.revision,
    commit: running?.sha ?? evidence?.commit ?? null,
    testCommand: evidence?.testCommand ?? null,
    isPublic: incidents.some((one) => one.representative.trust === 'public'),
    isNew,
  };
}

async function compareIssues(): Promise<number> {
  const { activity, fold } = await store();
  const at = clock.now();
  let pairs = 0;
  for (const { projectId, service } of await activity.services(at)) {
    const originOf = originLookup(understanding.frameOrigin);
    pairs += await compareServiceIssues({ projectId, service }, { store: fold, originOf, at });
  }
  return pairs;
}

/** As the watch over its fix will count it: if that were deployed now. */
async function rateOf({ id, projectId, service, endpoint }: StoredIssue): Promise<reports.IncidentRate> {
  const { fixEvidence } = await store();
  const now = clock.now();
  const request = { issueId: id, projectId, service, route: endpoint, revisions: [], since: now, now, silentMs: 0 };
  return (await fixEvidence.look(request)).before;
}
