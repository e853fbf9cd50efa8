import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardTab,
  ensureDashboard,
  openDashboard,
  overflow,
  seriousViolations,
} from '../fixtures/dashboard-browser.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { cloneShop, put, workspace } from './workspace.ts';

/** One visitor's way through the screens of a real server, from the first visit on; each step builds on those before. */

const run = promisify(execFile);
const PASSWORD = 'a long enough password';
let server: RunningServer;
let tab: DashboardTab;
let page: Page;

beforeAll(async () => {
  ensureDashboard();
  const folder = workspace();
  cloneShop(folder);
  put(folder, 'guardian.config.ts', "export default { repository: { path: 'shop' } };\n");
  server = await startGuardian({ folder, environment: { GIT_CONFIG_NOSYSTEM: '1' } });
  tab = await openDashboard(server.url);
  page = tab.page;
});
afterAll(async () => {
  await tab?.close();
  await server?.stop();
});
afterEach(() => {
  expect(tab.troubles.splice(0)).toEqual([]);
});

const open = (path: string) => page.goto(server.url + path);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const link = (name: RegExp | string) => page.getByRole('link', { name }).first();

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(server.url + path, init);
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  return (await response.json()) as Answer;
}

/** Sends events as a service does, with the key the screens show. */
async function sendEvents(...events: Record<string, unknown>[]): Promise<void> {
  const { items } = await ask<{ items: { key: string }[] }>('/api/projects/1/keys');
  await ask('/api/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${items[0]!.key}`, 'content-type': 'application/x-ndjson' },
    body: events.map((one) => JSON.stringify({ time: new Date().toISOString(), ...one })).join('\n'),
  });
}

describe('the first visit', () => {
  it('shows how to send the first event, and goes on by itself when the shown command has sent it', async () => {
    await open('/');
    await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const command = await page.getByRole('region', { name: 'In a terminal' }).textContent();
    await run('sh', ['-c', command ?? '']);
    await page.getByRole('heading', { name: 'Services' }).waitFor();
    await link('hello').waitFor();
  });

  it('leads from the sample incident to its issue', async () => {
    await open('/welcome');
    await button('Load the sample incident').click();
    await page.waitForURL(/\/issues\/SAMPLE-\d/);
    await page.getByRole('heading', { name: 'What was raised' }).waitFor();
  });
});

describe('an issue', () => {
  it('shows the failing line at the running revision, the suspects and why its incidents belong together', async () => {
    await open('/issues?project=sample');
    await link(/Cannot read properties of undefined/).click();
    await page.getByText('This is the code of the running revision.').waitFor();
    await page.getByText('▶').first().waitFor();
    await page.getByRole('heading', { name: 'Suspect commits' }).waitFor();
    await page.getByText('By exception types and the application frames nearest the crash').waitFor();
    await page.locator('canvas').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('takes a note, is resolved, and is found among the resolved ones only', async () => {
    await page.getByLabel('Add a note').fill('Looks like the <b>new</b> tariff.');
    await button('Add').click();
    await page.getByText('Looks like the <b>new</b> tariff.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('menuitem', { name: 'Resolved now' }).click();
    await button('Reopen').waitFor();
    await open('/issues?project=sample');
    await link(/unknown product/).waitFor();
    expect(await page.getByRole('link', { name: /Cannot read properties/ }).count()).toBe(0);
    await page.getByLabel('State', { exact: true }).selectOption({ label: 'resolved' });
    await link(/Cannot read properties/).waitFor();
  });

  it('is handed to an agent as Markdown', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await link(/Cannot read properties/).click();
    await button('Copy as Markdown').click();
    await page.getByText('✓ Copied').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain('discountOf');
    expect(copied).toContain('untrusted');
  });
});

describe('events', () => {
  const rows = () => page.locator('main li[data-row]').count();

  it('go back page by page, and follow again from the newest', async () => {
    await open('/events?project=sample');
    await page.getByText('request completed').first().waitFor();
    expect(await rows()).toBe(100);
    await button('Show more').click();
    await expect.poll(rows).toBe(200);
    await page.getByText('Stopped: new events do not appear.').waitFor();
    await button('Follow').click();
    await expect.poll(rows).toBe(100);
    await page.getByText('New events appear by themselves.').waitFor();
  });

  it('come by themselves, are searched, and show every field', async () => {
    await open('/events');
    await page.getByText('request completed').first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await sendEvents({
      severity: 'warn',
      service: 'till',
      message: 'the drawer is open',
      attributes: { 'till.id': 7 },
    });
    await page.getByText('the drawer is open').waitFor();
    await page.getByRole('searchbox').fill('till.id:7');
    await page.keyboard.press('Enter');
    await page.getByText('request completed').first().waitFor({ state: 'detached' });
    await link(/the drawer is open/).click();
    await button('Show only service:till').click();
    await page.waitForURL((url) => url.searchParams.get('query') === 'till.id:7 service:till');
    await link(/the drawer is open/).waitFor();
  });
});

describe('reports', () => {
  it('are made on demand and shown in a frame', async () => {
    await open('/reports');
    await button('Make a report now').click();
    await page.getByRole('dialog').getByLabel('Service').selectOption('shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Make a report now' }).click();
    await page.waitForURL(/\/reports\/.+/);
    await page.frameLocator('iframe').getByText('CRITICAL').first().waitFor();
    expect(tab.refused.splice(0)).toEqual([]);
  });
});

describe('keys and users', () => {
  it('shows an API key once, which opens the API until it is revoked', async () => {
    await open('/settings?section=keys');
    await page.getByLabel('What the key is for').fill('pipeline');
    await button('Make a key').click();
    const key = await page.getByRole('dialog').locator('code').textContent();
    const asked = () => fetch(`${server.url}/api/overview`, { headers: { authorization: `Bearer ${key}` } });
    expect((await asked()).status).toBe(200);
    await page.keyboard.press('Escape');
    await button('Revoke').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await asked()).status).toBe(401);
  });

  it('gives what is pasted into a web page a key that opens nothing but the way in for events', async () => {
    await open('/sources');
    const client = page.getByLabel('Client');
    await client.selectOption({ label: 'Sentry: Node.js' });
    const code = page.getByLabel('At the start of the program');
    const ofServices = await code.textContent();
    await client.selectOption({ label: 'Sentry: browser' });
    await button('Make a key for web pages').click();
    await code.waitFor();
    const { items } = await ask<{ items: { key: string; kind: string; dsn: string }[] }>('/api/projects/1/keys');
    expect(items.map(({ kind }) => kind)).toEqual(['service', 'page']);
    expect(await code.textContent()).toContain(items[1]!.dsn);
    expect(ofServices).toContain(items[0]!.dsn);
    await page.getByText('web pages', { exact: true }).first().waitFor();
    const { key } = items[1]!;
    const post = (path: string, headers = {}) =>
      fetch(server.url + path, { method: 'POST', headers, body: '{}\n{"type":"event"}\n{"message":"from a page"}\n' });
    expect((await post(`/api/1/envelope/?sentry_key=${key}`)).status).toBe(200);
    expect((await post('/api/alerts', { authorization: `Bearer ${key}` })).status).toBe(403);
  });

  it('makes the first administrator, who then logs out and in', async () => {
    await open('/');
    await link('Make the first administrator').click();
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await button('Make the administrator').click();
    await page.getByText('Ada Lovelace').first().waitFor();
    await button('Log out').click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('Ada Lovelace').first().waitFor();
  });

  it('makes a viewer, who looks and changes nothing', async () => {
    await open('/settings?section=users');
    await page.getByLabel('Name', { exact: true }).fill('Grace Hopper');
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel(/^First password/).fill(PASSWORD);
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'viewer' });
    await button('Make a user').click();
    await page.getByText('grace@example.com').waitFor();
    await button('Log out').click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('Grace Hopper').first().waitFor();
    await open('/issues?project=sample');
    await link(/unknown product/).click();
    await page.getByText('Your role may look, not change.').waitFor();
    expect(await page.getByLabel('Add a note').count()).toBe(0);
    await open('/settings?section=users');
    await page.getByText('Only administrators see this.').waitFor();
  });
});
