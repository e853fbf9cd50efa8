import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../src/adapters/free-port.ts';
import { usageSummary } from '../../../src/contracts/api/usage.ts';
import { type RunningServer, startGuardian } from '../../../test/fixtures/running-server.ts';

/** The programs of the guide about usage, as they stand, with the built package, against a real server; only address, key, port and who asks are put in. */

const guide = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const programs = [...guide.slice(guide.indexOf('## Usage tracking')).matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(
  ([, text]) => text!,
);

/** What stands for the reader's authentication, by the package of the framework. */
const SIGNS_IN: Readonly<Record<string, (user: string) => string>> = {
  express: (user) => `app.use((request, _response, next) => { request.user = { email: '${user}' }; next(); });`,
  fastify: (user) => `app.addHook('onRequest', async (request) => { request.user = { email: '${user}' }; });`,
  hono: (user) => `app.use(async (context, next) => { context.set('user', { email: '${user}' }); await next(); });`,
  koa: (user) => `app.use((context, next) => { context.state.user = { email: '${user}' }; return next(); });`,
  node: (user) => `request.user = { email: '${user}' };`,
};

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  server = await startGuardian();
  folder = mkdtempSync(join(tmpdir(), 'guardian-guide-'));
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startProgram(name: string, text: string): ChildProcess {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { PATH: process.env.PATH, GUARDIAN_SPOOL: join(folder, name) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Asks until it listens: the program says nothing of it. */
async function answerOf(url: string, child: ChildProcess): Promise<number> {
  for (;;) {
    expect(child.exitCode).toBeNull();
    const reply = await fetch(url).catch(() => null);
    if (reply !== null) return reply.status;
    await pause(50);
  }
}

describe('the guide', () => {
  test('has a program for each framework', () => {
    const of = programs.map((text) => /@guardian\/sdk\/(\w+)'/.exec(text)?.[1]);
    expect(of).toEqual(Object.keys(SIGNS_IN));
  });

  test.each(Object.keys(SIGNS_IN))('its program of usage records who asked what: %s', async (name) => {
    const port = await freePort();
    const user = `${name}@example.com`;
    const text = programs
      .find((one) => one.includes(`@guardian/sdk/${name}'`))!
      .replace('https://guardian.example.org', server.url)
      .replace('INGEST_KEY', server.key)
      .replace("service: 'shop'", `service: '${name}'`)
      .replace('listen(3000)', `listen(${port}, '127.0.0.1')`)
      .replace('port: 3000', `port: ${port}, hostname: '127.0.0.1'`)
      .replace(/\/\/ Here your authentication sets .*/, SIGNS_IN[name]!(user));
    const child = startProgram(
      name,
      `${text}process.on('SIGTERM', () => client.stop().then(() => process.exit(0)));\n`,
    );
    expect(await answerOf(`http://127.0.0.1:${port}/orders/4711?token=secret`, child)).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const summary = async () => {
      const reply = await fetch(`${server.url}/api/usage/summary?hours=24&service=${name}`);
      return usageSummary.parse(await reply.json());
    };
    await expect
      .poll(async () => (await summary()).users)
      .toMatchObject([{ email: user, requests_count: 1, errors_count: 0 }]);
    expect((await summary()).top_features).toEqual([{ name: 'order_get', count: 1 }]);
  });
});
