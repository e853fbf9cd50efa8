import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EventServer, startEventServer, temporaryFolder } from '../client/client-fixtures.ts';
import { flush, start, stop } from '../index.ts';
import { runChild } from './child-fixtures.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});

afterEach(async () => {
  await server.close();
  folder.remove();
});

const environment = () => ({ SERVER: server.url, FOLDER: join(folder.path, 'spool') });
const START = `await sdk.start({ url: process.env.SERVER, key: 'gk_test', service: 'shop', folder: process.env.FOLDER });
const logger = sdk.getLogger('child');
`;
const KEEP_RUNNING = 'setInterval(() => {}, 60_000);\n';

/** What a dead process left is taken over by this one, and sent. */
async function succeed(count: number): Promise<void> {
  await start({ url: server.url, key: 'gk_test', service: 'shop', folder: environment().FOLDER });
  await server.received(count);
  await stop();
}

/** Everything that stands in files under the folder. */
function spooled(path: string): string {
  if (!existsSync(path)) return '';
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

test('row 20: importing makes no folder, file, handle, listener or timer, and logging before start says so once', async () => {
  const probe = `
    const listeners = () => process.eventNames().flatMap((name) => process.listeners(name)).length;
    const handles = process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|FSReq|FileHandle/.test(kind));
    console.log(JSON.stringify({ listeners: listeners(), handles }));
  `;
  const bare = await runChild(probe, { hasSdk: false });
  const end = await runChild(
    `${probe}
    sdk.getLogger('early').info('lost');
    sdk.getLogger('early').info('lost again');
    console.log(JSON.stringify(sdk.stats()));`,
    { env: environment() },
  );
  expect(end.code).toBe(0);
  const [facts, stats] = end.stdout.trim().split('\n');
  expect(JSON.parse(facts!)).toEqual(JSON.parse(bare.stdout));
  expect(stats).toBe('null');
  expect(end.stderr.match(/before start\(\)/g)).toHaveLength(1);
  expect(end.stderr).toContain('"early"');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('row 20: a started client keeps no process alive, and what it wrote at exit is sent by the next', async () => {
  const end = await runChild(`${START}logger.info('at the end');`, { env: environment() });
  expect(end).toMatchObject({ code: 0, signal: null });
  if (server.records.length === 0) {
    expect(spooled(environment().FOLDER)).toContain('at the end');
    await succeed(1);
  }
  expect(server.records.map(({ message }) => message)).toEqual(['at the end']);
});

test('row 20: nor does one that seals, whose key no server has taken yet', async () => {
  const end = await runChild(
    `await sdk.start({ url: 'http://127.0.0.1:1', key: 'gk_test', service: 'shop', folder: process.env.FOLDER,
      redaction: { rules: { email: 'encrypt' } }, sealing: { wrappingKey: { environment: 'SEALING_KEY' } } });
    sdk.getLogger('child').info('at the end');`,
    { env: { ...environment(), SEALING_KEY: randomBytes(32).toString('base64') } },
  );
  expect(end).toMatchObject({ code: 0, signal: null });
  expect(spooled(environment().FOLDER)).toContain('at the end');
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'row 21: %s ends the process by the signal, helper or not',
  async (signal) => {
    const without = await runChild(`${START}${KEEP_RUNNING}console.log('ready');`, { env: environment(), signal });
    expect(without).toMatchObject({ code: null, signal });
    const helped = await runChild(
      `${START}sdk.flushOnSignals();${KEEP_RUNNING}logger.info('before the signal'); console.log('ready');`,
      { env: environment(), signal },
    );
    expect(helped).toMatchObject({ code: null, signal });
    expect(server.records.map(({ message }) => message)).toContain('before the signal');
  },
);

test('row 21: a program that handles the signal itself decides how it ends, and is flushed', async () => {
  const end = await runChild(
    `${START}sdk.flushOnSignals();
    process.on('SIGTERM', async () => { await sdk.flush(); process.exit(7); });
    ${KEEP_RUNNING}logger.info('mine'); console.log('ready');`,
    { env: environment(), signal: 'SIGTERM' },
  );
  expect(end).toMatchObject({ code: 7, signal: null });
  expect(server.records.map(({ message }) => message)).toEqual(['mine']);
});

test('an uncaught exception is recorded as fatal with its stack, and ends the process as it would have', async () => {
  const end = await runChild(`${START}setImmediate(() => { throw new RangeError('out of cards'); });${KEEP_RUNNING}`, {
    env: environment(),
  });
  expect(end.code).toBe(1);
  expect(end.stderr).toContain('RangeError: out of cards');
  await succeed(1);
  expect(server.records).toMatchObject([
    {
      severity: 'fatal',
      message: 'out of cards',
      logger: 'exceptions',
      exception: { type: 'RangeError', message: 'out of cards' },
      attributes: { category: 'errors', handled: false, origin: 'uncaughtException' },
    },
  ]);
});

test('an unhandled rejection likewise; where the program catches it, it goes on', async () => {
  const end = await runChild(
    `process.on('uncaughtException', () => {});
    ${START}Promise.reject(new Error('nobody waits'));
    setTimeout(async () => { await sdk.stop(); process.exit(0); }, 50);`,
    { env: environment() },
  );
  expect(end.code).toBe(0);
  expect(server.records).toMatchObject([
    { severity: 'fatal', message: 'nobody waits', attributes: { origin: 'unhandledRejection' } },
  ]);
});

test('capture.uncaught false leaves uncaught exceptions unrecorded', async () => {
  const end = await runChild(
    `await sdk.start({ url: process.env.SERVER, key: 'k', service: 'shop', folder: process.env.FOLDER, capture: { uncaught: false } });
    process.on('uncaughtException', () => {});
    setImmediate(() => { throw new Error('mine'); });
    setTimeout(async () => { await sdk.stop(); process.exit(0); }, 50);`,
    { env: environment() },
  );
  expect(end.code).toBe(0);
  expect(server.records).toEqual([]);
});

test('row 22: five worker threads write through clients of their own, none of their records twice', async () => {
  const end = await runChild(
    `import { Worker } from 'node:worker_threads';
    const work = \`
      import(\${JSON.stringify(process.env.SDK)}).then(async (sdk) => {
        await sdk.start({ url: process.env.SERVER, key: 'k', service: 'shop', folder: process.env.FOLDER });
        for (let i = 0; i < 100; i++) sdk.getLogger('worker').info('from a thread', { i });
        await sdk.stop();
      });\`;
    await Promise.all(Array.from({ length: 5 }, () => new Promise((done, failed) => {
      const worker = new Worker(work, { eval: true });
      worker.on('error', failed);
      worker.on('exit', done);
    })));`,
    { env: { ...environment(), SDK: new URL('../index.ts', import.meta.url).href } },
  );
  expect(end.stderr).toBe('');
  expect(end.code).toBe(0);
  expect(server.records).toHaveLength(500);
  expect(new Set(server.records.map(({ id }) => id)).size).toBe(500);
  expect(new Set(server.records.map(({ instance }) => instance)).size).toBe(5);
});

test('what a worker thread wrote that died is sent by the program it died in', async () => {
  const end = await runChild(
    `import { Worker } from 'node:worker_threads';
    const work = \`
      import(\${JSON.stringify(process.env.SDK)}).then(async (sdk) => {
        await sdk.start({ url: 'http://127.0.0.1:1', key: 'k', service: 'shop', folder: process.env.FOLDER });
        setImmediate(() => { throw new RangeError('out of cards'); });
      });\`;
    const worker = new Worker(work, { eval: true });
    worker.on('error', () => {});
    await new Promise((done) => worker.on('exit', done));
    ${START}console.log(await sdk.flush());
    await sdk.stop();`,
    { env: { ...environment(), SDK: new URL('../index.ts', import.meta.url).href } },
  );
  expect(end).toMatchObject({ code: 0, stdout: 'true\n' });
  expect(server.records).toMatchObject([{ severity: 'fatal', message: 'out of cards' }]);
});

test('SIGKILL takes nothing that was logged in an earlier turn', async () => {
  const end = await runChild(
    `await sdk.start({ url: 'http://127.0.0.1:1', key: 'k', service: 'shop', folder: process.env.FOLDER });
    for (let i = 0; i < 50; i++) sdk.getLogger('child').info('kept', { i });
    setTimeout(() => { console.log('ready'); }, 20);${KEEP_RUNNING}`,
    { env: environment(), signal: 'SIGKILL' },
  );
  expect(end.signal).toBe('SIGKILL');
  await succeed(50);
  expect(server.records.map(({ attributes }) => attributes.i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

test('usage that a killed process left is sent by a successor that only logs', async () => {
  const end = await runChild(
    `const client = await sdk.start({ url: 'http://127.0.0.1:1', key: 'k', service: 'shop', folder: process.env.FOLDER });
    client.usage.login({ user: 'ann@example.com' });
    await client.flush({ timeoutMs: 1 });
    setImmediate(() => console.log('ready'));${KEEP_RUNNING}`,
    { env: environment(), signal: 'SIGKILL' },
  );
  expect(end.signal).toBe('SIGKILL');
  await start({ url: server.url, key: 'gk_test', service: 'shop', folder: environment().FOLDER });
  await flush();
  await stop();
  expect((server.lines['/api/usage'] ?? []).join()).toContain('ann@example.com');
});
