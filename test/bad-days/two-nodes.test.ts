import { afterAll, beforeAll, expect, it } from 'vitest';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { freshPostgresDatabase, type TestDatabase } from '../fixtures/postgres.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { disagreements, openRows } from './stored-rows.ts';

let database: TestDatabase;
let nodes: RunningServer[];

beforeAll(async () => {
  database = await freshPostgresDatabase();
  // The first makes the tables.
  const first = await startGuardian({ databaseUrl: database.url });
  nodes = [first, await startGuardian({ databaseUrl: database.url })];
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
});

/** One failure as two layers of a service log it: the same request, a moment apart. */
function failure(request: string, layer: string) {
  return {
    id: `${request}-${layer}`,
    time: new Date().toISOString(),
    severity: 'error',
    service: 'billing',
    message: `${layer}: the invoice could not be made`,
    traceId: request.padStart(32, '0'),
    exception: {
      type: 'InvoiceFault',
      message: 'no such customer',
      stack:
        'InvoiceFault: no such customer\n    at makeInvoice (/app/src/invoice.ts:14:9)\n    at run (/app/src/run.ts:3:1)',
    },
  };
}

async function send(node: RunningServer, event: object): Promise<void> {
  const reply = await fetch(`${node.url}/api/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${nodes[0]!.key}`, 'content-type': 'application/json' },
    body: JSON.stringify([event]),
  });
  expect(reply.status).toBe(200);
}

it('two nodes over one PostgreSQL fold what either took in, once; when one dies the other goes on', async () => {
  const [one, two] = nodes as [RunningServer, RunningServer];
  for (let request = 1; request <= 5; request++) {
    await send(one, failure(`${request}`, 'handler'));
    await send(two, failure(`${request}`, 'server'));
  }
  const { issue } = await guardianApi(two.url).waitForIssue('InvoiceFault: no such customer');
  await expect.poll(async () => (await guardianApi(two.url).issue(issue.id)).incidents).toBe(5);
  expect(await guardianApi(one.url).issues()).toHaveLength(1);

  await one.kill();
  for (let request = 6; request <= 8; request++) await send(two, failure(`${request}`, 'handler'));
  // The lease of the dead one runs out first.
  await expect.poll(async () => (await guardianApi(two.url).issue(issue.id)).incidents, { timeout: 60_000 }).toBe(8);
  expect((await guardianApi(two.url).issue(issue.id)).events).toBe(13);
  const rows = openRows({ folder: '', databaseUrl: database.url });
  try {
    expect(await disagreements(rows)).toEqual([]);
  } finally {
    await rows.close();
  }
});
