import { checkFunctions } from '../adapters/executors/index.ts';
import * as settings from '../config/index.ts';
import { createRuleSet } from '../core/alerts/index.ts';
import { checkChains, checkTrigger } from '../core/jobs/index.ts';
import {
  addressName,
  CHANNEL_KINDS,
  type ChannelKind,
  type Message,
  type Recipient,
  renderTest,
} from '../core/notify/index.ts';
import { type Clock, GuardianError, type Messages, messagesFor, toGuardianError } from '../core/shared/index.ts';
import { checkAnalysis } from './analysis/check-analysis.ts';
import { openChannels } from './declare/channels.ts';
import { declaredDirectory } from './declare/directory.ts';
import { declaredJobs } from './declare/jobs.ts';
import { declaredRules } from './declare/rules.ts';
import { reportTrigger } from './jobs/report-schedule.ts';
import { mailChannel } from './mail-channel.ts';
import { openConfiguredCluster } from './search/open-search.ts';
import { checkSyslogTls } from './syslog-tls.ts';
import { checkUsage } from './usage/check-usage.ts';

export interface NightCheck {
  name: 'jobs' | 'rules' | 'routes' | 'search' | 'channel' | 'test' | 'usageRecords' | 'analysis' | 'syslog';
  /** Of a channel its kind, of a test its kind and recipient. */
  about: string | null;
  outcome: 'ok' | 'note' | 'failed';
  detail: string;
  error?: GuardianError;
}

export interface NightChecksOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
  isTestSent: boolean;
}

/** Jobs, rules, routes and channels as the start would take them; then a message to everybody over everything, where that is asked for. */
export async function* checkNight(options: NightChecksOptions): AsyncGenerator<NightCheck> {
  const { configuration, folder } = options;
  const { cli, runs: texts } = messagesFor(configuration.language);
  const { doctor } = cli;
  yield await found('jobs', async () => {
    // Projects are made by the start.
    const jobs = declaredJobs(configuration, { folder, projectId: () => 1 });
    for (const { id, trigger } of jobs) checkTrigger(trigger, { key: `jobs.${id}` });
    const reporting = reportTrigger(configuration);
    if (reporting?.kind === 'cron') checkTrigger(reporting, { key: 'reports' });
    checkChains(jobs);
    await checkFunctions(jobs, { texts });
    return jobs.length === 0 ? null : doctor.count(jobs.length);
  });
  yield await found('rules', () => {
    const { rules } = configuration;
    createRuleSet({ rules: declaredRules(configuration), types: configuration.alertTypes });
    return rules.length === 0 ? null : doctor.count(rules.length);
  });
  yield await found('routes', () => {
    settings.checkTelling(configuration);
    return configuration.routes.length === 0 ? null : doctor.count(configuration.routes.length);
  });
  if (configuration.search.url !== null) {
    yield await found('search', async () => {
      const cluster = openConfiguredCluster(configuration, folder);
      try {
        const { kind, version, lifecycle } = await cluster.ready();
        return doctor.searchOk(kind, version, lifecycle);
      } finally {
        cluster.close();
      }
    });
  }
  yield* checkChannels(options, doctor);
  yield* checkSyslogTls(options);
  yield* checkUsage(options);
  yield* checkAnalysis(options);

  async function found(
    name: NightCheck['name'],
    look: () => string | null | Promise<string | null>,
  ): Promise<NightCheck> {
    try {
      const detail = await look();
      return { name, about: null, outcome: detail === null ? 'note' : 'ok', detail: detail ?? doctor.none };
    } catch (thrown) {
      return { name, about: null, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
    }
  }
}

async function* checkChannels(
  { configuration, folder, clock, isTestSent }: NightChecksOptions,
  doctor: Messages['cli']['doctor'],
): AsyncGenerator<NightCheck> {
  const { recipients } = declaredDirectory(configuration);
  if (recipients.length === 0) return;
  const mail = mailChannel(configuration, folder);
  const { sender } = settings.mailOptionsOf(configuration, messagesFor(configuration.language));
  // The real secret stands in the store, which a server may hold: a receiver that checks it refuses this test, and says so.
  const channels = openChannels(configuration, {
    mail,
    sender,
    webhookSecret: 'guardian doctor, without a secret',
    clock,
  });
  try {
    for (const kind of CHANNEL_KINDS) {
      const users = recipients.filter(({ addresses }) => (addresses[kind] ?? []).length > 0);
      if (users.length === 0) continue;
      const channel = channels.get(kind);
      if (!channel) {
        const error = new GuardianError('configuration_invalid', {
          key: `channels (${kind})`,
          reason: doctor.notSetUp,
        });
        yield { name: 'channel', about: kind, outcome: 'failed', detail: '', error };
        continue;
      }
      yield await outcomeOf('channel', kind, async () => {
        await channel.check();
        return doctor.channelOk(users.map(({ name }) => name).join(', '));
      });
      if (!isTestSent) continue;
      for (const { recipient, address } of addressesOf(users, kind)) {
        const message: Message = renderTest({
          language: recipient.language,
          tag: configuration.mail.tag,
          at: clock.now(),
          isDrill: false,
        });
        yield await outcomeOf('test', `${kind} → ${recipient.name}`, async () => {
          const id = `doctor-${clock.now()}`;
          const receipt = await channel.send(message, address, { id, number: 1, signal: AbortSignal.timeout(60_000) });
          return receipt.outcome === 'sent' ? doctor.testAccepted(addressName(kind, address)) : doctor.testSimulated;
        });
      }
    }
  } finally {
    for (const channel of channels.values()) channel.close();
  }
}

function addressesOf(users: readonly Recipient[], kind: ChannelKind): { recipient: Recipient; address: string }[] {
  return users.flatMap((recipient) => (recipient.addresses[kind] ?? []).map((address) => ({ recipient, address })));
}

async function outcomeOf(name: NightCheck['name'], about: string, look: () => Promise<string>): Promise<NightCheck> {
  try {
    return { name, about, outcome: 'ok', detail: await look() };
  } catch (thrown) {
    return { name, about, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
  }
}
