import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DashboardApi } from '../fixtures/dashboard-api.ts';
import { readingTroubles } from '../fixtures/dashboard-browser.ts';
import { TRACE_ID } from '../fixtures/dashboard-insight-data.ts';
import { openScreens } from '../fixtures/dashboard-screens.ts';

/** The screens of traces, analytics and learning, in the states that a real server is hard to bring into. */

const screens = openScreens();
const { open, told } = screens;
let api: DashboardApi;
let page: Page;
beforeAll(() => {
  ({ api, page } = screens);
});
const rows = () => page.locator('main [data-row]');

describe('traces', () => {
  it('are listed with what began them, how long they took and what failed', async () => {
    await open('/traces');
    const first = await rows().first().textContent();
    expect(first).toContain('POST /api/orders/:id/pay');
    expect(first).toContain('web, checkout and ledger');
    expect(first).toContain('1.2\u00a0s');
    expect(first).toContain('5 spans · 1 error');
    await told('its first span was never received');
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('are narrowed by outcome and duration, and opened by an id', async () => {
    await open('/traces');
    await page.getByLabel('Outcome').selectOption({ label: 'With errors' });
    await page.waitForURL(/status=error/);
    await expect.poll(() => rows().count()).toBe(1);
    await page.getByLabel('At least, in ms').fill('5000');
    await page.keyboard.press('Enter');
    await page.waitForURL(/minDurationMs=5000/);
    await told('No trace matches these filters.');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => rows().count()).toBe(3);
    await page.getByLabel('Open a trace by its id').fill(TRACE_ID);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/traces/${TRACE_ID}`));
  });

  it('say where they come from while there are none, and that one is not kept', async () => {
    api.mode = 'empty';
    await open('/traces');
    await told('No trace in this time');
    expect(await page.getByRole('link', { name: 'How to connect a service' }).isVisible()).toBe(true);
    await page.goto(`${api.url}/traces/0000`);
    await page.getByRole('alert').filter({ hasText: 'There is no such trace.' }).waitFor();
  });

  it('stand as a waterfall with gaps, skewed clocks, orphans and what failed', async () => {
    await open(`/traces/${TRACE_ID}`);
    const spans = page.getByRole('list', { name: 'Waterfall' }).getByRole('listitem');
    expect(await spans.count()).toBe(5);
    expect(await spans.nth(2).textContent()).toContain('INSERT payment failed');
    expect(await spans.nth(2).textContent()).toContain('ledger · client · 1 log entry');
    expect(await spans.nth(4).textContent()).toContain('without its parent');
    await told('640\u00a0ms without anything known, from 460\u00a0ms to 1.1\u00a0s');
    await told('checkout is shown with the difference taken off');
    const boxes = await Promise.all([1, 2].map((at) => spans.nth(at).locator('.absolute').boundingBox()));
    expect(boxes[1]!.x).toBeGreaterThan(boxes[0]!.x);
  });

  it('open a span by keyboard with its attributes, hostile ones as text', async () => {
    await open(`/traces/${TRACE_ID}`);
    await page.locator('main').focus();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await told('its clock is 350\u00a0ms off');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await told(/\\u\{202e\}evil/);
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('show their log entries, and are reached from an event and an issue', async () => {
    await open(`/traces/${TRACE_ID}`);
    await page.getByRole('region', { name: 'Its log entries' }).getByText('could not price order 4711').click();
    await page.waitForURL(/\/events\?.*event=e0/);
    await page.getByRole('dialog').getByRole('link', { name: 'To its trace' }).click();
    await page.waitForURL(/\/traces\//);
    await open('/issues/SHOP-12');
    await page.getByRole('link', { name: 'To its trace' }).click();
    await page.waitForURL(/\/traces\//);
  });
});

describe('analytics', () => {
  it('show at once what comes in, by service, those that fail first', async () => {
    await open('/analytics');
    const strip = page.getByRole('region', { name: 'Live' });
    const services = await strip.getByRole('listitem').allTextContents();
    expect(services[0]).toContain('checkout12.3/s events 0.4/s errors');
    expect(services.join()).not.toContain('asleep');
    expect(await strip.textContent()).toContain('Accepted120,431');
    const again = page.waitForResponse(/\/api\/analytics\/live/);
    expect((await again).ok()).toBe(true);
  });

  it('count volume, errors, messages and slow operations, and say what was dropped', async () => {
    await open('/analytics');
    await told('4 records were dropped before they arrived');
    const table = (name: string) => page.getByRole('table', { name });
    expect(await table('Where they come from').locator('tbody tr').first().textContent()).toContain('3,1202146.8%');
    const messages = await table('Most frequent messages').locator('tbody tr').allTextContents();
    expect(messages.map((one) => /new|↑ \+50%|↓ −50%|as before/.exec(one)?.[0])).toEqual([
      'new',
      '↑ +50%',
      '↓ −50%',
      'as before',
    ]);
    expect(await table('Slowest operations').locator('tbody tr').first().textContent()).toContain('412\u00a0ms');
    await page.locator('canvas').waitFor();
  });

  it('narrow to what is clicked, and widen again', async () => {
    await open('/analytics');
    const asked = page.waitForRequest(/\/api\/analytics\?.*service=checkout/);
    await page.getByRole('button', { name: 'checkout', exact: true }).click();
    await asked;
    await page.getByLabel('Rows by').selectOption({ label: 'Logger' });
    await page.waitForURL(/by=logger/);
    await page.getByRole('button', { name: 'Show all again, not only Service checkout' }).click();
    await page.waitForURL((url) => !url.searchParams.has('service'));
  });

  it('are quiet when nothing is, and never take a failure for quiet', async () => {
    api.mode = 'empty';
    await open('/analytics');
    await told('No event in the last seconds.');
    await told('No event in this time');
    api.failingPaths.add('/api/analytics');
    await page.goto(`${api.url}/analytics`);
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
    expect(await page.getByText('No event in this time').count()).toBe(0);
  });
});

describe('learning', () => {
  it('says what it learnt with its intervals, and of which jobs nothing yet', async () => {
    await open('/coordination');
    const first = await page.getByRole('table').locator('tbody tr').first().textContent();
    expect(first).toContain('12088.3%81.3% to 92.9%');
    expect(first).toContain('timeline_report takes 61% of the critical path');
    await told('7 of 20 runs');
  });

  it('suggests with the expected effect, how sure that is, and what was measured', async () => {
    await open('/coordination');
    const suggestions = page.getByRole('region', { name: 'Suggestions' });
    await suggestions.getByText('timeoutMs: 30\u00a0s → 1\u00a0min').waitFor();
    await suggestions.getByText('+4 to +11 points').first().waitFor();
    await suggestions.getByText('82%').first().waitFor();
    await suggestions.getByText('Decided before (1)').click();
    await suggestions.getByText('−60% to −20%').waitFor();
    await suggestions.getByText('42\u00a0s → 1\u00a0min\u00a01\u00a0s').waitFor();
    await suggestions.getByText('taken back').waitFor();
  });

  it('is decided on by administrators alone', async () => {
    await open('/coordination');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => api.received).toEqual([{ path: '/api/coordination/suggestions/g1/apply', body: {} }]);
    api.role = 'member';
    await open('/coordination');
    expect(await page.getByRole('button', { name: /Apply|Dismiss|Take back/ }).count()).toBe(0);
  });

  it('says what to wait for while nothing is known', async () => {
    api.mode = 'empty';
    await open('/coordination');
    await told('Nothing was learnt yet');
    expect(await page.getByRole('link', { name: 'To the jobs' }).isVisible()).toBe(true);
  });
});

describe('every screen of traces, analytics and learning', () => {
  const STATES = [
    ['full', '/traces'],
    ['empty', '/traces'],
    ['full', `/traces/${TRACE_ID}`],
    ['full', '/analytics?service=checkout'],
    ['empty', '/analytics'],
    ['full', '/coordination'],
    ['empty', '/coordination'],
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
