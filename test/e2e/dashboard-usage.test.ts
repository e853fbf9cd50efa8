import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DashboardApi } from '../fixtures/dashboard-api.ts';
import { readingTroubles, seriousViolations } from '../fixtures/dashboard-browser.ts';
import { openScreens } from '../fixtures/dashboard-screens.ts';

/** The screens of usage: what they show of each state, and what it costs to look. */

const screens = openScreens();
const { open, told } = screens;
let api: DashboardApi;
let page: Page;
beforeAll(() => {
  ({ api, page } = screens);
});

describe('usage', () => {
  it('shows who used what, what failed, and what went to work when', async () => {
    await open('/usage');
    const numbers = await page.getByRole('region', { name: 'In numbers' }).textContent();
    expect(numbers).toContain('Active users3');
    expect(numbers).toContain('Requests1,617');
    expect(numbers).toContain('Error rate2.6%');
    const features = page.getByRole('list', { name: 'Most used features' }).getByRole('listitem');
    expect((await features.allTextContents()).slice(0, 2)).toEqual(['chat_message811', 'document_upload204']);
    const codes = page.getByRole('list', { name: 'Errors by status code' }).getByRole('listitem');
    expect(await codes.allTextContents()).toEqual(['40421', '50018', '4133', '5031']);
    await told('checkout-00042');
    await page.locator('canvas').first().waitFor();
  });

  it('says where its figures are not the whole truth', async () => {
    await open('/usage?hours=720');
    await told('about 3');
    await told(/sum of each day’s users/);
    await told('1 record was numbered by a sender and never came');
    await told('Made of sampled spans');
  });

  it('tells nothing of late from nothing ever, and says what to do', async () => {
    api.mode = 'quiet';
    await open('/usage');
    await told('Nobody used anything in this time');
    api.mode = 'empty';
    await open('/usage');
    await told('No usage was ever received');
    await told(/guardianExpress/);
    await page.getByRole('link', { name: 'How to connect a service' }).click();
    await page.waitForURL(/\/sources$/);
  });

  it('never takes a failure for no usage, and leaves what can be shown', async () => {
    api.failingPaths.add('/api/usage/timeline');
    await open('/usage');
    const alert = page.getByRole('region', { name: 'Requests over time' }).getByRole('alert');
    await expect.poll(() => alert.textContent()).toContain('the disk is full');
    await told('grace@example.com');
    api.failingPaths.add('/api/usage/summary');
    await page.goto(`${api.url}/usage`);
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
    expect(await page.getByText(/Nobody used|No usage was/).count()).toBe(0);
  });

  it('narrows by time, service and words, all of it in the address', async () => {
    await open('/usage');
    await page.getByLabel('Over the last').selectOption({ label: '7 days' });
    await page.waitForURL(/hours=168/);
    await page.getByLabel('Search users').fill('grace');
    await page.keyboard.press('Enter');
    await page.waitForURL(/hours=168&text=grace/);
    await expect.poll(() => page.locator('main li[data-row]').count()).toBe(1);
    expect(api.looks).toContain('users grace');
  });

  it('makes the report, and says where it stands', async () => {
    await open('/usage');
    await page.getByRole('button', { name: 'Make the report now' }).click();
    await told('The report of 2026-01-31 06:00 - 08:00 stands in reports/usage_report.json.');
  });
});

describe('one user', () => {
  it('is opened by keyboard: sessions, features, and what failed with its issue', async () => {
    await open('/usage');
    await told('grace@example.com');
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/usage\/users\/grace/);
    const sessions = page.getByRole('region', { name: 'Sessions' }).getByRole('listitem');
    expect(await sessions.nth(0).textContent()).toContain('goes on');
    expect(await sessions.nth(1).textContent()).toContain('2\u00a0h');
    expect(await sessions.nth(1).textContent()).toContain('ended by inactivity');
    await told('File too large');
    await told('That you looked is written into the audit trail.');
    await page.getByRole('link', { name: 'To its issue' }).click();
    await page.waitForURL(/\/issues\/SHOP-12/);
  });

  it('is asked for once: whatever else changes, nobody looked again', async () => {
    await open('/usage/users/grace%40example.com');
    await page.getByText('Live', { exact: true }).waitFor();
    expect(api.looks).toEqual(['grace@example.com']);
    api.cutStreams(true);
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    const asked = page.waitForResponse(/\/api\/me$/);
    api.cutStreams(false);
    await asked;
    expect(api.looks).toEqual(['grace@example.com']);
  });

  it('may be called anything', async () => {
    await open('/usage');
    await page.getByRole('link', { name: 'user/47?11 é' }).click();
    await page.getByRole('heading', { level: 1, name: 'user/47?11 é' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'user/47?11 é' }).waitFor();
    await expect.poll(() => api.looks.filter((one) => one === 'user/47?11 é')).toHaveLength(2);
  });

  it('is saved, and erased only after a question, with what is out of reach', async () => {
    await open('/usage/users/grace%40example.com');
    const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    expect(csv).toBe('/api/usage/users/grace%40example.com/export?format=csv');
    await page.getByRole('button', { name: 'Erase this user …' }).click();
    expect(await seriousViolations(page)).toEqual([]);
    expect(api.received).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Erase for good' }).click();
    await told('Erased: 1,229 rows. Nothing of this user was found afterwards.');
    await told(/their salts are forgotten/);
    expect(api.received).toEqual([{ path: '/api/usage/users/grace%40example.com/erase', body: {} }]);
  });
});

describe('whoever is no administrator', () => {
  it('is offered no usage, and asks for none', async () => {
    api.role = 'member';
    for (const path of ['/usage', '/usage/users/grace%40example.com']) {
      await open(path);
      await told('Only administrators see this.');
    }
    expect(api.looks).toEqual([]);
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).count()).toBe(0);
  });
});

describe('every screen of usage', () => {
  const STATES = [
    ['full', '/usage'],
    ['full', '/usage?hours=720'],
    ['quiet', '/usage'],
    ['empty', '/usage'],
    ['full', '/usage/users/grace%40example.com'],
  ] as const;
  it.each(STATES)(
    '%s %s is readable by everybody, dark and light, in French, and fits 360 pixels',
    async (mode, path) => {
      api.mode = mode;
      await open(path);
      expect(await readingTroubles(page)).toEqual([]);
      expect(await page.title()).not.toBe('owned');
    },
  );
});
