import { z } from 'zod';
import { port, positive } from './pieces.ts';

/** Where Guardian goes for events by itself, and where it listens for them besides its own port. */

const syslog = z.strictObject({
  udpPort: port.nullable().default(null).describe('null: off. 514 needs rights, 5514 is usual'),
  tcpPort: port.nullable().default(null).describe('null: off'),
  tlsPort: port.nullable().default(null).describe('TCP inside TLS (RFC 5425); null: off. 6514 is usual'),
  tlsCertificate: z
    .string()
    .nullable()
    .default(null)
    .describe('PEM file of the certificate, with those between it and the authority; needed with tlsPort'),
  tlsKey: z.string().nullable().default(null).describe('PEM file of its private key; needed with tlsPort'),
  tlsClientAuthority: z
    .string()
    .nullable()
    .default(null)
    .describe('PEM file of who signs the senders’ certificates: senders without one are refused; null: any may send'),
  host: z.string().default('127.0.0.1').describe('where it listens'),
  project: z.string().default('default').describe('slug of the project its events belong to'),
});

const otlp = z.strictObject({
  port: port
    .nullable()
    .default(null)
    .describe('OTLP over HTTP on a port of its own besides server.port; null: off. 4318 is usual'),
  host: z.string().nullable().default(null).describe('where it listens; null: as server.host'),
});

const watchedFile = z.strictObject({
  path: z.string().min(1).describe('a file, or a folder'),
  project: z.string().default('default').describe('slug of the project'),
  service: z.string().nullable().default(null).describe('for lines that name none; null: the project'),
});

export const sources = z.strictObject({
  files: z.array(watchedFile).default([]).describe('files that are followed: { path, project, service }'),
  syslog: syslog.prefault({}),
  otlp: otlp.prefault({}),
  cloudLoggingEveryMs: positive.nullable().default(null).describe('ms between pulls from Cloud Logging; null: off'),
  cloudLoggingLateMs: positive
    .default(60 * 60_000)
    .describe('ms an entry may reach Cloud Logging after the time it bears; later ones are not pulled'),
  cloudLoggingProject: z.string().default('default').describe('slug of the Guardian project those events belong to'),
  pushAudience: z
    .string()
    .nullable()
    .default(null)
    .describe('audience of the tokens of Pub/Sub push, with pushServiceAccount; null: an ingest key in the address'),
  pushServiceAccount: z
    .string()
    .nullable()
    .default(null)
    .describe('e-mail of the service account that signs them, and the trigger’s; needed with an audience'),
});
