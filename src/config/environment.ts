import { GuardianError } from '../core/shared/index.ts';
import type { ConfigurationInput } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Path = readonly [string, ...string[]];
type Reader = (value: string, name: string) => unknown;

const asIs: Reader = (value) => value;
const list: Reader = (value) => value.split(/[,;\s]+/).filter(Boolean);

function flag(value: string, name: string): boolean {
  const word = value.trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'no', 'off'].includes(word)) return false;
  throw new GuardianError('configuration_invalid', {
    key: name,
    reason: `"${value}" is not one of 1, true, yes, on, 0, false, no, off`,
  });
}

function integer(value: string, name: string): number {
  if (!/^\d+$/.test(value.trim())) {
    throw new GuardianError('configuration_invalid', { key: name, reason: `"${value}" is not a whole number` });
  }
  return Number(value);
}

/** Environment name → key of the configuration. The mail names are those of the system Guardian replaces, unchanged. */
const NAMES: Record<string, { path: Path; read: Reader }> = {
  EMAIL_ENABLED: { path: ['mail', 'enabled'], read: flag },
  SMTP_HOST: { path: ['mail', 'smtp', 'host'], read: asIs },
  SMTP_PORT: { path: ['mail', 'smtp', 'port'], read: integer },
  SMTP_USER: { path: ['mail', 'smtp', 'user'], read: asIs },
  SMTP_PASSWORD: { path: ['mail', 'smtp', 'password'], read: asIs },
  SMTP_FROM_EMAIL: { path: ['mail', 'from'], read: asIs },
  SMTP_FROM_NAME: { path: ['mail', 'fromName'], read: asIs },
  SMTP_USE_TLS: {
    path: ['mail', 'smtp', 'encryption'],
    read: (value, name) => (flag(value, name) ? 'starttls' : 'implicit'),
  },
  SMTP_CA_FILE: { path: ['mail', 'smtp', 'certificateAuthority'], read: asIs },
  CODEX_GPT_EMAIL: { path: ['mail', 'recipients'], read: list },
  GUARDIAN_RECIPIENTS: { path: ['mail', 'recipients'], read: list },
  GUARDIAN_MAIL_TAG: { path: ['mail', 'tag'], read: asIs },
  GUARDIAN_MAIL_MINIMUM: { path: ['mail', 'minimumStatus'], read: (value) => value.toUpperCase() },
  GUARDIAN_LANG: {
    path: ['language'],
    read: (value) =>
      value
        .trim()
        .toLowerCase()
        .split(/[-_.@]/)[0],
  },
  GUARDIAN_TIME_ZONE: { path: ['timeZone'], read: asIs },
  GUARDIAN_SERVICE: { path: ['service'], read: asIs },
  GUARDIAN_REGION: { path: ['region'], read: asIs },
  GUARDIAN_REVISION: { path: ['revision'], read: asIs },
  GUARDIAN_REPO: { path: ['repository', 'path'], read: asIs },
  GUARDIAN_DATA: { path: ['dataFolder'], read: asIs },
  GOOGLE_CLOUD_PROJECT: { path: ['cloudLogging', 'project'], read: asIs },
  GOOGLE_OAUTH_ACCESS_TOKEN: { path: ['cloudLogging', 'accessToken'], read: asIs },
  PORT: { path: ['server', 'port'], read: integer },
  GUARDIAN_PORT: { path: ['server', 'port'], read: integer },
  GUARDIAN_HOST: { path: ['server', 'host'], read: asIs },
  GUARDIAN_PUBLIC_URL: { path: ['server', 'publicUrl'], read: asIs },
  GUARDIAN_SECRET: { path: ['server', 'secret'], read: asIs },
  DATABASE_URL: { path: ['database', 'url'], read: asIs },
  GUARDIAN_TRIGGER_TOKEN: { path: ['reports', 'triggerToken'], read: asIs },
  GUARDIAN_LOGGING_ENDPOINT: { path: ['cloudLogging', 'endpoint'], read: asIs },
};

/** Every name the environment may give, for documents and `guardian doctor`. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(NAMES);

/** What the environment says, as a partial configuration; empty values count as not given. */
export function readEnvironment(environment: Environment): ConfigurationInput {
  const result: Record<string, unknown> = {};
  for (const [name, { path, read }] of Object.entries(NAMES)) {
    const value = environment[name];
    if (value === undefined || value.trim() === '') continue;
    setAt(result, path, read(value, name));
  }
  return result as ConfigurationInput;
}

function setAt(target: Record<string, unknown>, [head, ...rest]: Path, value: unknown): void {
  if (rest.length === 0) {
    const present = target[head];
    target[head] = Array.isArray(present) && Array.isArray(value) ? [...new Set([...present, ...value])] : value;
    return;
  }
  target[head] ??= {};
  setAt(target[head] as Record<string, unknown>, rest as unknown as Path, value);
}
