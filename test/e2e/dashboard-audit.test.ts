import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DashboardApi } from '../fixtures/dashboard-api.ts';
import { type DashboardTab, readingTroubles, seriousViolations } from '../fixtures/dashboard-browser.ts';
import { openScreens } from '../fixtures/dashboard-screens.ts';

/** The screens of audit trails and templates, in the states that a real server is hard to bring into. */

const screens = openScreens();
const { open, told } = screens;
let api: DashboardApi;
let page: Page;
let tab: DashboardTab;
beforeAll(() => {
  ({ api, page, tab } = screens);
});
const rows = () => page.locator('main li[data-row]');

describe('the audit trail', () => {
  it('says who did what on what, hostile names as text, with the chain behind each entry', async () => {
    await open('/audit');
    expect(await rows().nth(0).textContent()).toContain('Ada Lovelace looked at the usage of grace@example.com');
    expect(await rows().nth(1).textContent()).toContain('\\u{202e}evil');
    expect(await rows().nth(1).textContent()).toContain('refused');
    expect(await rows().nth(2).textContent()).toContain('failed');
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await told(/Hash 9f86d081/);
    await told('168');
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('says how far it is signed, and whether that is kept elsewhere', async () => {
    await open('/audit');
    await told('signed up to entry 2');
    await told('kept here only');
    await page.getByLabel('Trail', { exact: true }).selectOption({ label: 'shop/1767225600000' });
    await page.waitForURL(/trail=shop/);
    await told('kept elsewhere too');
    await page.getByLabel('Trail', { exact: true }).selectOption('quiet/1111111111111');
    await told('not signed yet');
    await told('This trail holds no entry.');
  });

  it('is verified on demand: intact, with what cannot be excluded', async () => {
    await open('/audit');
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await told('Intact: 3 entries checked');
    await told('the whole trail can have been written anew');
    expect(await seriousViolations(page)).toEqual([]);
    expect(api.received).toEqual([{ path: '/api/audit/verify', body: { trail: 'guardian' } }]);
  });

  it('is verified on demand: altered, from which entry on, and what to do', async () => {
    await open('/audit?trail=shop%2F1767225600000');
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await told('NOT intact from entry 1,204 on');
    await told('an entry was edited');
    await told(/Keep the database as it is/);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('never takes a check that failed for a verdict', async () => {
    api.failingPaths.add('/api/audit/verify');
    await open('/audit');
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
    expect(await page.getByText(/ntact/).count()).toBe(0);
  });

  it('is narrowed, all of it in the address', async () => {
    await open('/audit');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Who', { exact: true }).fill('Ada');
    await page.keyboard.press('Enter');
    await page.waitForURL(/actor=Ada/);
    await expect.poll(() => rows().count()).toBe(2);
    await page.getByLabel('Who', { exact: true }).fill('nobody');
    await page.keyboard.press('Enter');
    await told('No entry matches these filters.');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => rows().count()).toBe(3);
  });

  it('is found where it stood before, and is of administrators alone', async () => {
    await page.goto(`${api.url}/settings?section=audit`);
    await page.waitForURL(/\/audit$/);
    api.role = 'member';
    await open('/audit');
    await told('Only administrators see this.');
  });
});

describe('templates', () => {
  it('say first which file does not hold, and which version stays in use', async () => {
    await open('/templates');
    await told('templates/shop/alert.html');
    await told('Version 1.1.0 stays in use.');
    await told('templates/shop/begun.html');
    await told('No version of it is in use.');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await rows().nth(0).textContent()).toContain('guardian/alert1.0.0 · 1 version · built in412 renders');
    expect(await rows().nth(1).textContent()).toContain('2 versions · from a file');
  });

  it('are kept in every version, each with its content and how it did', async () => {
    await open('/templates/shop/alert');
    await told('Content of 1.1.0');
    await told('guardian/alert');
    await page.getByRole('table').getByRole('link', { name: '1.0.0' }).click();
    await page.waitForURL(/version=1.0.0/);
    await told('{{#block title}}Version 1.0.0{{/block}}');
  });

  it('are shown on a sample, without their scripts, and tried with another content', async () => {
    tab.refused.length = 0;
    await open('/templates/shop/alert');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await told('Memory is short on checkout');
    await page.frameLocator('iframe').getByText('Memory is short').waitFor();
    await expect.poll(() => tab.refused.length).toBe(1);
    expect(await page.title()).not.toBe('owned');
    await page.getByLabel('Format', { exact: true }).selectOption({ label: 'Slack' });
    await page.getByRole('button', { name: 'Try another content' }).click();
    await page.getByRole('textbox', { name: 'Content' }).fill('{{broken}}');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await told('there is no value “broken”');
    expect(await seriousViolations(page)).toEqual([]);
    expect(api.received.map(({ body }) => body)).toEqual([
      { format: 'html', language: 'en', version: '1.1.0' },
      { format: 'slack', language: 'en', content: '{{broken}}' },
    ]);
  });

  it('say what to do while there are none', async () => {
    api.mode = 'empty';
    await open('/templates');
    await told('No template');
  });
});

describe('every screen of audit trails and templates', () => {
  const STATES = [
    ['full', '/audit'],
    ['full', '/audit?actor=Ada'],
    ['empty', '/audit'],
    ['full', '/templates'],
    ['empty', '/templates'],
    ['full', '/templates/shop/alert'],
    ['full', '/templates/shop/planner'],
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
