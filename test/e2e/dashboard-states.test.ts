import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change } from '../../src/contracts/api/overview.ts';
import { type DashboardApi, startDashboardApi } from '../fixtures/dashboard-api.ts';
import {
  type DashboardTab,
  ensureDashboard,
  openDashboard,
  readingTroubles,
  seriousViolations,
} from '../fixtures/dashboard-browser.ts';
import { issues } from '../fixtures/dashboard-data.ts';

/** The states that a real server is hard to bring into. What a real one shows is in `dashboard.test.ts`. */

const PAGES = [
  '/',
  '/welcome',
  '/issues',
  '/issues/SHOP-12',
  '/events',
  '/events?event=e0',
  '/reports',
  '/reports/r1',
  '/deliveries',
  '/deliveries/d1',
  '/deliveries/d4',
  '/health-log',
  '/health-log?tab=syncs',
  '/jobs',
  '/jobs/full_sync',
  '/jobs/archive',
  '/jobs/full_sync/runs/run-failed',
  '/runs/run-open',
  '/chains',
  '/chains/run-failed',
  '/alerts',
  '/alerts?state=all',
  '/alerts/a1',
  '/routes',
  '/channels',
  '/sources',
  '/settings',
  '/settings?section=keys',
  '/settings?section=users',
  '/setup',
  '/no-such-page',
];

/** What changes with an issue; what is made from the repository or by a model when somebody looks is not asked for again. */
const RENEWED_OF_ISSUE = ['counts', 'feedback', 'history', 'incidents'].map((part) => `/api/issues/i1/${part}`);

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
beforeEach(async () => {
  api.mode = 'full';
  api.hasRepository = true;
  api.received.length = 0;
  api.slowPaths.clear();
  api.cutStreams(false);
});
afterEach(() => {
  expect(tab.troubles.splice(0)).toEqual([]);
});

/** Opens a screen and waits until nothing on it is being fetched. */
async function open(path: string): Promise<void> {
  await page.goto(api.url + path);
  await page.locator('h1, [role=alert], main p').first().waitFor();
  await expect.poll(() => page.getByText(/^(Loading|Chargement) …$/).count()).toBe(0);
}

async function choose(label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).selectOption({ label: option });
}

describe('every screen', () => {
  it.each(PAGES)('%s is readable by everybody, dark and light, and fits 360 pixels', async (path) => {
    await open(path);
    expect(await readingTroubles(page)).toEqual([]);
    expect(await page.title()).not.toBe('owned');
  });

  it('names itself in the title of the window', async () => {
    await open('/issues/SHOP-12');
    await expect.poll(() => page.title()).toBe('SHOP-12 · Guardian');
  });
});

describe('answers', () => {
  it('says first whether anything is wrong', async () => {
    await open('/');
    expect(await page.locator('h1').textContent()).toBe('Something is badly wrong.');
    expect(await page.getByText('3 mails were stored and NOT sent').isVisible()).toBe(true);
  });

  it('is quiet when nothing is', async () => {
    api.mode = 'quiet';
    await open('/');
    expect(await page.locator('h1').textContent()).toBe('Nothing is wrong.');
    expect(await page.getByText('No new issue, no regressed one').isVisible()).toBe(true);
    expect(await page.getByRole('heading', { name: /New issues/ }).count()).toBe(0);
  });

  it('has one line over services and jobs together, and one that could not be asked is never shown as well', async () => {
    const line = () => page.locator('#together');
    await open('/');
    await line().getByText('CRITICAL').waitFor();
    expect(await line().textContent()).toContain('1 part could not be looked at');
    expect(await line().getByRole('link').getAttribute('href')).toBe('/api/reports/unified?format=html&language=en');
    api.failingPaths.add('/api/reports/unified');
    await open('/');
    await line().getByText('could not look').waitFor();
    expect(await line().textContent()).toContain('The report over everything could not be read.');
    api.failingPaths.clear();
  });

  it('marks a report that is older than its schedule allows, with its age', async () => {
    await open('/reports');
    const stale = page.locator('[data-row]').filter({ hasText: 'stale' });
    expect(await stale.count()).toBe(1);
    expect(await stale.textContent()).toMatch(/shop \/ web.*8 h/);
  });

  it('never takes a failure for emptiness, names it with its remedy, and tries again when asked', async () => {
    api.mode = 'failing';
    await page.goto(`${api.url}/issues`);
    const alert = page.getByRole('alert').filter({ hasText: 'The database does not answer: the disk is full.' });
    await alert.waitFor();
    expect(await alert.textContent()).toContain('Free some space, then try again.');
    expect(await alert.textContent()).not.toContain('Service Unavailable');
    expect(await page.getByText('No issue needs attention').count()).toBe(0);
    api.mode = 'full';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: /discount_percent/ }).waitFor();
  });

  it('says what to do next where a list is empty', async () => {
    api.mode = 'empty';
    await open('/issues');
    expect(await page.getByText('No issue needs attention').isVisible()).toBe(true);
    await open('/events');
    expect(await page.getByRole('link', { name: 'How to send events' }).isVisible()).toBe(true);
  });

  it('shows how to send the first event while nothing was ever received, and leads from the sample to its issue', async () => {
    api.mode = 'empty';
    await open('/');
    expect(await page.locator('h1').textContent()).toBe('Send the first event');
    await choose('Client', 'Sentry: Node.js');
    expect(await page.getByText("dsn: 'http://0123456789abcdef0123456789abcdef@").isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Load the sample incident' }).click();
    await page.waitForURL(/\/issues\/SHOP-12/);
    expect(api.received.map(({ path }) => path)).toEqual(['/api/sample']);
  });

  it('shows a team that only runs jobs what it waits for, not how to send a first event', async () => {
    api.mode = 'jobs';
    await open('/');
    await page.getByRole('heading', { level: 1, name: '3 jobs failed or did not run.' }).waitFor();
    expect(await page.getByText('Send the first event').count()).toBe(0);
    expect(await page.getByText(/^Next: /).textContent()).toMatch(/^Next: .+, in /);
    const jobs = page.getByRole('region', { name: 'Jobs' });
    expect(await jobs.getByRole('link', { name: 'Full sync' }).isVisible()).toBe(true);
    expect(await jobs.getByRole('link', { name: 'Ping of the API' }).isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'How to send events' }).isVisible()).toBe(true);
    expect(await readingTroubles(page)).toEqual([]);
  });

  it('names the jobs that need a look beside the services, and says it when the services are well', async () => {
    api.mode = 'quiet';
    await open('/');
    const jobs = page.getByRole('region', { name: 'Jobs' });
    await jobs.getByText('Every job is as it should be.').waitFor();
    await jobs.getByRole('link', { name: 'All jobs (2)' }).click();
    await page.waitForURL(/\/jobs$/);
    api.mode = 'full';
    await open('/');
    await jobs.getByRole('link', { name: 'Full sync' }).waitFor();
    expect(await jobs.getByRole('link', { name: 'Ping of the API' }).count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe('Something is badly wrong.');
  });

  it('says that it could not look, not that there is nothing', async () => {
    api.hasRepository = false;
    await open('/issues/SHOP-12');
    await page.getByText('The code could not be read. That does not mean there is none.').waitFor();
    expect(await page.getByText('Could not look. That does not mean there is none.').isVisible()).toBe(true);
    expect(await page.getByText('No owner is named').count()).toBe(0);
  });

  it('says plainly that a message was not sent', async () => {
    await open('/deliveries');
    expect(await page.getByText('1 of the messages shown did NOT leave').isVisible()).toBe(true);
    expect(await page.getByText('1 of the messages shown was given up').isVisible()).toBe(true);
    await open('/deliveries/d5');
    expect(await page.getByText('NOT sent: the configuration asks that nothing leaves').isVisible()).toBe(true);
  });
});

describe('the connection', () => {
  it('tells when it is lost and since when, and that it is back', async () => {
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    api.cutStreams(true);
    const banner = page.getByRole('alert').filter({ hasText: /Connection lost. Shown is what was known at \d/ });
    await banner.waitFor();
    api.cutStreams(false);
    await banner.waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('asks again for what changed', async () => {
    api.mode = 'quiet';
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    api.mode = 'full';
    api.tell({ kind: 'issue', id: 'i1', action: 'opened' });
    await page.getByText('Something is badly wrong.').waitFor();
  });

  it('renews what takes longer to answer than changes take to come', async () => {
    api.mode = 'quiet';
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    api.slowPaths.set('/api/overview', 2_000);
    const telling = setInterval(() => api.tell({ kind: 'issue', id: 'i1', action: 'opened' }), 300);
    try {
      // The question is asked while all is still well: its answer is older than the change that follows.
      await page.waitForRequest((request) => request.url().endsWith('/api/overview'));
      api.mode = 'full';
      await page.getByText('Something is badly wrong.').waitFor();
    } finally {
      clearInterval(telling);
    }
  });

  it('asks once more when an answer on its way may be older than the change', async () => {
    api.mode = 'quiet';
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    api.slowPaths.set('/api/overview', 2_000);
    const change: Change = { kind: 'issue', id: 'i1', action: 'opened' };
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/overview'));
    api.tell(change);
    await asked;
    api.mode = 'full';
    api.tell(change);
    await page.getByText('Something is badly wrong.').waitFor();
  });

  it('brings the next page whatever changes meanwhile, and renews ten of them at most', async () => {
    let lateMs = 0;
    const asked: string[] = [];
    await page.route(/\/api\/issues(\?|$)/, async (route) => {
      const at = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      asked.push(`page ${at}`);
      if (lateMs > 0) await setTimeout(lateMs);
      const items = [{ ...issues[1], id: `n${at}`, shortId: `SHOP-${100 + at}`, title: `One of page ${at}.` }];
      // A page that was left has nobody to answer to.
      await route.fulfill({ json: { items, nextCursor: String(at + 1), total: null } }).catch(() => undefined);
    });
    const shown = (at: number) => page.getByRole('link', { name: `One of page ${at}.` });
    const more = page.getByRole('button', { name: 'Show more' });
    await open('/issues');
    await page.getByText('Live', { exact: true }).waitFor();
    for (let at = 1; at <= 10; at += 1) {
      await more.click();
      await shown(at).waitFor();
    }
    expect(await shown(0).count()).toBe(0);
    expect(await shown(1).isVisible()).toBe(true);
    asked.length = 0;
    const change: Change = { kind: 'issue', id: 'i1', action: 'opened' };
    api.tell(change);
    await expect.poll(() => asked).toEqual(Array.from({ length: 10 }, (_, at) => `page ${at + 1}`));
    await page.getByRole('button', { name: 'Show from the start' }).click();
    await shown(0).waitFor();
    expect(await page.getByText('The start of the list is no longer shown.').count()).toBe(0);
    lateMs = 2_000;
    api.tell(change);
    await more.click();
    await shown(1).waitFor();
    await page.unroute(/\/api\/issues(\?|$)/);
  });

  it('asks for evidence of an issue when somebody looks, not at each change of another', async () => {
    const marked = page.waitForResponse((response) => response.url().includes('/api/markers'));
    await open('/issues/i1');
    await page.getByText('Live', { exact: true }).waitFor();
    // The chart comes last.
    await marked;
    const asked: string[] = [];
    const note = (request: import('playwright-core').Request) => asked.push(new URL(request.url()).pathname);
    page.on('request', note);
    const ofIssue = () => asked.filter((path) => path.startsWith('/api/issues/i1/')).sort();
    for (let count = 0; count < 10; count += 1) api.tell({ kind: 'issue', id: 'i2', action: 'opened' });
    api.tell({ kind: 'deployment', id: 'd1', state: 'serving' });
    await expect.poll(() => asked).toContain('/api/markers');
    expect(ofIssue()).toEqual([]);
    api.tell({ kind: 'issue', id: 'i1', action: 'assigned' });
    await expect.poll(ofIssue).toEqual(RENEWED_OF_ISSUE);
    page.off('request', note);
  });

  it('keeps showing what was known when it cannot be renewed, and says so', async () => {
    await open('/issues');
    await page.getByText('Live', { exact: true }).waitFor();
    api.mode = 'failing';
    api.tell({ kind: 'issue', id: 'i1', action: 'assigned' });
    await page.getByText(/Could not be renewed. Shown is what was known at/).waitFor();
    expect(await page.getByRole('link', { name: /discount_percent/ }).isVisible()).toBe(true);
  });

  it('asks who is there when the session has ended, and goes on where it was', async () => {
    api.mode = 'locked';
    await page.goto(`${api.url}/issues?state=all`);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Address and password do not fit together').waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /reading "price"/ }).waitFor();
    expect(page.url()).toContain('state=all');
  });
});

describe('by keyboard', () => {
  it('moves, opens, selects and searches', async () => {
    await open('/issues');
    await page.getByRole('link', { name: /discount_percent/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('/');
    await page.keyboard.type('memory');
    await page.keyboard.press('Enter');
    await page.waitForURL(/query=memory/);
    await page.getByRole('link', { name: /discount_percent/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /Memory limit/ }).waitFor();
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/issues\/SHOP-9/);
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForURL((url) => url.pathname === '/');
  });

  it('lists the keys under ?, and gives the focus back', async () => {
    await open('/issues');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await page.getByText('Issue: copy as Markdown').isVisible()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('walks through the events beside the list', async () => {
    await open('/events');
    await page.getByText('could not price order 4711').first().waitFor();
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/event=e0/);
    await page.getByRole('dialog', { name: 'Event' }).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(/event=e1/);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('event='));
  });
});

describe('actions', () => {
  it('tells for each issue whether it was done', async () => {
    await open('/issues');
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await page.getByRole('button', { name: 'Resolve' }).click();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'In a revision …' }).click();
    await page.getByLabel('Revision that holds the fix').fill('checkout-00043');
    await page.keyboard.press('Enter');
    await page.getByText('Done for 2 issues.').waitFor();
    expect(await page.getByText('SHOP-7: not done: it is handed off to somebody').isVisible()).toBe(true);
    expect(api.received).toEqual([
      {
        path: '/api/issues/actions',
        body: { ids: ['i1', 'i2', 'i3'], action: { type: 'resolve', in: { revision: 'checkout-00043' } } },
      },
    ]);
  });

  it('keeps filters in the address, and saves them under a name', async () => {
    await open('/issues');
    await choose('State', 'All');
    await page.waitForURL(/state=all/);
    await page.getByRole('button', { name: 'Save this view …' }).click();
    await page.getByLabel('Name of the view').fill('Everything');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(api.received).toEqual([
      { path: '/api/views', body: { name: 'Everything', page: 'issues', query: 'state=all' } },
    ]);
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('link', { name: 'Checkout, fatal' }).click();
    await page.waitForURL(/service=checkout&severity=fatal/);
  });

  it('keeps what was begun for one issue away from the next', async () => {
    const note = page.getByLabel('Add a note');
    const atIssue = async (id: string) => {
      await page.locator(`main a[href="/issues/${id}"]`).click();
      await page.getByText(id, { exact: true }).first().waitFor();
      await note.waitFor();
    };
    await open('/issues');
    await atIssue('SHOP-7');
    await page.getByRole('link', { name: 'All issues' }).click();
    await atIssue('SHOP-12');
    await note.fill('only checkout-00042 has it');
    await atIssue('SHOP-7');
    expect(await note.inputValue()).toBe('');
  });

  it('searches by a field of an event, and without it', async () => {
    await open('/events?event=e0');
    await page.getByRole('button', { name: 'Hide service:checkout' }).click();
    await page.waitForURL((url) => url.searchParams.get('query') === '-service:checkout');
  });

  it('zooms into what is dragged across the chart', async () => {
    await open('/events');
    // What loads below and above moves the chart: whoever misses it drags again.
    await vi.waitFor(async () => {
      const chart = await page.locator('.u-over').boundingBox();
      await page.mouse.move(chart!.x + 200, chart!.y + 20);
      await page.mouse.down();
      await page.mouse.move(chart!.x + 400, chart!.y + 20, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL((url) => url.searchParams.has('from') && url.searchParams.has('to'), { timeout: 1_000 });
    });
    await page.getByText('Back to the moving range').waitFor();
  });

  it('shows no figures of the search before while those of this one are fetched', async () => {
    await open('/events');
    const chart = page.getByRole('figure', { name: 'Events over time' });
    await chart.waitFor();
    api.slowPaths.set('/api/events/histogram', 2_000);
    const asked = page.waitForRequest((request) => request.url().includes('query=memory'));
    await page.getByRole('searchbox').fill('memory');
    await page.keyboard.press('Enter');
    await asked;
    await chart.waitFor({ state: 'detached' });
    await chart.waitFor();
  });

  it('stops following the events, and counts what came since', async () => {
    await open('/events');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('main').focus();
    await page.keyboard.press('.');
    await page.getByText('Stopped: new events do not appear.').waitFor();
    api.tell({ kind: 'events', project: 'shop', count: 42 });
    await page.getByText('Stopped: at least 42 new.').waitFor();
    await page.getByRole('button', { name: 'Follow' }).click();
    await page.getByText('New events appear by themselves.').waitFor();
  });
});

describe('languages and themes', () => {
  it('speaks French at once, and after a reload', async () => {
    await open('/');
    await choose('Language', 'Français');
    await page.getByText('Quelque chose va très mal.').waitFor();
    await page.reload();
    await page.getByText('Quelque chose va très mal.').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    // A page of its own is opened by a link, which can send no header.
    const whole = page.locator('#together a');
    expect(await whole.getAttribute('href')).toBe('/api/reports/unified?format=html&language=fr');
    await choose('Langue', 'English');
    await page.getByText('Something is badly wrong.').waitFor();
  });

  it('shows the theme that was chosen, whatever the system has', async () => {
    await open('/');
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    expect(await background()).toBe('rgb(20, 22, 26)');
    await choose('Theme', 'Light');
    expect(await background()).toBe('rgb(246, 247, 249)');
    await page.reload();
    expect(await background()).toBe('rgb(246, 247, 249)');
    await page.getByLabel('Theme').waitFor();
    await choose('Theme', 'As the system');
    expect(await background()).toBe('rgb(20, 22, 26)');
  });
});

describe('what came from outside', () => {
  it('runs no script of a mail or a report', async () => {
    tab.refused.length = 0;
    await open('/deliveries/d1');
    await page.frameLocator('iframe').getByText('28.5 %').waitFor();
    await open('/reports/r1');
    await page.frameLocator('iframe').getByText('214 errors').waitFor();
    await expect.poll(() => tab.refused.length).toBe(2);
    expect(await page.title()).not.toBe('owned');
  });

  it('is text, with its hidden characters shown, and never a link', async () => {
    await open('/issues/SHOP-12');
    await page.getByText('\\u{202e}evil\\u{202c}').first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).toBe('SHOP-12 · Guardian');
  });

  it('shows what users wrote about an issue as text, and how its releases fare', async () => {
    await open('/issues/SHOP-12');
    await page.getByRole('heading', { name: 'What users wrote' }).waitFor();
    await page.getByText('I pressed <b>pay</b> twice and nothing happened.').waitFor();
    await page.getByText('Revisions (2)').click();
    await page.getByText('98.4% of 1,480').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});

describe('weight', () => {
  it('loads at most 150 kB of compressed script for the first screen', async () => {
    const sizes: number[] = [];
    const note = async (response: import('playwright-core').Response) => {
      if (response.url().endsWith('.js')) sizes.push((await response.request().sizes()).responseBodySize);
    };
    page.on('response', note);
    await page.goto('about:blank');
    await open('/');
    page.off('response', note);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  });
});
