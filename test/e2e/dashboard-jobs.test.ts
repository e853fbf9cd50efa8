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
import { put, workspace } from './workspace.ts';

/** Jobs, alerts and messages as a real server shows them; each step builds on those before. */

const CONFIGURATION = `export default {
  timeZone: 'America/Montreal',
  jobs: {
    full_sync: {
      label: 'Full sync',
      shell: ${JSON.stringify('echo "clients: 120"; echo "contacts: late" >&2; echo \'guardian:stats {"clients": 120}\'')},
      cron: '0 1 * * *',
      taskType: 'sync',
    },
    timeline_report: { label: 'Timeline report', shell: 'echo "no template" >&2; exit 3', after: ['full_sync'], taskType: 'report' },
    archive: { label: 'Archive', shell: 'true', after: ['timeline_report'] },
    slow: { label: 'Slow <b>copy</b>', shell: 'echo begun; sleep 600' },
  },
  alertTypes: ['TOO_DRY'],
  rules: [
    {
      name: 'too-dry',
      type: 'TOO_DRY',
      measurement: {
        name: 'humidity',
        subjectKind: 'piano',
        unit: '%',
        value: { below: 35 },
        examples: { match: [28.5], noMatch: [45] },
      },
    },
  ],
};
`;

let server: RunningServer;
let tab: DashboardTab;
let page: Page;

beforeAll(async () => {
  ensureDashboard();
  const folder = workspace();
  put(folder, 'guardian.config.ts', CONFIGURATION);
  server = await startGuardian({ folder });
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

async function open(path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.locator('main h1').first().waitFor();
  await expect.poll(() => page.getByText(/^Loading …$/).count()).toBe(0);
}
const button = (name: string) => page.getByRole('button', { name, exact: true });
const told = (text: string | RegExp) => page.getByText(text).first().waitFor();

describe('a job', () => {
  it('is run by hand, and its run shows what it wrote and counted', async () => {
    await open('/jobs');
    await page.getByRole('link', { name: 'Full sync' }).click();
    await button('Run now').click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.waitForURL(/\/jobs\/full_sync\/runs\//);
    const output = page.getByRole('region', { name: 'Output', exact: true }).last();
    await output.getByText('clients: 120').waitFor();
    await output.getByText('contacts: late').waitFor();
    await page.getByRole('region', { name: 'Its numbers' }).getByText('120', { exact: true }).waitFor();
    await told('by hand, by somebody at this machine');
  });

  it('leads on to the runs of its chain, with why each ended as it did', async () => {
    const chain = page.getByRole('region', { name: 'Runs of this chain' });
    await chain.getByText('upstream failed').waitFor();
    await chain.getByText('the command ended with an error').waitFor();
    await page.getByRole('link', { name: 'As a picture' }).click();
    const picture = page.getByRole('region', { name: /Jobs from left to right/ });
    await expect.poll(() => picture.getByRole('listitem').allTextContents()).toHaveLength(3);
    await page
      .getByRole('region', { name: /in the order they began/ })
      .getByText('Timeline report')
      .click();
    await told('no template');
  });

  it('is paused with a reason and resumed, after saying what that would start', async () => {
    await open('/jobs/full_sync');
    await button('Pause …').click();
    await page.getByLabel(/^Why/).fill('the upstream moves');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await told('the upstream moves');
    await told(/until somebody resumes it/);
    await button('Resume …').click();
    await told('No run starts at once.');
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await button('Pause …').waitFor();
  });

  it('shows its next ten times and the two days on which the clocks change', async () => {
    const times = page.getByRole('region', { name: 'Next ten times' }).last();
    await expect.poll(() => times.locator('tbody tr').count()).toBe(10);
    expect(await times.locator('tbody tr').first().textContent()).toMatch(/01:00/);
    await told('clocks go forward');
    await told('clocks go back');
  });

  it('shows live what it writes, and is cancelled', async () => {
    await open('/jobs/slow');
    await button('Run now').click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await told('begun');
    await told(/for \d.* so far/);
    await button('Cancel the run').click();
    await page.getByRole('dialog').getByLabel(/^Why/).fill('wrong month');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.locator('main').getByText('cancelled', { exact: true }).first().waitFor();
    expect(await page.locator('main h1').textContent()).toBe('Slow <b>copy</b>');
  });
});

describe('the health log', () => {
  it('counts the runs, and saves them', async () => {
    await open('/health-log');
    const rows = page.getByRole('region', { name: 'Runs', exact: true }).locator('li[data-row]');
    await expect.poll(() => rows.count()).toBe(4);
    expect(await seriousViolations(page)).toEqual([]);
    const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    const csv = await (await fetch(server.url + href)).text();
    expect(csv.trim().split('\n')).toHaveLength(5);
    await page.getByRole('link', { name: 'Synchronisations' }).click();
    await expect.poll(() => rows.count()).toBe(2);
  });

  it('finds what is asked for', async () => {
    await open('/health-log?status=error');
    const rows = page.getByRole('region', { name: 'Runs', exact: true }).locator('li[data-row]');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.first().textContent()).toContain('Timeline report');
  });
});

describe('an alert', () => {
  it('comes by itself, stands on top of the overview, and is taken on', async () => {
    await open('/alerts');
    await page.getByText('Live', { exact: true }).waitFor();
    const response = await fetch(`${server.url}/api/measurements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'humidity',
        subject: { kind: 'piano', id: '7', name: 'Steinway' },
        value: 28.5,
        unit: '%',
      }),
    });
    expect(response.status).toBe(200);
    const dry = page.locator('main li[data-row]').filter({ hasText: 'TOO_DRY' });
    await dry.waitFor();
    expect(await dry.textContent()).toContain('28.5');
    await open('/');
    await page.getByRole('heading', { name: /alerts? fires?/ }).waitFor();
    await page.locator('main li[data-row]').filter({ hasText: 'TOO_DRY' }).getByRole('link').click();
    await page.waitForURL(/\/alerts\/.+/);
    await button('Acknowledge').click();
    await told('Done.');
    await page.getByRole('region', { name: 'What happened to it' }).getByText('acknowledged').first().waitFor();
    await button('Undo').click();
    await told('Taken back.');
    await page.locator('canvas').waitFor();
  });
});

describe('every page of the work', () => {
  it.each([
    '/',
    '/health-log',
    '/jobs',
    '/jobs/full_sync',
    '/chains',
    '/alerts',
    '/deliveries',
    '/routes',
    '/channels',
  ])('%s is loaded whole, readable, and fits 360 pixels', async (path) => {
    await open(path);
    expect(await page.getByText('This could not be loaded').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});
