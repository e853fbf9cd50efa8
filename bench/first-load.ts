import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../test/fixtures/browser.ts';
import { ensureDashboard } from '../test/fixtures/dashboard-browser.ts';
import { guardianApi } from '../test/fixtures/guardian-api.ts';
import { startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';

const HISTORY = fileURLToPath(new URL('../examples/shop/history.bundle', import.meta.url));
const LOADS = 7;
/** Of the sample incident: the one whose page has code, suspects and a chart. */
const ISSUE = /Cannot read properties of undefined/;
/** A page is still when nothing larger was painted and no script came for as long. */
const STILL_MS = 1_000;
/** Runs in the page, which knows more kinds of entries than Node's types do. */
const LARGEST_PAINT = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime));
  observer.observe({ type: 'largest-contentful-paint', buffered: true });
})`;

interface Load {
  scriptBytes: number;
  paintMs: number;
}

/**
 * Three screens of a real server that holds the sample incident, each opened in a real Chromium of an empty profile: kB (of 1,000 bytes) of script as
 * they came over the wire, and ms until the largest paint. Loopback, nothing slowed down; one load that warms up the server is left out. `--size N`:
 * loads of each screen (default 7).
 */
export const bench: Bench = async ({ size }) => {
  ensureDashboard();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardian-first-load-')));
  try {
    execFileSync('git', ['clone', '--quiet', '--branch', 'main', HISTORY, join(folder, 'shop')]);
    writeFileSync(join(folder, 'guardian.config.ts'), "export default { repository: { path: 'shop' } };\n");
    const server = await startGuardian({ folder, environment: { GIT_CONFIG_NOSYSTEM: '1' } });
    try {
      return await measure(server.url, Number(size ?? LOADS));
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function measure(url: string, loads: number): Promise<Record<string, unknown>> {
  const issue = await loadSample(url);
  const browser = await openBrowser();
  try {
    return {
      loads,
      overview: await screen(browser, `${url}/`, loads),
      issues: await screen(browser, `${url}/issues`, loads),
      issue: await screen(browser, `${url}/issues/${issue}`, loads),
    };
  } finally {
    await browser.close();
  }
}

/** Gives the number of the issue whose page is opened. */
async function loadSample(url: string): Promise<string> {
  const response = await fetch(`${url}/api/sample`, { method: 'POST', headers: { origin: url } });
  if (!response.ok) throw new Error(`the sample answered with ${response.status}`);
  const api = guardianApi(url);
  // Nothing goes on in the background while the screens are opened.
  const projects = (await (await fetch(`${url}/api/projects`)).json()) as { items: { id: number; slug: string }[] };
  const sample = projects.items.find(({ slug }) => slug === 'sample')!.id;
  const keys = (await (await fetch(`${url}/api/projects/${sample}/keys`)).json()) as { items: { key: string }[] };
  await api.settle(keys.items[0]!.key);
  const found = (await api.issues()).find(({ title }) => ISSUE.test(title));
  if (!found) throw new Error('the sample raised no such issue');
  return found.shortId;
}

async function screen(browser: Browser, address: string, loads: number): Promise<Record<string, number>> {
  const measured: Load[] = [];
  for (let load = 0; load <= loads; load++) {
    const one = await open(browser, address);
    if (load > 0) measured.push(one);
  }
  const paints = measured.map(({ paintMs }) => paintMs).sort((a, b) => a - b);
  return {
    scriptKb: Math.round(Math.max(...measured.map(({ scriptBytes }) => scriptBytes)) / 100) / 10,
    paintMedianMs: paints[Math.floor(loads / 2)]!,
    paintWorstMs: paints.at(-1)!,
  };
}

/** A context of its own is an empty profile: nothing is cached, nothing compiled. */
async function open(browser: Browser, address: string): Promise<Load> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (new URL(request.url()).pathname.endsWith('.js'))
        sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(address);
    await page.locator('main h1').first().waitFor();
    const paintMs = await largestPaint(page, sizes);
    const bytes = await Promise.all(sizes);
    return { scriptBytes: bytes.reduce((sum, one) => sum + one, 0), paintMs };
  } finally {
    await context.close();
  }
}

/** ms from the start of the navigation, once the page is still. */
async function largestPaint(page: Page, scripts: readonly unknown[]): Promise<number> {
  for (let before = '', since = performance.now(); ; ) {
    const paint = await page.evaluate<number>(LARGEST_PAINT);
    const now = `${paint} ${scripts.length}`;
    if (now !== before) since = performance.now();
    before = now;
    if (performance.now() - since >= STILL_MS) return Math.round(paint);
    await page.waitForTimeout(100);
  }
}
