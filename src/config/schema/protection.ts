import { z } from 'zod';
import { positive } from './pieces.ts';

const MINUTE = 60_000;

/** What one client may ask of the server, so that the others go on being served. */
export const protection = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('false: no limits by rate or connection; for measurements, and behind a gateway that has its own'),
  keyRequestsPerSecond: positive.default(100).describe('requests a second of one ingest key'),
  keyRequestBurst: positive.default(200).describe('requests of one ingest key at once'),
  keyEventsPerSecond: positive.default(10_000).describe('events a second of one ingest key; twice as many at once'),
  addressRequestsPerSecond: positive.default(50).describe('requests a second of one IP address'),
  addressRequestBurst: positive.default(100).describe('requests of one IP address at once'),
  failuresPerMinute: positive.default(60).describe('failed authentications a minute of one IP address'),
  refusedMs: positive.default(5 * MINUTE).describe('ms that an address with more of them is refused'),
  connections: positive.default(1_024).describe('open connections in all'),
  connectionsPerAddress: positive.default(64).describe('open connections of one IP address; named proxies are exempt'),
  proxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([])
    .describe(
      'addresses or networks of proxies in front: what they say in X-Forwarded-* is believed, of others it is not',
    ),
});
