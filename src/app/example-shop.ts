import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, createWriteStream, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../adapters/free-port.ts';
import { cloneBundle, openRepository } from '../adapters/git/index.ts';
import * as settings from '../config/index.ts';

const BUNDLE = fileURLToPath(new URL('../../examples/shop/history.bundle', import.meta.url));
/** What one example may fill the disk with: then its log begins again. */
const LOG_BYTES = 20 * 1024 * 1024;
const ASK_EVERY_MS = 1_500;
/** Requests between two looks at how large the log is. */
const LOOKED_AT_EVERY = 1_000;
/** What the shop gets to end by itself. */
const STOP_MS = 5_000;
const PEOPLE = [
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/605.1.15',
];
const PRODUCTS = ['tea', 'cup', 'pot', 'tin', 'whisk'];

type Asked = readonly [method: string, path: string, body?: unknown];

/** What customers do, over and over. One kind of voucher meets a mistake in the shop's code; a product it does not sell meets another answer. */
const DAY: readonly Asked[] = [
  ['GET', '/health'],
  ['GET', '/api/products?q=tea'],
  ['GET', '/api/products/tea'],
  ['POST', '/api/orders', { customer: 'ana.pereira@mail.example', lines: [{ product: 'tea', count: 2 }] }],
  ['GET', '/api/orders/1000'],
  ['GET', '/api/products/pot'],
  [
    'POST',
    '/api/orders',
    { customer: 'jo.becker@mail.example', lines: [{ product: 'pot', count: 1 }], voucher: 'WINTER' },
  ],
  ['GET', '/api/products?q=cup'],
  [
    'POST',
    '/api/orders',
    { customer: 'li.wei@mail.example', lines: [{ product: 'cup', count: 3 }], voucher: 'TEATIME' },
  ],
  ['GET', '/api/products/whisk'],
  ['POST', '/api/orders', { customer: 'kim@mail.example', lines: [{ product: 'matcha', count: 1 }] }],
  ['GET', '/api/orders/1001'],
];

export interface ExampleShop {
  /** What the configuration adds so that Guardian watches it. */
  configuration: settings.Configuration;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The sample service: its repository, unpacked beside the data, run as it is at its newest commit, and visited by customers who meet its bug now and
 * then. It logs to a file that Guardian follows, as it would follow any other.
 */
export function openExampleShop({ given, folder }: { given: settings.Configuration; folder: string }): ExampleShop {
  const environment = settings.processEnvironment();
  const home = join(settings.placesOf(given, folder).data, 'example');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const repository = cloneBundle({ bundle: BUNDLE, folder: join(home, 'shop'), environment });
  const log = join(home, 'shop.log');
  closeSync(openSync(log, 'a', 0o600));
  let shop: ChildProcess | null = null;
  let customers: NodeJS.Timeout | null = null;

  return { configuration: watching(given, { repository, log }), start, stop };

  async function start(): Promise<void> {
    const opened = await openRepository(repository, { environment });
    const revision = (await opened.resolve('HEAD'))?.sha ?? 'unknown';
    opened.close();
    const port = await freePort();
    const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
    shop = spawn(process.execPath, ['src/server.ts'], {
      cwd: repository,
      env: {
        PATH: environment.PATH,
        PORT: String(port),
        HOST: '127.0.0.1',
        SHOP_REVISION: revision,
        SHOP_INSTANCE: `shop-${process.pid}`,
        NODE_OPTIONS: '--max-old-space-size=64',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // A full disk ends the example's log, not Guardian.
    output.on('error', () => shop?.stdout?.unpipe(output).resume());
    shop.stdout?.pipe(output);
    shop.on('error', () => stop());
    let turn = 0;
    customers = setInterval(() => {
      void ask(port, DAY[turn % DAY.length]!, PEOPLE[turn % PEOPLE.length]!);
      if (turn % DAY.length === 0)
        void ask(port, ['GET', `/api/products/${PRODUCTS[turn % PRODUCTS.length]}`], PEOPLE[0]!);
      if (turn % LOOKED_AT_EVERY === 0 && sizeOf(log) > LOG_BYTES) truncateSync(log);
      turn++;
    }, ASK_EVERY_MS);
  }

  async function stop(): Promise<void> {
    if (customers) clearInterval(customers);
    customers = null;
    const ending = shop;
    shop = null;
    // One that never started, or has ended (a signal leaves no exit code), does not end again.
    if (!ending || ending.pid === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGTERM');
    const force = setTimeout(() => ending.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(force);
  }
}

function watching(given: settings.Configuration, { repository, log }: { repository: string; log: string }) {
  const { sources, reports, mail } = given;
  return {
    ...given,
    repository: { ...given.repository, path: repository },
    sources: { ...sources, files: [...sources.files, { path: log, project: 'shop', service: 'shop' }] },
    reports: { ...reports, everyMs: Math.min(reports.everyMs ?? Number.POSITIVE_INFINITY, 10 * 60 * 1000) },
    mail: { ...mail, recipients: mail.recipients.length > 0 ? mail.recipients : ['on-call@shop.example'] },
  };
}

/** A customer who is turned away, or finds the shop closed, comes again. */
async function ask(port: number, [method, path, body]: Asked, agent: string): Promise<void> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'user-agent': agent, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    await response.arrayBuffer();
  } catch {
    return;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
