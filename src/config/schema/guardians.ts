import { z } from 'zod';
import { positive, span } from './pieces.ts';

const documents = z.strictObject({
  pairs: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(500).describe('as in CODEOWNERS, from the root: /src/server/'),
        document: z.string().min(1).max(500).describe('path of the document in the repository'),
      }),
    )
    .max(200)
    .default([])
    .describe('a commit that touches the path and not the document is named; empty: nobody looks'),
  every: span.prefault('1h').describe('between looks'),
  days: positive.default(14).describe('days of commits that are looked at'),
});

const calls = z.strictObject({
  every: span.nullable().default(null).describe('between looks at own calls that are answered 404 or 405; null: off'),
  within: span.prefault('24h').describe('time that is looked at, back from now'),
  hosts: z
    .array(z.string().min(1).max(253))
    .max(100)
    .default([])
    .describe('hosts whose pages are your own, besides the host that was asked: app.example.org'),
  agents: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe('how the user agents of your own clients begin: shop-android/'),
  events: positive.default(10_000).describe('events looked at; more are told as cut off'),
});

/** Looks at what no report of a service tells; each is a job, and part of the report over everything. */
export const guardians = z.strictObject({ documents: documents.prefault({}), calls: calls.prefault({}) });
