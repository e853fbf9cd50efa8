import { GuardianError } from '../core/shared/index.ts';
import type { ConfigurationInput } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Path = readonly [string, ...string[]];
type Reader = (value: string, name: string) => unknown;

const asIs: Reader = (value) => value;
const list: Reader = (value) => value.split(/[,;\s]+/).filter(Boolean);

const trimmed: Reader = (value) => value.trim();

/** `smtp://user:password@host:587`; `smtps:` is TLS from the first byte. */
function smtpAddress(value: string, name: string) {
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : null;
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    // Never the value itself: it holds a password.
    throw new GuardianError('configuration_invalid', { key: name, reason: (m) => m.configuration.noSmtpAddress });
  }
  const isImplicit = url.protocol === 'smtps:';
  return {
    host: url.hostname,
    port: url.port === '' ? (isImplicit ? 465 : 587) : Number(url.port),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    encryption: isImplicit ? 'implicit' : 'starttls',
  };
}

function flag(value: string, name: string): boolean {
  const word = value.trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'no', 'off'].includes(word)) return false;
  throw new GuardianError('configuration_invalid', {
    key: name,
    reason: (m) => m.configuration.noFlag(value),
  });
}

function integer(value: string, name: string): number {
  if (!/^\d+$/.test(value.trim())) {
    throw new GuardianError('configuration_invalid', {
      key: name,
      reason: (m) => m.configuration.noWholeNumber(value),
    });
  }
  return Number(value);
}

/** Environment name → key of the configuration. The mail names are those of the system Guardian replaces, unchanged. */
const NAMES: Record<string, { path: Path; read: Reader }> = {
  EMAIL_ENABLED: { path: ['mail', 'enabled'], read: flag },
  GUARDIAN_PROTECTION: { path: ['protection', 'enabled'], read: flag },
  // Before its parts, which come on top of it.
  SMTP_URL: { path: ['mail', 'smtp'], read: smtpAddress },
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
  GUARDIAN_GITHUB_TOKEN: { path: ['fixes', 'github', 'token'], read: trimmed },
  GUARDIAN_GRAFANA_TOKEN: { path: ['deploy', 'grafana', 'token'], read: trimmed },
  GUARDIAN_IMAP_PASSWORD: { path: ['fixes', 'replies', 'imap', 'password'], read: asIs },
  GUARDIAN_REPLY_SECRET: { path: ['fixes', 'replies', 'webhookSecret'], read: trimmed },
  GUARDIAN_METRICS_TOKEN: { path: ['metrics', 'token'], read: trimmed },
  GUARDIAN_SEARCH_URL: { path: ['search', 'url'], read: trimmed },
  GUARDIAN_SEARCH_USER: { path: ['search', 'user'], read: asIs },
  GUARDIAN_SEARCH_PASSWORD: { path: ['search', 'password'], read: asIs },
  GUARDIAN_SEARCH_API_KEY: { path: ['search', 'apiKey'], read: trimmed },
  GUARDIAN_SEARCH_CA_FILE: { path: ['search', 'certificateAuthority'], read: asIs },
  GUARDIAN_SEARCH_INDEX_PREFIX: { path: ['search', 'indexPrefix'], read: trimmed },
  GUARDIAN_AUDIT_ANCHOR_FILE: { path: ['audit', 'anchorFile'], read: asIs },
  GUARDIAN_AUDIT_WEBHOOK: { path: ['audit', 'webhook'], read: trimmed },
  GUARDIAN_AUDIT_URL: { path: ['audit', 'guardianUrl'], read: trimmed },
  GUARDIAN_AUDIT_KEY: { path: ['audit', 'guardianKey'], read: trimmed },
  OPENAI_API_KEY: { path: ['analysis', 'keys', 'openai'], read: trimmed },
  ANTHROPIC_API_KEY: { path: ['analysis', 'keys', 'anthropic'], read: trimmed },
  GOOGLE_GENERATIVE_AI_API_KEY: { path: ['analysis', 'keys', 'google'], read: trimmed },
  DATABASE_URL: { path: ['database', 'url'], read: asIs },
  GUARDIAN_TRIGGER_TOKEN: { path: ['reports', 'triggerToken'], read: asIs },
  EMAIL_FROM: { path: ['mail', 'from'], read: asIs },
  EMAIL_FROM_NAME: { path: ['mail', 'fromName'], read: asIs },
  SENDGRID_API_KEY: { path: ['channels', 'sendgrid', 'apiKey'], read: trimmed },
  TWILIO_ACCOUNT_SID: { path: ['channels', 'twilio', 'accountSid'], read: trimmed },
  TWILIO_AUTH_TOKEN: { path: ['channels', 'twilio', 'authToken'], read: trimmed },
  TWILIO_FROM_NUMBER: { path: ['channels', 'twilio', 'from'], read: trimmed },
  PAGERDUTY_ROUTING_KEY: { path: ['channels', 'pagerduty', 'routingKey'], read: trimmed },
  NTFY_TOKEN: { path: ['channels', 'ntfy', 'token'], read: trimmed },
  GUARDIAN_WEBHOOK_SECRET: { path: ['channels', 'webhook', 'secret'], read: trimmed },
  GUARDIAN_DEAD_MAN_URL: { path: ['notify', 'deadManUrl'], read: trimmed },
  GUARDIAN_LOGGING_ENDPOINT: { path: ['cloudLogging', 'endpoint'], read: asIs },
};

/** Names that carry a person: `EMAIL_NICOLAS` is an address of the recipient `nicolas`, `SLACK_WEBHOOK_ADMIN_2` one of all administrators. */
const PERSONAL: { name: RegExp; key: 'email' | 'slack'; roles: string[]; idOf(person: string): string }[] = [
  { name: /^SLACK_WEBHOOK_(ADMIN)_[1-9]\d*$/, key: 'slack', roles: ['administrators'], idOf: () => 'admin' },
  { name: /^SLACK_WEBHOOK_([A-Z0-9_]+)$/, key: 'slack', roles: [], idOf: (person) => person.toLowerCase() },
  { name: /^EMAIL_([A-Z0-9_]+)$/, key: 'email', roles: [], idOf: (person) => person.toLowerCase() },
];

function readPersonal(environment: Environment, result: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (name in NAMES || value === undefined || value.trim() === '') continue;
    const pattern = PERSONAL.find((one) => one.name.test(name));
    if (!pattern) continue;
    const { key, roles, idOf } = pattern;
    const id = idOf(pattern.name.exec(name)![1]!);
    const addresses = value
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    setAt(result, ['recipients', id, key], addresses);
    if (roles.length > 0) setAt(result, ['recipients', id, 'roles'], roles);
  }
}

/** Every name the environment may give, for documents and `guardian doctor`. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.keys(NAMES),
  'EMAIL_<PERSON>',
  'SLACK_WEBHOOK_<PERSON>',
  'SLACK_WEBHOOK_ADMIN_<N>',
];

/** The key that a name of `ENVIRONMENT_NAMES` sets. */
export function environmentKey(name: string): string {
  const known = NAMES[name]?.path.join('.');
  return (
    known ??
    (name.startsWith('EMAIL')
      ? 'recipients.<person>.email'
      : name.includes('ADMIN')
        ? 'recipients.admin.slack'
        : 'recipients.<person>.slack')
  );
}

/** What the environment says, as a partial configuration; empty values count as not given. */
export function readEnvironment(environment: Environment): ConfigurationInput {
  const result: Record<string, unknown> = {};
  for (const [name, { path, read }] of Object.entries(NAMES)) {
    const value = environment[name];
    if (value === undefined || value.trim() === '') continue;
    setAt(result, path, read(value, name));
  }
  readPersonal(environment, result);
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
