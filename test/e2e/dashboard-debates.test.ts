import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DashboardApi, startDashboardApi } from '../fixtures/dashboard-api.ts';
import { type DashboardTab, ensureDashboard, openDashboard, readingTroubles } from '../fixtures/dashboard-browser.ts';
import { debates, runningOn } from '../fixtures/dashboard-debates-data.ts';

/** The screens of debates, in the states that a real server is hard to bring into. */

let api: DashboardApi;
let tab: DashboardTab;
let page: Page;

beforeAll(async () => {
  ensureDashboard();
  api = await startDashboardApi();
  tab = await openDashboard(api.url);
  page = tab.page;
});
afterAll(async () => {
  await tab?.close();
  await api?.close();
});
beforeEach(() => {
  api.mode = 'full';
  api.role = 'admin';
  api.received.length = 0;
  api.failingPaths.clear();
  api.moveDebate(debates[0]!);
});
afterEach(() => {
  expect(tab.troubles.splice(0)).toEqual([]);
});

async function open(path: string): Promise<void> {
  await page.goto(api.url + path);
  await page.locator('main h1').first().waitFor();
  await expect.poll(() => page.getByText(/^(Loading|Chargement) …$/).count()).toBe(0);
}
const told = (text: string | RegExp) => page.getByText(text).first().waitFor();
const rows = () => page.locator('main [data-row]');
const region = (name: string) => page.getByRole('region', { name, exact: true });

describe('the list of debates', () => {
  it('says how each stands, how far they agree and what it cost, hostile topics as text', async () => {
    await open('/debates');
    const texts = await rows().allTextContents();
    expect(texts.map((text) => /(?:running|ended|failed|cancelled)(?=$|one voice)/.exec(text)?.[0])).toEqual([
      'running',
      'ended',
      'ended',
      'failed',
      'cancelled',
    ]);
    expect(texts[1]).toContain('3 agents2 rounds0.0028 USD');
    expect(texts[1]).toContain('Agreement: 75%');
    expect(texts[2]).toContain('one voice');
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('is walked through and opened by keyboard', async () => {
    await open('/debates');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/debates\/d-held/);
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.waitForURL(/\/debates$/);
  });

  it('says what to do while there is none, and without a model', async () => {
    api.mode = 'empty';
    await open('/debates');
    await told('A debate needs a model');
    expect(await page.getByRole('link', { name: 'Who analyses' }).getAttribute('href')).toContain('/analysis');
    expect(await page.getByRole('button', { name: 'Start a debate' }).count()).toBe(0);
    api.failingPaths.add('/api/debates');
    await page.goto(`${api.url}/debates`);
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
    expect(await page.getByText('A debate needs a model').count()).toBe(0);
  });
});

describe('starting one', () => {
  it('asks for the topic, who speaks with which model, rounds and bounds, and leads to it', async () => {
    await open('/debates');
    await page.getByRole('button', { name: 'Start a debate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is to be debated').fill('Shall we roll back?');
    await dialog.getByLabel('Rounds').fill('3');
    await dialog.getByLabel('Most it may cost, in USD').fill('0.25');
    await dialog.getByRole('button', { name: 'Remove challenger' }).click();
    await dialog.getByRole('button', { name: 'Add an agent' }).click();
    await dialog.getByLabel('Model').last().selectOption({ index: 1 });
    await dialog.getByRole('button', { name: 'Start a debate' }).click();
    await page.waitForURL(/\/debates\/d-running/);
    expect(api.received).toEqual([
      {
        path: '/api/debates',
        body: {
          topic: 'Shall we roll back?',
          rounds: 3,
          agents: [
            { name: 'attacker', role: 'attacker', provider: 'neo_analysis' },
            { name: 'mediator', role: 'mediator', provider: expect.any(String) },
            { name: 'participant-3', role: 'participant', provider: 'neo_analysis' },
          ],
          max_cost_usd: 0.25,
        },
      },
    ]);
  });

  it('says why it was refused and what to do, and keeps what was written', async () => {
    await open('/debates');
    await page.getByRole('button', { name: 'Start a debate' }).click();
    await page.getByLabel('What is to be debated').fill('refused');
    await page.getByRole('dialog').getByRole('button', { name: 'Start a debate' }).click();
    await page.getByRole('alert').filter({ hasText: 'Add at least one entry to analysis.providers' }).waitFor();
    expect(await page.getByLabel('What is to be debated').inputValue()).toBe('refused');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('is offered to those who may', async () => {
    api.role = 'viewer';
    await open('/debates');
    await rows().first().waitFor();
    expect(await page.getByRole('button', { name: 'Start a debate' }).count()).toBe(0);
    await open('/debates/d-running');
    expect(await page.getByRole('button', { name: 'End it now' }).count()).toBe(0);
  });
});

describe('one debate', () => {
  it('stands by round and agent, with who spoke in whose place, and why', async () => {
    await open('/debates/d-held');
    const first = region('Round 1').getByRole('listitem');
    expect(await first.count()).toBe(2);
    expect(await first.nth(0).textContent()).toContain('attackerneo_analysis · gpt-5-mini');
    expect(await first.nth(1).textContent()).toContain('by another model');
    expect(await first.nth(1).textContent()).toContain('Its model failed: no answer in time');
    expect(await region('Round 2').textContent()).toContain('\\u{202e}evil');
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('says what came of it, on which claims they agree, and what each cost', async () => {
    await open('/debates/d-held');
    const synthesis = region('Synthesis');
    expect(await synthesis.textContent()).toContain('Whether all of it is rolled back stays open.');
    expect(await synthesis.getByRole('listitem').allTextContents()).toEqual([
      'The release is part of the cause.100%',
      'A full rollback is needed.50%',
    ]);
    const costs = await page.getByRole('table', { name: 'Cost by agent' }).locator('tbody tr').allTextContents();
    expect(costs[1]).toBe('challengersecond8400.00112 USD');
    expect(costs.at(-1)).toBe('Together1,9600.0028 USD');
    await told('1\u00a0min, after all its rounds');
  });

  it('grows as it is held, without being asked for again by hand', async () => {
    await open('/debates/d-running');
    await told('Round 1 of 2 is being held.');
    const first = region('Round 1').getByRole('listitem');
    expect(await first.nth(0).textContent()).toContain('is answering …');
    api.moveDebate(runningOn);
    api.tellLive({ event: 'debate_turn_update', data: { id: 'd-running' } });
    await told('The disk is full since Monday.');
    await told('Round 2 of 2 is being held.');
    expect(await region('Round 2').getByText('is answering …').count()).toBe(2);
  });

  it('is ended by a button, and says that it was', async () => {
    await open('/debates/d-running');
    await page.getByRole('button', { name: 'End it now' }).click();
    await told('since it was cancelled');
    expect(api.received.map(({ path }) => path)).toEqual(['/api/debates/d-running/cancel']);
    expect(await page.getByText('is answering …').count()).toBe(0);
  });

  it('never takes one voice, a stand-in or nobody for a debate that went well', async () => {
    await open('/debates/d-one-voice');
    await told('Of the last round, only one agent answered: nobody has contradicted it.');
    await told('No mediator answered: these are sentences of the turns themselves.');
    await told('Its model failed: the budget covers no further call');
    await open('/debates/d-failed');
    await told('There is none: nobody answered.');
    expect(await page.getByText('Its model failed: key refused').count()).toBe(2);
    await page.goto(`${api.url}/debates/unknown`);
    await page.getByRole('alert').filter({ hasText: 'There is no such debate.' }).waitFor();
  });
});

describe('every screen of debates', () => {
  const STATES = [
    ['full', '/debates'],
    ['empty', '/debates'],
    ['full', '/debates/d-held'],
    ['full', '/debates/d-running'],
    ['full', '/debates/d-one-voice'],
    ['full', '/debates/d-failed'],
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

  it('and the form, too', async () => {
    await open('/debates');
    await page.getByRole('button', { name: 'Start a debate' }).click();
    expect(await readingTroubles(page)).toEqual([]);
  });
});
