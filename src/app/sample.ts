import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Intake } from '../core/ingest/index.ts';
import { type Clock, GuardianError } from '../core/shared/index.ts';

const INCIDENT = fileURLToPath(new URL('../../examples/shop/incident.ndjson', import.meta.url));
/** The last line of the recording is moved to this long ago, all others with it. */
const ENDED_MS_AGO = 10_000;

/**
 * The recorded incident of the sample shop, sent through the native ingest as a client would, with its times moved to now. Sending it again within
 * the same minute changes nothing.
 */
export async function loadSample(
  intake: Intake,
  project: { id: number; slug: string },
  clock: Clock,
): Promise<{ accepted: number }> {
  const now = clock.now();
  const lines = (await readFile(INCIDENT, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PinoLine);
  const shift = Math.floor(now / 60_000) * 60_000 - ENDED_MS_AGO - lines.at(-1)!.time;
  const body = lines.map((line, index) => JSON.stringify(toNative(line, { shift, index }))).join('\n');
  const reply = await intake.accept({
    format: 'native',
    method: 'POST',
    path: '/api/events',
    query: {},
    headers: { 'content-type': 'application/x-ndjson' },
    body: new TextEncoder().encode(body),
    project,
    trust: 'server',
    receivedAt: now,
  });
  if (reply.status !== 200)
    throw new GuardianError('store_unavailable', { reason: reply.unsaid ?? String(reply.body) });
  const { accepted, duplicate } = JSON.parse(String(reply.body)) as { accepted: number; duplicate: number };
  return { accepted: accepted + duplicate };
}

/** What the shop's logger writes of a request, and of one that failed. */
interface PinoLine {
  level: number;
  time: number;
  service: string;
  revision: string;
  instance: string;
  msg: string;
  req?: { id: string; method: string; url: string; headers: Record<string, string> };
  res?: { statusCode: number };
  responseTime?: number;
  err?: PinoError;
}

interface PinoError {
  type: string;
  message: string;
  stack: string;
  cause?: PinoError;
}

const SEVERITY: Record<number, string> = { 30: 'info', 40: 'warn', 50: 'error' };

function toNative(line: PinoLine, { shift, index }: { shift: number; index: number }) {
  const { service, revision, instance, msg, req, res, responseTime, err } = line;
  const time = line.time + shift;
  return {
    id: `sample-${time}-${index}`,
    time: new Date(time).toISOString(),
    severity: SEVERITY[line.level] ?? 'info',
    message: err ? `${msg}: ${err.message}` : msg,
    service,
    revision,
    instance,
    ...(err ? { exception: toException(err) } : {}),
    ...(req
      ? {
          request: {
            id: req.id,
            method: req.method,
            path: req.url.split('?')[0],
            host: req.headers.host,
            userAgent: req.headers['user-agent'],
            status: res?.statusCode,
            durationMs: responseTime,
          },
        }
      : {}),
  };
}

function toException({ type, message, stack, cause }: PinoError): Record<string, unknown> {
  return { type, message, stack, ...(cause ? { cause: toException(cause) } : {}) };
}
