import { z } from 'zod';
import { address, hours, positive, status } from './pieces.ts';

const smtp = z.strictObject({
  host: z.string().nullable().default(null).describe('null: mails go to the outbox folder and are NOT sent'),
  port: z.int().min(1).max(65_535).default(587).describe('587 for STARTTLS, 465 for implicit TLS'),
  user: z.string().nullable().default(null).describe('null: no authentication'),
  password: z.string().nullable().default(null).describe('in the environment, not in a file that git tracks'),
  encryption: z.enum(['starttls', 'implicit', 'none']).default('starttls').describe('never falls back to plain text'),
  timeoutMs: positive.default(10_000).describe('ms for each step; the whole delivery has twice as long'),
  certificateAuthority: z.string().nullable().default(null).describe('file; trusted besides the system’s'),
});

export const mail = z.strictObject({
  enabled: z.boolean().default(true).describe('false: nothing is mailed, and it says so'),
  recipients: z
    .array(z.union([address, z.strictObject({ address, minimumStatus: status.optional() })]))
    .default([])
    .describe('there is no built-in address'),
  from: address.nullable().default(null).describe('null: the SMTP user'),
  fromName: z.string().nullable().default('Guardian').describe('how the sender is called'),
  tag: z.string().default('CODEX GPT').describe('stands in brackets in the subject; mailboxes filter on it'),
  name: z.string().nullable().default(null).describe('the service as people call it; null: its technical name'),
  minimumStatus: status.default('DEGRADED').describe('least status that is mailed'),
  coolDownMs: positive.default(hours(6)).describe('ms of silence about the same issues'),
  failedLooks: positive.default(2).describe('failed looks in a row before “could not look” is mailed'),
  smtp: smtp.prefault({}),
});

export const hook = z.strictObject({
  blockOn: z
    .enum(['CRITICAL', 'DEGRADED', 'never'])
    .default('CRITICAL')
    .describe('a push is blocked from this status on'),
  timeLimitMs: positive.default(30_000).describe('ms; then the push goes through and says why'),
  mailOnCritical: z.boolean().default(false).describe('a blocked push also mails the report'),
  inputs: z.array(z.string()).default([]).describe('files to report on; empty: Cloud Logging'),
});
