import { z } from 'zod';
import { positive } from './pieces.ts';
import { shapes } from './reasons.ts';

/** An Elasticsearch or OpenSearch cluster as the index of events. */
export const search = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('Elasticsearch 7 to 9 or OpenSearch 1 to 3; null: events are searched in the database'),
  user: z.string().nullable().default(null).describe('null: no name is sent'),
  password: z.string().nullable().default(null).describe('in the environment, not in a file that git tracks'),
  apiKey: z.string().nullable().default(null).describe('as it is given out, in base64; comes before a user'),
  certificateAuthority: z.string().nullable().default(null).describe('file; trusted besides the system’s'),
  indexPrefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, { error: shapes.indexPrefix })
    .default('guardian')
    .describe('names of indices, template and policy begin so'),
  days: positive
    .nullable()
    .default(null)
    .describe('days that the cluster keeps events; null: what the database forgets goes there too'),
  shards: positive.default(1).describe('of the index of a day; more than one above 50 GB a day'),
  replicas: z.int().nonnegative().default(1).describe('copies of each; 0 on a cluster of one node'),
  refreshMs: positive
    .default(1_000)
    .describe('ms until the cluster finds what it was told; the newest minute is asked of the database in any case'),
  timeoutMs: positive.default(10_000).describe('ms for one call; then the database answers'),
  connections: positive.default(8).describe('kept to the cluster by one node'),
  isRequired: z.boolean().default(false).describe('true: without the cluster there is no start; false: a degraded one'),
  queueRows: positive
    .default(5_000_000)
    .describe('changes that wait for the cluster; above it all that is stored is read again instead'),
  cacheBytes: positive.default(64 * 1024 * 1024).describe('bytes of remembered answers, in each node'),
});
