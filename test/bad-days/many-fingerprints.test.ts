import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueSummary } from '../../src/contracts/api/issues.ts';
import { pageOf } from '../../src/contracts/api/shared.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { untilFolded } from './kill-run.ts';
import { send } from './send.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startGuardian();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const FAULTS = 10_000;
const BATCH = 500;
const MOST_MB = 900;

/** Letters alone: a number in a name is no difference between two faults. */
function letters(number: number): string {
  let text = '';
  for (let rest = number + 26 ** 3; rest > 0; rest = Math.floor(rest / 26))
    text += String.fromCharCode(97 + (rest % 26));
  return text;
}

function fault(number: number): object {
  const name = letters(number);
  const type = `Fault${name[0]!.toUpperCase()}${name.slice(1)}Error`;
  return {
    id: `fault-${number}`,
    time: new Date(Date.now() - (FAULTS - number)).toISOString(),
    severity: 'error',
    message: `${name} failed`,
    service: 'storm',
    exception: {
      type,
      message: `${name} failed`,
      stack: `${type}: ${name} failed\n    at ${name} (/app/src/${name}.ts:7:3)\n    at main (/app/src/main.ts:1:1)`,
    },
  };
}

it('takes ten thousand different faults in a minute, and shows them page by page', async () => {
  for (let first = 0; first < FAULTS; first += BATCH) {
    const { status } = await send(server, {
      path: '/api/events',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: BATCH }, (_, place) => fault(first + place))),
    });
    expect(status).toBe(200);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  }
  await untilFolded(server);
  const seen = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const reply = await fetch(`${server.url}/api/issues?state=all&limit=200${cursor && `&cursor=${cursor}`}`);
    expect(reply.status).toBe(200);
    const { items, nextCursor } = pageOf(issueSummary).parse(await reply.json());
    for (const { id } of items) {
      expect(seen.has(id)).toBe(false);
      seen.add(id);
    }
    cursor = nextCursor === null ? null : encodeURIComponent(nextCursor);
  }
  // Each is an issue of its own: none may hide behind another. One more is that of the mark which the wait sends.
  expect(seen.size).toBe(FAULTS + 1);
  for (const path of ['/api/overview', '/api/events', '/api/sources'])
    expect((await fetch(`${server.url}${path}`)).status).toBe(200);
  expect((await guardianApi(server.url).events('service:storm')).length).toBe(200);
  expect(server.memory().residentMb).toBeLessThan(MOST_MB);
}, 240_000);
