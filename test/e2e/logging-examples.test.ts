import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EventDetail, EventSummary } from '../../src/contracts/api/events.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const NAMES = ['web-api', 'agents', 'batch'] as const;
const fileOf = (name: string) => fileURLToPath(new URL(`../../examples/logging/${name}.ts`, import.meta.url));
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'logging-examples-'));
  server = await startGuardian();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks nothing of it. */
async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

interface Example {
  process: ChildProcess;
  /** Its first line on standard output. */
  line: Promise<string>;
  status: Promise<number | null>;
}

function startExample(
  name: (typeof NAMES)[number],
  options: { arguments?: string[]; environment?: Record<string, string> } = {},
): Example {
  const child = spawn(process.execPath, [fileOf(name), ...(options.arguments ?? [])], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, GUARDIAN_URL: server.url, GUARDIAN_KEY: server.key, ...options.environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const line = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const status = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { process: child, line, status };
}

/** Everything of a service, oldest first. */
async function recordsOf(service: string): Promise<EventDetail[]> {
  const api = guardianApi(server.url);
  const events: EventSummary[] = (await api.events(`service:${service}`)).reverse();
  return Promise.all(events.map(({ id }) => api.event(id)));
}

describe('the examples of logging', () => {
  it.each(NAMES)('are short: %s', (name) => {
    expect(readFileSync(fileOf(name), 'utf8').split('\n').length - 1).toBeLessThanOrEqual(60);
  });

  it('a web API logs each request in the trace of its caller, errors with their cause, and ends with everything sent', async () => {
    const example = startExample('web-api', { environment: { GUARDIAN_SPOOL: join(folder, 'api') } });
    const url = await example.line;
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const order = async (body: unknown, headers = {}) =>
      (await fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify(body), headers })).status;
    const customer = { name: 'Ada', notes: 'rings twice', password: 'correct horse' };
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    expect(await order({ article: 'chair', customer }, { traceparent })).toBe(201);
    expect(await order({ article: 'table' })).toBe(409);
    expect((await fetch(`${url}/orders`, { method: 'POST', body: '{' })).status).toBe(400);
    const late = request(`${url}/orders`, { method: 'POST', headers: { expect: '100-continue' } });
    late.flushHeaders();
    await once(late, 'continue');
    example.process.kill('SIGTERM');
    // Its server takes no more from now on; what it has begun, it ends.
    await expect.poll(() => isListening(url)).toBe(false);
    late.end(JSON.stringify({ article: 'chair' }));
    const [answer] = (await once(late, 'response')) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(201);
    expect(await example.status).toBe(0);
    const records = await recordsOf('orders-api');
    expect(records.map(({ severity, body }) => `${severity} ${body.replace(/[\d.]+ ms/, 'n ms')}`)).toEqual([
      'info reserve took n ms',
      'info order for chair placed',
      'error reserve failed after n ms',
      'error order for table failed',
      'warn a request could not be read',
      'info reserve took n ms',
      'info order for chair placed',
    ]);
    const [reserved, placed, , failed, unread] = records;
    expect([reserved!.traceId, placed!.traceId]).toEqual([traceId, traceId]);
    expect(failed!.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(failed!.traceId).not.toBe(traceId);
    expect(JSON.stringify(placed)).not.toMatch(/rings twice|correct horse/);
    expect(placed!.attributes).toMatchObject({ category: 'system', article: 'chair', customer: { name: 'Ada' } });
    expect(failed!.exceptions.map(({ message }) => message).sort()).toEqual([
      'out of stock',
      'the order cannot be placed',
    ]);
    expect(unread!.exceptions[0]!.type).toBe('SyntaxError');
  });

  it('agents in threads of their own log into one trace, with the settings of their kind, and seal what was said', async () => {
    const environment = { GUARDIAN_WRAPPING_KEY: randomBytes(32).toString('hex') };
    const example = startExample('agents', { environment });
    expect(JSON.parse(await example.line)).toMatchObject({ isAllSent: true });
    expect(await example.status).toBe(0);
    const records = await recordsOf('agents');
    const names = records.map(({ logger, body }) => `${logger} ${body.replace(/[\d.]+ ms/, 'n ms')}`).sort();
    expect(names).toEqual(
      [
        'agent.shop.planner.paula 2 tasks',
        'agent.shop.planner.paula hand out took n ms',
        ...Array.from({ length: 6 }, () => 'agent.shop.counter.carl looking at a word'),
        'agent.shop.counter.carl count took n ms',
        'agent.shop.counter.carl count took n ms',
        'agent.shop.counter.carl 11 letters in 2 words',
        'agent.shop.counter.carl 14 letters in 4 words',
      ].sort(),
    );
    expect(new Set(records.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(records.map(({ instance }) => instance)).size).toBe(3);
    const counted = records.filter(({ logger }) => logger!.includes('.counter.'));
    expect(counted.every(({ attributes }) => attributes.release === 'blue')).toBe(true);
    const said = records.filter(({ body }) => body === 'looking at a word');
    expect(said.every(({ attributes }) => 'sealed' in attributes)).toBe(true);
    expect(JSON.stringify(said)).not.toMatch(/morning|secret"/);
  });

  it('a batch tells of bad rows once with their count, and a run without its server leaves all to the next one', async () => {
    const environment = { GUARDIAN_SPOOL: join(folder, 'batch') };
    const rows = ['1', 'x', '2', 'y', '3', 'z'];
    const away = startExample('batch', {
      arguments: rows,
      environment: { ...environment, GUARDIAN_URL: 'http://127.0.0.1:9' },
    });
    const first = JSON.parse(await away.line) as { isAllSent: boolean; queued: number; sent: number };
    // Two of them folded.
    expect(first).toEqual({ isAllSent: false, queued: 6, sent: 0 });
    expect(await away.status).toBe(1);
    const next = startExample('batch', { arguments: ['4', '5'], environment });
    const second = JSON.parse(await next.line) as { isAllSent: boolean; queued: number; sent: number };
    // Its own one, and the four that it found.
    expect(second).toEqual({ isAllSent: true, queued: 5, sent: 5 });
    expect(await next.status).toBe(0);
    const records = await recordsOf('nightly-import');
    expect(records).toHaveLength(5);
    const folded = records.find(({ attributes }) => 'folded' in attributes)!;
    expect(folded).toMatchObject({ body: 'a row was left out', attributes: { folded: { count: 2 } } });
    const failed = records.find(({ severity }) => severity === 'error')!;
    expect(failed.body).toBe('3 rows were left out');
    expect(failed.exceptions.filter(({ type }) => type === 'TypeError')).toHaveLength(3);
    const ended = records.filter(({ attributes }) => attributes.operation === 'import');
    expect(ended.map(({ attributes }) => [attributes.rows, attributes.leftOut, attributes.sum])).toEqual([
      [6, 3, 6],
      [2, 0, 9],
    ]);
  });
});
