import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardTab,
  ensureDashboard,
  openDashboard,
  overflow,
  seriousViolations,
} from '../fixtures/dashboard-browser.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

/** What those who are no administrators are shown by a real server: what they may not do is not offered, and nothing they are shown is refused. */

const PASSWORD = 'a long enough password';
const PAGES = [
  '/',
  '/welcome',
  '/issues',
  '/events',
  '/reports',
  '/deliveries',
  '/sources',
  '/settings',
  '/alerts',
  '/health-log',
  '/jobs',
  '/chains',
  '/routes',
  '/channels',
  '/traces',
  '/analytics',
  '/coordination',
  '/templates',
  '/usage',
  '/audit',
];
let server: RunningServer;
let tab: DashboardTab;
let page: Page;
let refusals: string[];

beforeAll(async () => {
  ensureDashboard();
  server = await startGuardian();
  await post('/api/events', [{ severity: 'error', exception: 'KeyError: price', service: 'till' }], {
    authorization: `Bearer ${server.key}`,
  });
  await guardianApi(server.url).waitForIssue('KeyError: price');
  const admin = await post('/api/setup', { name: 'Ada', email: 'ada@example.com', password: PASSWORD });
  const cookie = admin.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  for (const role of ['viewer', 'member'])
    await post('/api/users', { name: role, email: `${role}@example.com`, password: PASSWORD, role }, { cookie });
  tab = await openDashboard(server.url);
  page = tab.page;
  page.on('response', (response) => {
    if (response.status() === 403) refusals.push(`${response.request().method()} ${response.url()}`);
  });
});
afterAll(async () => {
  await tab?.close();
  await server?.stop();
});
afterEach(() => {
  expect(tab.troubles.splice(0)).toEqual([]);
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url, ...headers },
    body: JSON.stringify(body),
  });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  return response;
}

async function logIn(role: 'viewer' | 'member', password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(`${role}@example.com`);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

async function open(path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.locator('main h1').first().waitFor();
  await expect.poll(() => page.getByText(/^Loading …$/).count()).toBe(0);
}

/** Logs whoever is there out, and that one in. */
async function enterAs(role: 'viewer' | 'member'): Promise<void> {
  refusals = [];
  await page.context().clearCookies();
  await page.goto(server.url);
  await logIn(role);
  await page.getByText(`${role}@example.com`).first().waitFor();
}

const offered = (name: string | RegExp) => page.getByRole('button', { name }).count();

describe('a viewer', () => {
  it('is shown nothing that the server refuses', async () => {
    await enterAs('viewer');
    for (const path of PAGES) {
      await open(path);
      expect(await page.getByText('This could not be loaded').count(), path).toBe(0);
      expect(await seriousViolations(page), path).toEqual([]);
    }
    expect(refusals).toEqual([]);
  });

  it('is offered no change, and told why', async () => {
    await enterAs('viewer');
    await open('/reports');
    expect(await offered('Make a report now')).toBe(0);
    await open('/welcome');
    expect(await offered('Load the sample incident')).toBe(0);
    await open('/sources');
    await page.getByText('Your role may look, not change.').waitFor();
    expect(await page.getByRole('heading', { name: 'Ingest keys' }).count()).toBe(0);
    await open('/settings');
    expect(
      await page.getByRole('link', { name: /API keys|Users|Audit trail|Usage|Health log|Connect a service/ }).count(),
    ).toBe(0);
    await open('/health-log');
    await page.getByText('Only administrators see the health log.').waitFor();
    await open('/jobs');
    expect(await offered(/Pause all|Resume all/)).toBe(0);
    await open('/issues');
    await page.getByRole('link', { name: /KeyError/ }).waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });
});

describe('a member', () => {
  it('sees keys and may make a report, and is offered nothing that only administrators may', async () => {
    await enterAs('member');
    for (const path of PAGES) await open(path);
    expect(refusals).toEqual([]);
    await open('/welcome');
    expect(await offered('Load the sample incident')).toBe(0);
    await open('/sources');
    await page.getByRole('heading', { name: 'Ingest keys' }).waitFor();
    expect(await offered('Revoke')).toBe(0);
    await open('/issues');
    expect(await page.getByRole('checkbox', { name: 'Select all shown' }).count()).toBe(1);
    await open('/reports');
    expect(await offered('Make a report now')).toBe(1);
  });
});

describe('the log-in', () => {
  it.each([
    ['en', 'E-mail address', 'Password', 'Not let in: the e-mail address or the password is wrong.'],
    ['fr', 'Adresse e-mail', 'Mot de passe', 'Accès refusé : l’adresse ou le mot de passe est faux.'],
  ])('says what is wrong in the reader’s language alone (%s)', async (language, email, password, words) => {
    const context = await page.context().browser()!.newContext({ locale: language });
    const visitor = await context.newPage();
    await visitor.goto(server.url);
    await visitor.getByLabel(email).fill('viewer@example.com');
    await visitor.getByLabel(password).fill('not the password');
    await visitor.keyboard.press('Enter');
    const told = await visitor.getByRole('alert').textContent();
    expect(told).toContain(words);
    expect(told).not.toContain('Unauthorized');
    await context.close();
  });
});

describe('the audit log', () => {
  it('says who did what in the reader’s language', async () => {
    const context = await page.context().browser()!.newContext({ locale: 'fr' });
    const admin = await context.newPage();
    await admin.goto(`${server.url}/audit`);
    await admin.getByLabel('Adresse e-mail').fill('ada@example.com');
    await admin.getByLabel('Mot de passe').fill(PASSWORD);
    await admin.keyboard.press('Enter');
    const entry = admin.locator('main li').filter({ hasText: 'member@example.com' });
    await entry.waitFor();
    const told = await entry.textContent();
    expect(told).toContain('Ada a créé le compte');
    expect(told).not.toMatch(/user created|[{}]/);
    await context.close();
  });
});

describe('a phone', () => {
  it('has no button for a keyboard that it lacks', async () => {
    await enterAs('viewer');
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    expect(await page.getByRole('button', { name: /Keyboard shortcuts/ }).count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});
