import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// Runs the shop at the revision that is "in production", sends it a day's kind of traffic, and keeps what it logs:
//   npx node examples/shop/record-incident.ts [minutes]
// The shop's folder is written as /app, where an image would hold it. Everything else is as the running shop printed it.

const minutes = Number(process.argv[2] ?? 6);
const port = 4477;
const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shop-'));

execFileSync('git', ['clone', '--quiet', '--branch', 'main', join(here, 'history.bundle'), folder]);
const revision = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
const shop = spawn(process.execPath, ['src/server.ts'], {
  cwd: folder,
  env: {
    PATH: process.env.PATH,
    PORT: String(port),
    HOST: '127.0.0.1',
    SHOP_REVISION: revision,
    SHOP_INSTANCE: 'shop-7c9f',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
shop.stdout.setEncoding('utf8').on('data', (text: string) => {
  output += text;
});
await wait(800);

const people = [
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/605.1.15',
];
const carts = [
  { customer: 'ana.pereira@mail.example', lines: [{ product: 'tea', count: 2 }] },
  { customer: 'jo.becker@mail.example', lines: [{ product: 'pot', count: 1 }], voucher: 'WINTER' },
  { customer: 'li.wei@mail.example', lines: [{ product: 'cup', count: 3 }], voucher: 'TEATIME' },
  { customer: 'sven.olsen@mail.example', lines: [{ product: 'whisk', count: 1 }] },
  {
    customer: 'mia.rossi@mail.example',
    lines: [
      { product: 'tin', count: 1 },
      { product: 'tea', count: 1 },
    ],
    voucher: 'WELCOME',
  },
];
const probes = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/phpmyadmin/index.php',
  '/admin.php',
  '/backup.sql',
  '/vendor/phpunit/phpunit.xml',
];

async function ask(path: string, options: { method?: string; body?: unknown; agent?: string } = {}): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: options.method ?? 'GET',
    headers: { 'user-agent': options.agent ?? people[0]!, 'content-type': 'application/json' },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  await response.arrayBuffer();
}

const rounds = Math.round((minutes * 60) / 5);
for (let round = 0; round < rounds; round += 1) {
  await ask('/health', { agent: 'kube-probe/1.31' });
  await ask(`/api/products?q=${round % 2 ? 'tea' : 'cup'}&session=9f86d081884c7d65`, { agent: people[round % 2] });
  await ask(`/api/products/${['tea', 'cup', 'pot', 'tin', 'whisk'][round % 5]}`, { agent: people[round % 2] });
  if (round % 3 === 0)
    await ask('/api/orders', { method: 'POST', body: carts[(round / 3) % carts.length], agent: people[1] });
  if (round % 29 === 11)
    await ask('/api/orders', {
      method: 'POST',
      body: { customer: 'kim@mail.example', lines: [{ product: 'matcha', count: 1 }] },
    });
  if (round === Math.floor(rounds / 2)) for (const path of probes) await ask(path, { agent: 'Mozilla/5.0 zgrab/0.x' });
  if (round % 4 === 1) await ask('/api/orders/1000', { agent: people[0] });
  await wait(5_000);
}

shop.kill('SIGTERM');
await new Promise((resolve) => shop.once('exit', resolve));
writeFileSync(join(here, 'incident.ndjson'), output.replaceAll(folder, '/app'));
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${output.trimEnd().split('\n').length} lines at revision ${revision}\n`);
