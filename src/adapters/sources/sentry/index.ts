/** What Sentry's SDKs send: https://develop.sentry.dev/sdk/foundations/transport/ */
export { sentryEnvelope } from './decode-envelope.ts';
export { sentrySecurity } from './decode-security.ts';
export { sentryStore } from './decode-store.ts';
export { type EnvelopeDsn, readEnvelopeDsn } from './envelope-dsn.ts';
