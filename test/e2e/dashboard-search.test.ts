import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DashboardApi, startDashboardApi } from '../fixtures/dashboard-api.ts';
import { type DashboardTab, ensureDashboard, openDashboard, seriousViolations } from '../fixtures/dashboard-browser.ts';

describe('how a search was answered, on the page of events', () => {
  let api: DashboardApi;
  let tab: DashboardTab;
  let page: Page;
  let origin: object = {};

  beforeAll(async () => {
    ensureDashboard();
    api = await startDashboardApi();
    tab = await openDashboard(api.url);
    page = tab.page;
    await page.route(/\/api\/events\?/, async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as object;
      await route.fulfill({ response, json: { ...body, ...origin } });
    });
  });
  afterAll(async () => {
    await tab?.close();
    await api?.close();
  });

  it('says nothing of an answer that was made just now', async () => {
    origin = { cache: null };
    await page.goto(`${api.url}/events`);
    await page.locator('[data-row]').first().waitFor();
    expect(await page.locator('[data-cache-age]').count()).toBe(0);
    expect(await page.getByText('search cluster').count()).toBe(0);
  });

  it('says how old a remembered answer is', async () => {
    origin = { cache: { ageMs: 42_000 } };
    await page.goto(`${api.url}/events`);
    const told = page.locator('[data-cache-age="42000"]');
    await told.waitFor();
    expect(await told.textContent()).toContain('42');
  });

  it('says that the database answered alone, and what may be missing', async () => {
    origin = { cache: null, isDatabaseOnly: true };
    await page.goto(`${api.url}/events`);
    await page.getByText('The search cluster is away or behind').waitFor();
    expect(await page.locator('[data-row]').count()).toBeGreaterThan(0);
    expect(await seriousViolations(page)).toEqual([]);
  });
});
