import type { AppContext } from '../app-env.ts';
import type { IngestTarget } from './match-path.ts';

/** A key as it came, and the project its DSN named beside it. */
export interface Credential {
  key: string;
  /** From a DSN inside the body; null elsewhere. */
  project: string | null;
}

/** The keys a request carries, in the order in which the protocol reads them; empty: none. */
export function credentialsOf(context: AppContext, target: IngestTarget): Credential[] {
  const authorization = context.req.header('authorization') ?? '';
  const found = {
    sentry: () => {
      const own = [
        target.pathKey,
        context.req.query('sentry_key'),
        sentryKey(context.req.header('x-sentry-auth')),
        sentryKey(authorization),
      ].filter((key) => key);
      // What OpenTelemetry exporters are set up with when they send to a Sentry address; beside a key of Sentry's it is somebody else's.
      return own.length > 0 ? own : [schemeValue(authorization, 'Bearer')];
    },
    otlp: () => [schemeValue(authorization, 'Bearer')],
    native: () => [schemeValue(authorization, 'Bearer')],
    elastic: () => elasticKeys(authorization),
    push: () => [context.req.query('key')],
  }[target.protocol]();
  return found
    .filter((key): key is string => typeof key === 'string' && key !== '' && key.length <= 200)
    .map((key) => ({ key, project: null }));
}

/** `Sentry sentry_version=7, sentry_key=…, sentry_client=…`; in any order, with or without spaces. */
function sentryKey(header: string | undefined): string | null {
  if (!header || !/^sentry\b/i.test(header)) return null;
  for (const part of header.slice('sentry'.length, 2_000).split(',')) {
    const [name, value] = part.trim().split('=', 2);
    if (name?.trim() === 'sentry_key') return value?.trim() ?? null;
  }
  return null;
}

export function schemeValue(header: string, scheme: string): string | null {
  const [name, value] = header.trim().split(/ +/, 2);
  return name?.toLowerCase() === scheme.toLowerCase() ? (value ?? null) : null;
}

/** The key is the password of Basic, what an API key encodes behind its id, or the token itself. */
function elasticKeys(authorization: string): (string | null)[] {
  const basic = decoded(schemeValue(authorization, 'Basic'));
  const given = schemeValue(authorization, 'ApiKey');
  const pair = decoded(given);
  return [
    basic?.slice(basic.indexOf(':') + 1) ?? null,
    pair?.includes(':') ? pair.slice(pair.indexOf(':') + 1) : null,
    given,
    schemeValue(authorization, 'Bearer'),
  ];
}

function decoded(base64: string | null): string | null {
  return base64 === null ? null : Buffer.from(base64.slice(0, 1_000), 'base64').toString('utf8');
}
