import { expect } from 'vitest';
import { hostileSuite } from './hostile-suite.ts';

const MIB = 1024 * 1024;
const NOW = new Date().toISOString();

const wrapped = (data: string) =>
  `{"message":{"data":"${data}","messageId":"1"},"subscription":"projects/p/subscriptions/s"}`;

hostileSuite({
  name: 'Cloud Logging by Pub/Sub push',
  kind: 'cloud-logging',
  good: ({ key, project }, marker) => {
    const entry = {
      insertId: marker,
      logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
      timestamp: NOW,
      severity: 'ERROR',
      textPayload: `order ${marker} failed`,
      resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-00042' } },
    };
    return {
      path: `/api/pubsub/${project}?key=${key}`,
      headers: { 'content-type': 'application/json' },
      body: wrapped(Buffer.from(JSON.stringify(entry)).toString('base64')),
    };
  },
  expectOwn({ status, headers, body }) {
    if (status === 204) expect(body).toBe('');
    else {
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(JSON.parse(body)).toMatchObject({ status });
    }
  },
  // What can never be read is acknowledged: Pub/Sub would deliver it again for days.
  broken: 204,
  brokenReason: 'invalid',
  tooLarge: { sent: 413, inflated: 204 },
  unknownEncoding: 204,
  denied: { unknown: 401, other: 403 },
  bounds: { sent: 14 * MIB, inflated: 14 * MIB },
  costly: {
    'lists in lists': () => Buffer.from(wrapped(Buffer.alloc(700_000, '[').toString('base64'))),
    'lists in lists, bare': () => Buffer.alloc(13 * MIB, '['),
    'millions of members': () =>
      Buffer.from(`{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',')}}`),
    'a payload of thousands of objects in one another': () =>
      Buffer.from(`{"logName":"projects/p/logs/x","jsonPayload":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`),
    'base64 of nothing': () => Buffer.from(wrapped('='.repeat(13 * MIB))),
  },
});
