import { type Client, elasticSink, start } from '@guardian/sdk';

/**
 * All that a program decides about logging, in one place. Of the environment: `GUARDIAN_URL`, `GUARDIAN_KEY`; `NEXTGENERATION_WRAPPING_KEY` and
 * `NEXTGENERATION_INDEX_KEY` (32 bytes each); `NEXTGENERATION_SPOOL`, a folder that survives a restart; `ELASTICSEARCH_URL` when an index shall have
 * every record too.
 */
export function startLogging(): Promise<Client> {
  const { GUARDIAN_URL, GUARDIAN_KEY, NEXTGENERATION_SPOOL, ELASTICSEARCH_URL, GIT_COMMIT } = process.env;
  return start({
    url: GUARDIAN_URL ?? 'http://127.0.0.1:4400',
    key: GUARDIAN_KEY ?? '',
    service: 'nextgeneration',
    environment: 'example',
    ...(GIT_COMMIT !== undefined && { revision: GIT_COMMIT }),
    ...(NEXTGENERATION_SPOOL !== undefined && { folder: NEXTGENERATION_SPOOL }),
    sinks: ELASTICSEARCH_URL === undefined ? [] : [elasticSink({ url: ELASTICSEARCH_URL, index: 'nextgeneration' })],
    // Who asked is sealed: the server stores it, and only who has the wrapping key reads it.
    redaction: { rules: { email: 'encrypt' }, paths: [{ path: 'customer.iban', action: 'encrypt' }] },
    sealing: {
      wrappingKey: { environment: 'NEXTGENERATION_WRAPPING_KEY' },
      blindIndex: { key: { environment: 'NEXTGENERATION_INDEX_KEY' }, fields: [{ path: 'customer.iban' }] },
    },
    // A warning that comes with every question is told once, with its count.
    suppression: { levels: ['warn'] },
    agents: { '*.*.*': { fields: { crew: 'desk' } }, 'desk.researcher.*': { level: 'debug' } },
  });
}
