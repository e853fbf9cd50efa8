import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../../core/events/index.ts';
import type { MailMessage } from '../../core/notify/index.ts';
import { type Clock, GuardianError, type Messages } from '../../core/shared/index.ts';
import { openSmtpChannel } from '../channels/email/index.ts';
import type { SmtpOptions } from '../channels/email/smtp.ts';
import { openRepository } from '../git/index.ts';

export interface Check {
  name: 'node' | 'git' | 'dataFolder' | 'repository' | 'cloudLogging' | 'mail';
  outcome: 'ok' | 'note' | 'failed';
  detail: string;
  error?: unknown;
}

export interface ChecksOptions {
  messages: Messages;
  clock: Clock;
  environment: Readonly<Record<string, string | undefined>>;
  dataFolder: string;
  repository: { folder: string; isRequired: boolean };
  cloudLogging: { project: string; source: Source } | null;
  mail: {
    isEnabled: boolean;
    /** Null: no server is configured. Throws what is wrong with the configuration. */
    smtp(): SmtpOptions | null;
    outboxFolder: string;
    recipients: string[];
    testMessage: MailMessage | null;
  };
  signal: AbortSignal;
}

type Finding = Omit<Check, 'name'>;

/** Tries everything that is configured, one after the other; a check that fails stops no other. */
export async function* runChecks(options: ChecksOptions): AsyncGenerator<Check> {
  const checks: [Check['name'], () => Finding | Promise<Finding>][] = [
    ['node', checkNode],
    ['git', checkGit],
    ['dataFolder', () => checkDataFolder(options)],
    ['repository', () => checkRepository(options)],
    ['cloudLogging', () => checkCloudLogging(options)],
    ['mail', () => checkMailServer(options)],
    ...testRecipients(options).map((recipient): [Check['name'], () => Promise<Finding>] => [
      'mail',
      () => sendTest(options, recipient),
    ]),
  ];
  for (const [name, check] of checks) {
    try {
      yield { name, ...(await check()) };
    } catch (error) {
      yield { name, outcome: 'failed', detail: '', error };
    }
  }
}

const ok = (detail: string): Finding => ({ outcome: 'ok', detail });
const note = (detail: string): Finding => ({ outcome: 'note', detail });

function checkNode(): Finding {
  return ok(process.versions.node);
}

function checkGit(): Finding {
  try {
    return ok(execFileSync('git', ['--version'], { encoding: 'utf8' }).trim().replace('git version ', ''));
  } catch (cause) {
    throw new GuardianError('git_failed', { reason: (cause as Error).message.split('\n')[0], cause });
  }
}

async function checkDataFolder({ dataFolder, messages }: ChecksOptions): Promise<Finding> {
  const probe = join(dataFolder, `.probe-${process.pid}`);
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new GuardianError('output_unwritable', { path: dataFolder, reason: (cause as Error).message, cause });
  }
  return ok(messages.cli.doctor.dataFolderOk(dataFolder));
}

async function checkRepository({ repository, environment, messages }: ChecksOptions): Promise<Finding> {
  const { doctor } = messages.cli;
  try {
    const opened = await openRepository(repository.folder, { environment });
    try {
      const head = await opened.resolve('HEAD');
      if (!head) return note(doctor.repositoryEmpty(repository.folder));
      return ok(doctor.repositoryAt(repository.folder, head.sha.slice(0, 8), opened.isShallow));
    } finally {
      opened.close();
    }
  } catch (error) {
    if (repository.isRequired) throw error;
    return note(doctor.repositoryNone);
  }
}

async function checkCloudLogging({ cloudLogging, messages, clock, signal }: ChecksOptions): Promise<Finding> {
  const { doctor } = messages.cli;
  if (!cloudLogging) return note(doctor.cloudLoggingNone);
  const minute = 60_000;
  for await (const _batch of cloudLogging.source.read({ since: clock.now() - minute, until: clock.now(), signal }))
    break;
  return ok(doctor.cloudLoggingOk(cloudLogging.project));
}

async function checkMailServer({ mail, messages }: ChecksOptions): Promise<Finding> {
  const { doctor } = messages.cli;
  if (!mail.isEnabled) return note(doctor.mailOff);
  if (mail.recipients.length === 0) return note(doctor.mailNoRecipients);
  const smtp = mail.smtp();
  if (!smtp) return note(doctor.mailOutbox(mail.outboxFolder));
  const channel = await openSmtpChannel(smtp);
  try {
    await channel.verify();
  } finally {
    channel.close();
  }
  return ok(doctor.mailOk(`${smtp.host}:${smtp.port}`));
}

function testRecipients({ mail }: ChecksOptions): string[] {
  return mail.isEnabled && mail.testMessage ? mail.recipients : [];
}

async function sendTest({ mail, messages }: ChecksOptions, recipient: string): Promise<Finding> {
  const smtp = mail.smtp();
  if (!smtp) return note(messages.cli.doctor.mailOutbox(mail.outboxFolder));
  const channel = await openSmtpChannel(smtp);
  try {
    await channel.send(mail.testMessage!, recipient);
  } finally {
    channel.close();
  }
  return ok(messages.cli.doctor.mailTestSent(recipient));
}
