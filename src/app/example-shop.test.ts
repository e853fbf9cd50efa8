import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configurationSchema } from '../config/schema.ts';
import { type ExampleShop, openExampleShop } from './example-shop.ts';

let folder: string;
let shop: ExampleShop;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-example-'));
  shop = openExampleShop({ given: configurationSchema.parse({ dataFolder: folder }), folder });
});
afterEach(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});
const log = () => readFileSync(join(folder, 'example', 'shop.log'), 'utf8');

it('runs the shop out of its own repository, has it visited, and logs where Guardian looks', async () => {
  const { repository, sources, mail, reports } = shop.configuration;
  expect(repository.path).toBe(join(folder, 'example', 'shop'));
  expect(sources.files).toEqual([{ path: join(folder, 'example', 'shop.log'), project: 'shop', service: 'shop' }]);
  expect([mail.recipients.length, reports.everyMs! <= 600_000]).toEqual([1, true]);
  await shop.start();
  await expect.poll(log).toContain('"url":"/health"');
  const lines = log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { revision: string; service: string });
  expect(lines.every(({ service, revision }) => service === 'shop' && /^[0-9a-f]{40}$/.test(revision))).toBe(true);
  await shop.stop();
  const ended = log();
  await shop.stop();
  expect(log()).toBe(ended);
});

it('ends at once when the shop has ended by itself', async () => {
  const begun: ChildProcess[] = [];
  const note = (message: unknown) => begun.push((message as { process: ChildProcess }).process);
  subscribe('child_process', note);
  await shop.start();
  unsubscribe('child_process', note);
  const process = begun.at(-1)!;
  expect(process.spawnargs).toContain('src/server.ts');
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGKILL');
  await ended;
  await shop.stop();
  expect(process.signalCode).toBe('SIGKILL');
});

it('keeps what the user configured', () => {
  const given = configurationSchema.parse({
    dataFolder: folder,
    mail: { recipients: ['me@example.org'] },
    reports: { everyMs: 60_000 },
    sources: { files: [{ path: 'own.log' }] },
  });
  const { configuration } = openExampleShop({ given, folder });
  expect(configuration.mail.recipients).toEqual(['me@example.org']);
  expect(configuration.reports.everyMs).toBe(60_000);
  expect(configuration.sources.files.map(({ path }) => path)).toEqual(['own.log', join(folder, 'example', 'shop.log')]);
});
