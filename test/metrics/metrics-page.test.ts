import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRICS_PATH } from '../../src/contracts/metrics.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const commandWith = (part: string) => commands.find((command) => command.includes(part)) ?? '';

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-metrics-page-'));
  mkdirSync(join(folder, 'ops', 'prometheus'), { recursive: true });
  // As the page has it: the token is made by its command, and given in the environment.
  execFileSync('bash', ['-c', commandWith('/dev/urandom')], { cwd: folder });
  const token = readFileSync(join(folder, 'ops', 'prometheus', 'guardian-token'), 'utf8');
  server = await startGuardian({ environment: { GUARDIAN_METRICS_TOKEN: token } });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('makes a token that Guardian takes, and that opens', async () => {
  const token = readFileSync(join(folder, 'ops', 'prometheus', 'guardian-token'), 'utf8');
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(commandWith('npx guardian start')).toContain('GUARDIAN_METRICS_TOKEN="$(cat ops/prometheus/guardian-token)"');
  const reply = (given: string) =>
    fetch(server.url + METRICS_PATH, { headers: { authorization: `Bearer ${given}` } }).then(({ status }) => status);
  expect([await reply(token), await reply(`${token}0`)]).toEqual([200, 401]);
});

it('reads a figure with the command it begins with', () => {
  const command = commandWith('curl').replace('http://127.0.0.1:4400', server.url);
  const output = execFileSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(output).toContain('guardian_http_requests_total{method="GET",route="/api/health",status_class="2xx"} 0\n');
});

it('names files that are there', () => {
  const files = commands
    .join(' ')
    .match(/ops\/[\w./-]+/g)!
    .filter((file) => !file.endsWith('guardian-token'));
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(statSync(join(root, 'ops', 'prometheus', 'targets', 'guardian.yml')).isFile()).toBe(true);
});
