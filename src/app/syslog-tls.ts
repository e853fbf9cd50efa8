import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SyslogTls } from '../adapters/sources/syslog/index.ts';
import type { Configuration } from '../config/index.ts';
import {
  type Clock,
  GuardianError,
  messagesFor,
  toGuardianError,
  toInstant,
  type Worded,
} from '../core/shared/index.ts';
import type { NightCheck } from './night-checks.ts';

const DAY_MS = 86_400_000;
/** A certificate that ends so soon is said beforehand. */
const SOON_MS = 14 * DAY_MS;

/**
 * What the TLS listener of syslog needs; null: it is off. Throws `configuration_invalid` with the key of a file that is missing, cannot be read or is no
 * certificate or key, and of a key that is another certificate's.
 */
export async function readSyslogTls({ sources }: Configuration, folder: string): Promise<SyslogTls | null> {
  const { host, tlsPort, tlsCertificate, tlsKey, tlsClientAuthority } = sources.syslog;
  if (tlsPort === null) return null;
  const certificate = await readPem(folder, 'tlsCertificate', tlsCertificate);
  const key = await readPem(folder, 'tlsKey', tlsKey);
  const authority =
    tlsClientAuthority === null ? null : await readPem(folder, 'tlsClientAuthority', tlsClientAuthority);
  const parsed = parse('tlsCertificate', () => new X509Certificate(certificate));
  const isOwn = parse('tlsKey', () => parsed.checkPrivateKey(createPrivateKey(key)));
  if (!isOwn) throw wrong('tlsKey', (m) => m.configuration.syslog.otherKey);
  if (authority !== null) parse('tlsClientAuthority', () => new X509Certificate(authority));
  return { host, port: tlsPort, certificate, key, ...(authority === null ? {} : { clientAuthority: authority }) };
}

/** As the start would take it, and until when; nothing where it is off. */
export async function* checkSyslogTls(options: {
  configuration: Configuration;
  folder: string;
  clock: Clock;
}): AsyncGenerator<NightCheck> {
  const { configuration, folder, clock } = options;
  const { doctor } = messagesFor(configuration.language).cli;
  const check = { name: 'syslog', about: null } as const;
  try {
    const tls = await readSyslogTls(configuration, folder);
    if (tls === null) return;
    const { validFromDate, validToDate } = new X509Certificate(tls.certificate);
    const until = toInstant(validToDate.getTime());
    const left = validToDate.getTime() - clock.now();
    const from = toInstant(validFromDate.getTime());
    if (left <= 0 || validFromDate.getTime() > clock.now())
      throw wrong('tlsCertificate', (m) => m.configuration.syslog.validOnly(from, until));
    const detail = doctor.syslogTls(`${tls.host}:${tls.port}`, until, tls.clientAuthority !== undefined);
    yield { ...check, outcome: left < SOON_MS ? 'note' : 'ok', detail };
  } catch (thrown) {
    yield { ...check, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
  }
}

type PemKey = 'tlsCertificate' | 'tlsKey' | 'tlsClientAuthority';

async function readPem(folder: string, key: PemKey, given: string | null): Promise<Buffer> {
  if (given === null) throw wrong(key, (m) => m.configuration.syslog.missing);
  return readFile(resolve(folder, given)).catch((cause: Error) => {
    throw wrong(key, cause.message, cause);
  });
}

function parse<T>(key: PemKey, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw wrong(key, (m) => m.configuration.syslog.noPem((cause as Error).message), cause);
  }
}

function wrong(key: PemKey, reason: Worded, cause?: unknown): GuardianError {
  return new GuardianError('configuration_invalid', { key: `sources.syslog.${key}`, reason, cause });
}
