import { isAbsolute, join, relative, resolve } from 'node:path';
import { GuardianError, type Messages } from '../core/shared/index.ts';
import type { Configuration } from './schema.ts';

/** Where things stand on this machine. Paths of the configuration are relative to the folder the command was started in. */
export function placesOf({ dataFolder, repository }: Configuration, folder: string) {
  const data = resolve(folder, dataFolder);
  return {
    data,
    outbox: join(data, 'outbox'),
    deliveries: join(data, 'deliveries.jsonl'),
    looks: join(data, 'looks.jsonl'),
    spool: join(data, 'spool'),
    repository: repository.path === null ? folder : resolve(folder, repository.path),
    isRepositoryRequired: repository.path !== null,
  };
}

/** What tells an application frame from a library's. */
export function frameOptionsOf({ repository }: Configuration) {
  return {
    rules: repository.frames,
    appPackages: repository.applicationPackages,
    ...(repository.pathPrefixes.length > 0 ? { pathPrefixes: repository.pathPrefixes } : {}),
  };
}

export function understandingLimitsOf({ report, understanding }: Configuration) {
  return {
    latencyMs: report.latencyAboveMs,
    candidates: understanding.candidates,
    context: understanding.contextEvents,
    ...(understanding.listedNoisePaths ? { listedSegments: understanding.listedNoisePaths } : {}),
  };
}

/** Server and sender; `smtp` is null when no server is configured. Throws `configuration_invalid` when nobody could be the sender. */
export function mailOptionsOf({ mail }: Configuration, messages: Messages) {
  const { host, ...smtp } = mail.smtp;
  const address = mail.from ?? mail.smtp.user ?? (host ? null : 'guardian@localhost');
  const { noSender, noSenderRemedy } = messages.cli.send;
  if (!address)
    throw new GuardianError('configuration_invalid', { key: 'mail.from', reason: noSender, remedy: noSenderRemedy });
  return { smtp: host ? { ...smtp, host } : null, sender: { address, name: mail.fromName } };
}

/** Recipients, each with the policy that decides when they get a mail. */
export function recipientsOf({ mail }: Configuration) {
  return mail.recipients.map((given) => {
    const { address, minimumStatus } = typeof given === 'string' ? { address: given, minimumStatus: undefined } : given;
    return { address, policy: { minimumStatus: minimumStatus ?? mail.minimumStatus, coolDownMs: mail.coolDownMs } };
  });
}

const HOUR_MS = 3_600_000;

/** What reports are made by. When an issue is done is said as it is verified: both are `fixes.verify`. */
export function reportKnobsOf({ report, fixes }: Configuration) {
  const { requests, within, withoutRequests } = fixes.verify;
  return {
    ...report,
    ...{ silentRequests: requests, silentHours: within / HOUR_MS, silentHoursAlone: withoutRequests / HOUR_MS },
  };
}

export function subjectOptionsOf({ mail, service, timeZone }: Configuration, reported: string | null) {
  return { tag: mail.tag, name: mail.name ?? reported ?? service ?? 'Guardian', timeZone };
}

/** What is watched. */
export function subjectOf({ service, region }: Configuration) {
  return { service, region };
}

/** The path of an input as people near it would write it: below the folder they stand in it is short. `-` is standard input. */
export function readablePath(input: string, folder: string): string {
  if (input === '-') return input;
  const near = relative(process.cwd(), resolve(folder, input));
  return near === '' || near.startsWith('..') || isAbsolute(near) ? resolve(folder, input) : near;
}

/** PostgreSQL when an address is given, else SQLite in the data folder. */
export function storeLocationOf({ dataFolder, database }: Configuration, folder: string) {
  return database.url === null
    ? { kind: 'sqlite' as const, folder: resolve(folder, dataFolder) }
    : { kind: 'postgres' as const, url: database.url, poolSize: database.connections };
}

/** Whether a syslog listener is asked for. */
export function hasSyslog({ sources: { syslog } }: Configuration): boolean {
  return [syslog.udpPort, syslog.tcpPort, syslog.tlsPort].some((asked) => asked !== null);
}

/** What the server is told; what it is not told has its defaults there. */
export function serverKnobsOf({ server, ingest, report, protection, metrics, sources }: Configuration) {
  const { port, host } = sources.otlp;
  return {
    ...server,
    otlp: port === null ? null : { port, host: host ?? server.host },
    protection,
    metrics,
    waitingBytes: ingest.waitingBytes,
    ratePerMinute: ingest.ratePerMinute,
    criticalAboveErrors: report.criticalAboveErrors,
    degradedAboveErrors: report.degradedAboveErrors,
  };
}
