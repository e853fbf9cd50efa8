import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Debate } from '../../src/contracts/api/debates.ts';
import { ordinary, TOPIC } from '../../src/core/analysis/debate/debate-fixtures.ts';
import { type ModelServer, startModelServer } from '../fixtures/model-server/index.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

/** Debates of a server as it is started, with models on loopback. */

const folder = mkdtempSync(join(tmpdir(), 'guardian-debates-'));
let models: ModelServer;
let server: RunningServer;

beforeAll(async () => {
  models = await startModelServer();
  const entry = `vendor: 'compatible', baseUrl: '${models.urls.compatible}'`;
  writeFileSync(
    join(folder, 'guardian.config.ts'),
    `export default { analysis: { providers: [
      { name: 'neo_analysis', model: 'small', ${entry} },
      { name: 'second', model: 'large', ${entry} },
    ] } };`,
  );
  server = await startGuardian({ folder });
});
afterAll(async () => {
  await server?.stop();
  await models.stop();
  rmSync(folder, { recursive: true, force: true });
});

const read = async (id: string) => (await (await fetch(`${server.url}/api/debates/${id}`)).json()) as Debate;
async function start(): Promise<Debate> {
  const started = await fetch(`${server.url}/api/debates`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic: TOPIC, rounds: 1 }),
  });
  expect(started.status).toBe(202);
  return (await started.json()) as Debate;
}

describe('debates of a running server', () => {
  it('are told over server-sent events and WebSocket from the first moment to the end', async () => {
    models.behave(({ prompt }) => ordinary(prompt));
    const leaving = new AbortController();
    const stream = await fetch(`${server.url}/api/changes`, { signal: leaving.signal });
    const overStream = namesOf(stream.body!);
    const overSocket: string[] = [];
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/live`);
    socket.addEventListener('message', ({ data }) =>
      overSocket.push((JSON.parse(String(data)) as { event: string }).event),
    );
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const { id } = await start();
    await expect.poll(async () => (await read(id)).state).toBe('ended');
    const expected = [
      'debate_started',
      'debate_status_update',
      'debate_turn_update',
      'debate_turn_update',
      'debate_status_update',
      'debate_turn_update',
      'debate_result',
      'debate_ended',
    ];
    const debateOf = (names: readonly string[]) => names.filter((name) => name.startsWith('debate_'));
    await expect.poll(() => debateOf(overStream)).toEqual(expected);
    await expect.poll(() => debateOf(overSocket)).toEqual(expected);
    socket.close();
    leaving.abort();
  });

  it('are failed after the next start when the process died meanwhile', async () => {
    models.requests.length = 0;
    models.behave(() => ({ kind: 'hang' }));
    const { id } = await start();
    await models.came(2);
    await server.kill();
    server = await startGuardian({ folder });
    const debate = await read(id);
    expect(debate).toMatchObject({ state: 'failed', endedBecause: 'stopped', turns: [], synthesis: null });
    expect(debate.endedAt).not.toBeNull();
    const list = (await (await fetch(`${server.url}/api/debates`)).json()) as { items: Debate[] };
    expect(list.items.map(({ state }) => state)).toEqual(['failed', 'ended']);
  });

  it('are failed at once by a stop in good order', async () => {
    models.requests.length = 0;
    models.behave(() => ({ kind: 'hang' }));
    const { id } = await start();
    await models.came(2);
    expect(await server.stop()).toBe(0);
    const stoppedAt = Date.now();
    await Promise.all([models.abandoned(0), models.abandoned(1)]);
    server = await startGuardian({ folder });
    const debate = await read(id);
    expect(debate).toMatchObject({ state: 'failed', endedBecause: 'stopped' });
    expect(Date.parse(debate.endedAt!)).toBeLessThanOrEqual(stoppedAt);
  });
});

/** Names of the events as they come; ends quietly with the stream. */
function namesOf(body: ReadableStream<Uint8Array>): string[] {
  const names: string[] = [];
  void (async () => {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.startsWith('event: ')) names.push(line.slice('event: '.length));
    }
  })().catch(() => {});
  return names;
}
