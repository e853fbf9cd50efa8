import { randomBytes } from 'node:crypto';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import { type Alerts, EVENT_RULES, JOB_WATCH_RULES, SEALING_RULE } from '../core/alerts/index.ts';
import { type Loop, startLoop, systemTimer } from '../core/jobs/index.ts';
import { createDeadManSwitch, createLinkPages } from '../core/notify/index.ts';
import { type Clock, type GuardianError, messagesFor } from '../core/shared/index.ts';
import { guardianParts } from './alerts/guardian-parts.ts';
import { openAlerts } from './alerts/open-alerts.ts';
import { describeChannels, openChannels } from './declare/channels.ts';
import { declaredDirectory, notifyKnobsOf } from './declare/directory.ts';
import { takeExecRecords } from './exec-records.ts';
import { createCheckIns, createMonitorCheck } from './jobs/check-ins.ts';
import { openCoordination } from './jobs/coordination.ts';
import { createForetelling } from './jobs/predictions.ts';
import { openJobs, type RunningJobs } from './jobs/start-jobs.ts';
import { mailChannel } from './mail-channel.ts';
import { ownWork } from './own-work.ts';
import type { Round } from './rounds.ts';
import type { Parts } from './server-parts.ts';
import { createSourceWatch } from './source-watch.ts';
import { outwardPing, tellEmergency } from './telling/outward.ts';
import { openTelling } from './telling.ts';
import { openTemplates } from './templates/open-templates.ts';
import type { ThreadIntake } from './thread-intake.ts';
import { openUsage } from './usage/open-usage.ts';
import type { createWorkPool } from './work-pool.ts';

export interface NightShiftOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  intake: Pick<ThreadIntake, 'state' | 'countDropped'>;
  work: Pick<ReturnType<typeof createWorkPool>, 'makeReport' | 'compareIssues'>;
  clock: Clock;
  version: string;
  onChange(change: Change): void;
  onFailure(what: string, error: GuardianError): void;
}

/** What templates were used is stored this often. */
const TEMPLATE_USES_MS = 5_000;
/** Rules look this often. */
const RULES_MS = 60_000;
/** And those over what events tell, which people wait for. */
const ERRORS_MS = 10_000;
const SOON = [...EVENT_RULES, SEALING_RULE.name];
/** A tick is missing after a minute, and the watchdog looks twice in one: so it is an alert within two. */
const WATCH_MS = 30_000;
const WATCH = JOB_WATCH_RULES.map(({ name }) => name);
/** What `guardian exec` left while the server was away is looked for this often. */
const EXEC_RECORDS_MS = 60_000;
/** Predictions of one job: of failure and of lateness. */
const NEWEST = 2;
/** Steps of escalation, repeats and lapses are looked for this often. */
const DUE_MS = 1_000;

/** Jobs, alerts and messages, wired: what one writes wakes the next, so that nothing waits for a look at the clock. */
export async function openNightShift(options: NightShiftOptions) {
  const { configuration, folder, store, intake, work, clock, version, onChange, onFailure } = options;
  const knobs = notifyKnobsOf(configuration);
  const directory = declaredDirectory(configuration);
  const templates = await openTemplates({ configuration, folder, store, clock, onFailure });
  const mail = mailChannel(configuration, folder);
  const { sender } = settings.mailOptionsOf(configuration, messagesFor(configuration.language));
  const channels = openChannels(configuration, { mail, sender, webhookSecret: await webhookSecretOf(store), clock });
  const usage = await openUsage({ configuration, folder, store, clock });
  const sources = createSourceWatch({ configuration, folder, store });
  const telling = openTelling({
    configuration,
    store,
    sources,
    channel: mail,
    channels,
    directory,
    knobs,
    makeReport: work.makeReport,
    templates: templates.library,
    usageOf: usage.forMail,
    onChange,
    onFailure,
    onDead: () => standIns?.wake(),
    clock,
  });
  const loops: Loop[] = [];
  let messages: Loop | null = null;
  let standIns: Loop | null = null;
  const onTold = () => messages?.wake();
  const coordination = openCoordination({ configuration, store, clock, declareAnew: () => jobs.declareAnew() });
  const jobs: RunningJobs = await openJobs({
    configuration,
    folder,
    store,
    own: ownWork({
      configuration,
      folder,
      store,
      telling,
      compareIssues: work.compareIssues,
      usageReport: usage.work,
      coordination,
      clock,
    }),
    clock,
    version,
    onChange,
    onTold,
    onFailure,
  });
  const { engine } = jobs;
  const parts = guardianParts({
    store,
    failuresInRow: knobs.failuresInRow,
    engine: engine.parts,
    telling: () => loops.map((loop) => loop.state()),
    worker: telling.worker.state,
    ingest: intake.state,
    sources: sources.states,
    messages: messagesFor(configuration.language),
  });
  const alerts = openAlerts({
    configuration,
    store,
    knobs,
    parts,
    jobWatch: engine.watch,
    clock,
    onChange,
    onTold,
  });
  const partProblems = async () => {
    const isStoreThere = await store.state().then(
      () => true,
      () => false,
    );
    const scheduler = await parts.parts('scheduler');
    const states = [...scheduler, ...(await parts.parts('delivery-worker'))];
    return [
      ...(isStoreThere ? [] : ['store']),
      // Not begun, or stopped: it has no parts that could stand still.
      ...(scheduler.length > 0 ? [] : ['scheduler']),
      ...states.filter(({ isWorking }) => isWorking === false).map(({ name }) => name),
    ];
  };
  const deadMan = createDeadManSwitch({
    parts: {
      store: async () => (await store.state()).version !== '',
      scheduler: async () => engine.parts().every(({ isStopped }) => !isStopped),
      deliveries: async () => (await parts.parts('delivery-worker')).every(({ isWorking }) => isWorking !== false),
    },
    ping: outwardPing(configuration),
    emergency: tellEmergency(configuration, { channels, clock, templates: templates.library }),
    clock,
    coolDownMs: knobs.coolDownMs,
    onFailure,
  });
  const foretelling = createForetelling({
    store,
    alerts,
    raisesAlerts: configuration.jobEngine.predictionAlerts,
    timeZone: configuration.timeZone,
    messages: messagesFor(configuration.language),
    clock,
    onFailure,
  });
  const { data: dataFolder } = settings.placesOf(configuration, folder);
  const checkIns = createCheckIns({ store, engine, intake, clock, onFailure });
  const loop = (name: string, everyMs: number, turn: () => Promise<unknown>) =>
    startLoop({ name, clock, timer: systemTimer, everyMs, turn: () => turn().then(() => null), onFailure });
  const rounds: Round[] = [
    ...telling.rounds,
    ...usage.rounds(alerts),
    { name: 'alert rules', everyMs: RULES_MS, run: (signal) => lookWithAll(alerts, signal) },
    { name: 'error thresholds', everyMs: ERRORS_MS, run: (signal) => lookWithAll(alerts, signal, SOON) },
    { name: 'job watch', everyMs: WATCH_MS, run: (signal) => lookWithAll(alerts, signal, WATCH) },
    { name: 'predictions', everyMs: RULES_MS, run: foretelling },
    { name: 'alerts due', everyMs: DUE_MS, run: async () => void (await alerts.carryOutDue()) },
  ];
  const shown: Pick<
    Parts,
    'jobs' | 'alerts' | 'telling' | 'partProblems' | 'followed' | 'templates' | 'coordination' | 'usage'
  > = {
    jobs: {
      ...engine,
      predictions: (jobId) => store.predictions.list(jobId, NEWEST),
      knowsMonitor: createMonitorCheck(store),
    },
    alerts,
    telling: {
      directory,
      knobs,
      channels: describeChannels(configuration, channels),
      test: async (asked) => {
        const ids = await telling.test(asked);
        telling.worker.wake();
        return ids;
      },
      resend: async (id) => {
        const delivery = await store.notifications.resend(id, clock.now());
        telling.worker.wake();
        return delivery;
      },
      links: createLinkPages({
        links: telling.links,
        alerts: store.alerts,
        acknowledge: async (ids, by) =>
          (await alerts.act(ids, { kind: 'acknowledge', notes: null }, by)).changed.map(({ id }) => id),
      }),
    },
    partProblems,
    followed: sources.states,
    templates,
    coordination: { ...coordination, ...store.coordination },
    usage: usage.control,
  };
  return {
    parts: shown,
    rendering: { templates: templates.library },
    rounds,
    /** Gives what the jobs will catch up with. */
    async start() {
      await templates.start();
      const caughtUp = await jobs.start();
      telling.worker.start();
      messages = loop('messages', 1_000, () => telling.intake.pass());
      standIns = loop('stand-ins', 15_000, () => telling.standIns.pass());
      loops.push(
        messages,
        standIns,
        loop('check-ins', 1_000, checkIns),
        loop('template uses', TEMPLATE_USES_MS, templates.flush),
        loop('exec records', EXEC_RECORDS_MS, () =>
          takeExecRecords({ projects: store.projects, folder: dataFolder, clock, jobs: shown.jobs, store }),
        ),
      );
      deadMan.start(configuration.notify.deadManEvery);
      return caughtUp;
    },
    async stop(): Promise<void> {
      await deadMan.stop();
      await jobs.stop();
      await Promise.all(loops.splice(0).map((one) => one.stop()));
      await telling.worker.stop();
      await templates.stop();
    },
    close(): void {
      for (const channel of channels.values()) channel.close();
    },
  };
}

/** Every rule looks, whatever becomes of the others; that one could not is the failure of the step. */
async function lookWithAll(
  alerts: Pick<Alerts, 'evaluateSchedules'>,
  signal: AbortSignal,
  only?: readonly string[],
): Promise<void> {
  const looks = await alerts.evaluateSchedules(signal, only);
  const failed = looks.find(({ error }) => error !== null);
  if (failed?.error) throw failed.error;
}

/** Signs webhooks where the configuration names no secret: made once, and kept. */
async function webhookSecretOf({ settings: kept }: Store): Promise<string> {
  const known = await kept.get('webhook.secret');
  if (typeof known === 'string') return known;
  const made = `whsec_${randomBytes(32).toString('base64')}`;
  await kept.set('webhook.secret', made);
  return made;
}
