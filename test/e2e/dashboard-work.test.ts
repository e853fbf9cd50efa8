import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DashboardApi } from '../fixtures/dashboard-api.ts';
import { overflow, seriousViolations } from '../fixtures/dashboard-browser.ts';
import * as jobsData from '../fixtures/dashboard-jobs-data.ts';
import { openScreens } from '../fixtures/dashboard-screens.ts';

/** Jobs, runs, chains, alerts and messages on screen, in states that a real server is hard to bring into. */

const screens = openScreens({ landmark: 'h1, [role=alert], main p' });
const { open, told } = screens;
let api: DashboardApi;
let page: Page;
beforeAll(() => {
  ({ api, page } = screens);
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

describe('alerts on the overview', () => {
  it('take no room when none is unresolved', async () => {
    api.mode = 'quiet';
    await open('/');
    await told('Nothing is wrong.');
    expect(await page.getByRole('heading', { name: /[Aa]lert/ }).count()).toBe(0);
    const verdict = await page.locator('main h1').boundingBox();
    expect(verdict!.y).toBeLessThan(80);
  });

  it('stand on top of it when one fires, and then nothing says that all is well', async () => {
    await open('/');
    const alerts = await page.getByRole('heading', { name: '3 alerts fire' }).boundingBox();
    const verdict = await page.locator('h1').boundingBox();
    expect(alerts!.y).toBeLessThan(verdict!.y);
    expect(await page.getByText('1 more is acknowledged').isVisible()).toBe(true);
  });

  it('that cannot be loaded say so, and leave the rest alone', async () => {
    api.failingPaths.add('/api/alerts');
    await open('/');
    await told('Something is badly wrong.');
    await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
  });
});

/** Whether anything stands on a canvas. */
const PAINTED = `(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, index) => index % 4 === 3 && value > 0);
}`;
/** Text, count and width of each bar, in per cent. */
const BARS = `[...document.querySelectorAll('main li')]
  .filter((item) => item.querySelector('a[href^="/deliveries"]') && item.querySelector('[aria-hidden] > div'))
  .map((item) => [
    item.querySelector('a').textContent,
    item.querySelector('span.grow').textContent,
    Math.round(Number.parseFloat(item.querySelector('[aria-hidden] > div').style.width)),
  ])`;

describe('the health log', () => {
  it('shows true totals, the last of each kind, and the rows of both tabs', async () => {
    await open('/health-log');
    await told('1,224');
    expect(await page.getByText('5 failed').count()).toBe(2);
    await page.getByRole('link', { name: 'Humidity scan' }).first().waitFor();
    await expect.poll(() => page.locator('canvas').count()).toBe(3);
    await page.getByRole('link', { name: 'Synchronisations' }).click();
    await page.waitForURL(/tab=syncs/);
    await told(/Full sync · synchronisation/);
    await told(/· backup/);
  });

  it('draws in each step how runs ended, which part well and how long they took, and messages by type: the rows’ own figures', async () => {
    await open('/health-log');
    await expect.poll(() => page.locator('canvas').count()).toBe(3);
    const { trend } = jobsData.schedulerStats(24);
    const figure = (label: string) => page.getByRole('figure', { name: label, exact: true });
    /** The table beside the chart, which is made of what the chart is made of; without the instants. */
    const figures = (label: string) =>
      figure(label)
        .locator('tbody tr')
        .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
    const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });
    expect(await figures('How runs ended')).toEqual(
      // A step without any is left out of this table.
      trend
        .filter(({ success, warning, error }) => success + warning + error > 0)
        .map(({ success, warning, error }) => [`${success}`, `${warning}`, `${error}`]),
    );
    expect(await figures('Success rate over time')).toEqual(
      trend.map(({ success, warning, error }) => {
        const all = success + warning + error;
        return [all === 0 ? '–' : percent.format((success + warning) / all)];
      }),
    );
    expect(await figures('Mean duration over time')).toEqual(
      trend.map(({ avg_execution_time: seconds }) => [seconds === null ? '–' : `${seconds}\u00a0s`]),
    );
    for (const label of ['How runs ended', 'Success rate over time', 'Mean duration over time']) {
      const drawn = await page.evaluate<boolean>(
        `(${PAINTED})(document.querySelector('[aria-label="${label}"] canvas'))`,
      );
      expect([label, drawn]).toEqual([label, true]);
    }
    const shown = await page.evaluate<[string, string, number][]>(BARS);
    expect(shown).toEqual([
      ['Alert fired over e-mail', '14', 100],
      ['Job failed over Slack', '3', 21],
      ['Alert fired over Slack', '1', 7],
    ]);
  });

  it('shows a run that came meanwhile, without being asked again', async () => {
    await open('/health-log');
    await page.getByText('Live', { exact: true }).waitFor();
    const rows = page.getByRole('region', { name: 'Runs', exact: true }).locator('li[data-row]');
    const before = await rows.count();
    const [known] = jobsData.schedulerLogs;
    jobsData.schedulerLogs.unshift({ ...known!, id: 'run-meanwhile', task_label: 'Came meanwhile' });
    try {
      api.tell({ kind: 'run', id: 'run-meanwhile', job: known!.task_name, status: 'running' });
      await rows.first().getByRole('link', { name: 'Came meanwhile' }).waitFor();
      expect(await rows.count()).toBe(before + 1);
    } finally {
      jobsData.schedulerLogs.shift();
    }
  });

  it('draws its charts in a browser whose language is no language tag', async () => {
    const context = await page.context().browser()!.newContext();
    const other = await context.newPage();
    const troubles: string[] = [];
    other.on('pageerror', (error) => troubles.push(error.message));
    await other.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix', configurable: true });
    });
    await other.goto(`${api.url}/health-log`);
    await expect.poll(() => other.locator('canvas').count()).toBe(3);
    expect(await other.evaluate(() => navigator.language)).toBe('en-US');
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('keeps its filters in the address, and saves what they leave', async () => {
    await open('/health-log');
    await button('Filters').click();
    await page.getByLabel('Status', { exact: true }).selectOption({ label: 'error' });
    await page.waitForURL(/status=error/);
    const rows = page.getByRole('region', { name: 'Runs', exact: true }).locator('li[data-row]');
    await expect.poll(() => rows.count()).toBe(2);
    const csv = page.getByRole('link', { name: 'CSV' });
    expect(await csv.getAttribute('href')).toBe('/api/scheduler-logs/export?status=error&format=csv');
    await button('Clear the filters').click();
    await page.waitForURL((url) => !url.search.includes('status'));
  });

  it('opens the numbers and the error of a row, as text', async () => {
    await open('/health-log?tab=syncs');
    await page.getByRole('button', { name: 'Details' }).first().click();
    await told(/GazelleError: 502 Bad Gateway/);
    await page.getByRole('button', { name: 'Details' }).nth(1).click();
    await told(/"clients": 4135/);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Health log · Guardian');
  });

  it('counts on while a run goes on', async () => {
    await open('/health-log');
    const elapsed = page.getByText(/for \d.* so far/).first();
    const before = await elapsed.textContent();
    await expect.poll(() => elapsed.textContent()).not.toBe(before);
  });

  it('says which part failed, and shows the others', async () => {
    api.failingPaths.add('/api/scheduler-logs/stats');
    await open('/health-log');
    await page.getByRole('link', { name: 'Full sync' }).first().waitFor();
    expect(await page.getByRole('alert').filter({ hasText: 'the disk is full' }).count()).toBe(2);
    await told('41');
  });

  it('shows how old its rows are when they cannot be renewed', async () => {
    await open('/health-log');
    await page.getByText('Live', { exact: true }).waitFor();
    api.failingPaths.add('/api/scheduler-logs/recent');
    api.tell({ kind: 'run', id: 'run-open', job: 'humidity_scan', status: 'success' });
    await told(/Could not be renewed\. Shown is what was known at \d\d:\d\d:\d\d/);
    expect(await page.getByRole('link', { name: 'Full sync' }).count()).toBeGreaterThan(2);
  });

  it.each(['viewer', 'member'] as const)('tells a %s in words that it is for administrators', async (role) => {
    api.role = role;
    await open('/health-log');
    await told('Only administrators see the health log.');
    expect(await page.getByText('1,224').count()).toBe(0);
  });
});

describe('jobs', () => {
  it('that need a look stand first, Guardian’s own last', async () => {
    await open('/jobs');
    const rows = await page.locator('main li[data-row]').allTextContents();
    expect(rows[0]).toContain('a run is missing');
    expect(rows[1]).toContain('Full sync');
    expect(rows.findIndex((row) => row.includes('Ping of the API'))).toBeGreaterThan(3);
    expect(await page.getByText('Retention').isVisible()).toBe(false);
  });

  it('are run now, once for each click, and lead to the run', async () => {
    await open('/jobs/full_sync');
    await button('Run now').click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.waitForURL(/\/jobs\/full_sync\/runs\/run-1$/);
    expect(api.received).toEqual([
      { path: '/api/jobs/full_sync/run', body: { idempotencyKey: expect.stringMatching(/^[\w-]{36}$/) } },
    ]);
  });

  it('say what is in the way when they may not run beside themselves', async () => {
    await open('/jobs/humidity_scan');
    await button('Run now').click();
    await told('The run run-open is still open. Wait for it or cancel it.');
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.waitForURL(/\/runs\/run-open$/);
  });

  it('are paused until a time with a reason', async () => {
    await open('/jobs/full_sync');
    await button('Pause …').click();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog()
      .getByLabel(/^Until/)
      .fill('2027-01-31T08:15');
    await dialog().getByLabel(/^Why/).fill('the upstream moves');
    await dialog().getByRole('button', { name: 'Pause' }).click();
    await dialog().waitFor({ state: 'detached' });
    const until = await page.evaluate("new Date('2027-01-31T08:15').toISOString()");
    expect(api.received).toEqual([
      { path: '/api/jobs/full_sync/pause', body: { until, reason: 'the upstream moves' } },
    ]);
  });

  it('say before a resume what it would start', async () => {
    await open('/jobs/archive');
    await told(/Paused by Grace Hopper/);
    await told('the archive server is being moved');
    await button('Resume …').click();
    await told('One run starts at once; 2 missed times are written as skipped.');
    await dialog().getByRole('button', { name: 'Resume' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(api.received.map(({ path }) => path)).toEqual(['/api/jobs/archive/resume']);
  });

  it('are paused and resumed all at once by administrators', async () => {
    await open('/jobs');
    await button('Resume all …').click();
    await told('Archive of appointments');
    await dialog().getByRole('button', { name: 'Resume' }).click();
    await dialog().waitFor({ state: 'detached' });
    await button('Pause all …').click();
    await dialog().getByRole('button', { name: 'Pause' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(api.received.map(({ path }) => path)).toEqual(['/api/jobs/resume', '/api/jobs/pause']);
    api.role = 'member';
    await open('/jobs');
    expect(await button('Pause all …').count()).toBe(0);
  });

  it('show their next times in their own zone and the reader’s, and the days when the clocks change', async () => {
    await open('/jobs/full_sync');
    const times = page.getByRole('region', { name: 'Next ten times' });
    await times.getByText('Sun 22 Nov, 01:00 GMT-5').waitFor();
    expect(await times.locator('tbody tr').count()).toBe(10);
    await told('2027-03-14');
    await told('The first 01:00 counts; the second does not run again.');
  });

  it('show a prediction beside how good such predictions were', async () => {
    await open('/jobs/full_sync');
    await told('42%');
    await told('38 predictions judged');
    expect(await page.getByText('75%', { exact: true }).isVisible()).toBe(true);
    expect(await page.getByText('too little is known').isVisible()).toBe(true);
  });

  it('offer a viewer nothing to change', async () => {
    api.role = 'viewer';
    await open('/jobs/full_sync');
    await told('Your role may look, not change.');
    expect(await button('Run now').count()).toBe(0);
    expect(await button('Cancel the run').count()).toBe(0);
  });
});

describe('a run', () => {
  it('shows its error as it was said, each attempt, its records with their true number, and its chain', async () => {
    await open('/jobs/full_sync/runs/run-failed');
    await told(/GazelleError: 502 Bad Gateway for GET \/appointments\?page=4/);
    await told('4,135 in all; the first 2 were kept.');
    await told('ECONNRESET');
    await told('2,097,152 bytes were not kept: a run keeps its first megabyte and then the newest.');
    await page.getByRole('link', { name: 'Timeline report' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('shows what it wrote by stream', async () => {
    await open('/runs/run-failed');
    const output = page.getByRole('region', { name: 'Output', exact: true }).last();
    await output.getByText('clients: 4135 read').waitFor();
    await page.getByLabel('Which stream').selectOption({ label: 'errors' });
    await output.getByText('page 4 of 12').waitFor();
    expect(await output.getByText('clients: 4135 read').count()).toBe(0);
  });

  it('shows new output while it goes on', async () => {
    const at = new Date().toISOString();
    await open('/runs/run-open');
    await told('Nothing was written yet.');
    await page.getByText('Live', { exact: true }).waitFor();
    api.openOutput = [{ seq: 1, at, stream: 'stdout', text: 'page 1 of 12\n' }];
    api.tell({ kind: 'output', run: 'run-open' });
    await told('page 1 of 12');
    api.openOutput.push({ seq: 2, at, stream: 'stderr', text: 'page 2 is slow\n' });
    api.tell({ kind: 'output', run: 'run-open' });
    await told('page 2 is slow');
    expect(await page.getByText('page 1 of 12').count()).toBe(1);
    await told('It goes on: new lines appear by themselves.');
  });

  it('keeps the page small when it wrote a great deal, and says so', async () => {
    const at = new Date().toISOString();
    api.openOutput = Array.from({ length: 4_500 }, (_, index) => ({
      seq: index + 1,
      at,
      stream: 'stdout' as const,
      text: `line ${index}\n`,
    }));
    await open('/runs/run-open');
    await told('2,500 earlier pieces are not on this page.');
    await told('line 4499');
    await button('Show from the start').click();
    await told('Only the first 2,000 pieces are on this page.');
    await page.getByText('line 0', { exact: true }).waitFor();
    await button('Show the newest').click();
    await told('line 4499');
  });

  it('is cancelled with a reason', async () => {
    await open('/runs/run-open');
    await button('Cancel the run').click();
    await dialog().getByLabel(/^Why/).fill('wrong month');
    await dialog().getByRole('button', { name: 'Cancel the run' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(api.received).toEqual([{ path: '/api/runs/run-open/cancel', body: { reason: 'wrong month' } }]);
  });
});

describe('chains', () => {
  it('are a picture with states in words, reachable by keyboard', async () => {
    await open('/chains');
    const picture = page.getByRole('region', { name: /Jobs from left to right/ });
    const boxes = picture.getByRole('listitem');
    expect(await boxes.count()).toBe(4);
    expect(await boxes.nth(1).textContent()).toContain('upstream failed');
    expect(await picture.locator('svg path[marker-end]').count()).toBe(4);
    const [first, second] = [await boxes.nth(0).boundingBox(), await boxes.nth(1).boundingBox()];
    expect(first!.x + first!.width).toBeLessThan(second!.x);
    await picture.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/jobs\/full_sync\/runs\/run-failed/);
  });

  it('are a list on a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open('/chains');
    expect(await page.locator('svg path[marker-end]').first().isVisible()).toBe(false);
    await told('↳ after Timeline report, Archive of appointments · none may fail');
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});

describe('alerts', () => {
  it('that fire stand first, and a quiet page says so', async () => {
    await open('/alerts');
    expect(await page.locator('main h2').allTextContents()).toEqual(['Firing (3)', 'Acknowledged (1)']);
    await told('Next message: again in 1 hour to Nicolas over e-mail and Slack, unless somebody acknowledges it');
    await told('unknown (limit below 35 %)');
    api.mode = 'quiet';
    await open('/alerts');
    await told('No alert is open');
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });

  it('are acknowledged in bulk, say what was refused, and are taken back', async () => {
    await open('/alerts');
    await page.getByRole('checkbox', { name: 'Select all shown' }).first().check();
    await told('3 selected');
    await button('Acknowledge').click();
    await told('Done for 2 alerts.');
    await told('#45: not done: it changed a moment ago');
    await button('Undo').click();
    await told('Taken back.');
    expect(api.received).toEqual([
      { path: '/api/alerts/actions', body: { ids: ['a1', 'a2', 'a3'], action: 'acknowledge' } },
      { path: '/api/alerts/undo', body: { undo: 'undo-token' } },
    ]);
  });

  it('that are no longer shown are no longer chosen', async () => {
    await open('/alerts');
    await told('Live');
    await page.getByRole('checkbox', { name: 'Select #41' }).check();
    await page.getByRole('checkbox', { name: 'Select #44' }).check();
    await told('2 selected');
    api.resolvedAlerts.add('a2');
    api.tell({ kind: 'alert', id: 'a2', state: 'resolved' });
    await told('1 selected');
    await button('Acknowledge').click();
    await told('Done.');
    expect(api.received).toEqual([{ path: '/api/alerts/actions', body: { ids: ['a1'], action: 'acknowledge' } }]);
  });

  it('are resolved with notes', async () => {
    await open('/alerts/a1');
    await button('Resolve …').click();
    await dialog().getByLabel('Notes').fill('humidifier filled');
    await dialog().getByRole('button', { name: 'Apply' }).click();
    await told('Done.');
    expect(api.received).toEqual([
      { path: '/api/alerts/actions', body: { ids: ['a1'], action: 'resolve', notes: 'humidifier filled' } },
    ]);
  });

  it('show what happened to them with who, their measurements, and who was told', async () => {
    await open('/alerts/a1');
    await told('1 measurement is unknown');
    await page.locator('canvas').waitFor();
    await told(/Ada Lovelace · noted/);
    await page.getByRole('link', { name: /allan over Slack/ }).click();
    await told('NOT sent: given up');
  });

  it('that are archived are looked for apart, and only resolved ones may be', async () => {
    await open('/alerts?state=all');
    expect(await page.locator('main h2').allTextContents()).toEqual(['Firing (3)', 'Acknowledged (1)', 'Resolved (1)']);
    await page.getByRole('checkbox', { name: 'Select #41' }).check();
    expect(await button('Archive').count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Select #41' }).uncheck();
    await page.getByRole('checkbox', { name: 'Select #12' }).check();
    expect(await button('Archive').count()).toBe(1);
    expect(await button('Acknowledge').count()).toBe(0);
  });

  it('say which rule could not look', async () => {
    await open('/alerts');
    await told('1 rule could not look');
    await told('The database did not answer.');
  });

  it('C4: test each rule on its screen: on the rows, or on a text; a viewer is offered no test', async () => {
    await open('/alerts');
    await button('Test humidity').click();
    await told('It looked at 12 and would raise 1 alert now: It could not judge 2.');
    await told('Nothing was written, and nobody was told.');
    await told('humidity of Piano 12 is 28.5 % (limit: below 35 %) (this alert is there already)');
    await page.getByLabel('A text to test unplugged with').fill('Found it unplugged.');
    await page.getByRole('button', { name: 'Test', exact: true }).last().click();
    await told('This text would raise the alert.');
    expect(api.received).toEqual([
      { path: '/api/rules/humidity/look', body: null },
      { path: '/api/rules/unplugged/test', body: { text: 'Found it unplugged.' } },
    ]);
    api.role = 'viewer';
    await open('/alerts');
    await told('The database did not answer.');
    expect(await page.getByRole('button', { name: /^Test/ }).count()).toBe(0);
  });
});

describe('messages', () => {
  it('are narrowed by what stands in the address, and sent again', async () => {
    await open('/deliveries');
    await page.getByLabel('State', { exact: true }).selectOption({ label: 'DEAD' });
    await page.waitForURL(/state=dead/);
    await page.getByRole('link', { name: /Too dry/ }).click();
    await told(/535 5\.7\.8 Username and Password not accepted/);
    await button('Send again').click();
    await told('It goes out again.');
    expect(api.received.map(({ path }) => path)).toEqual(['/api/deliveries/d4/resend']);
  });

  it('lead to the run or the alert they tell of', async () => {
    await open('/deliveries/d4');
    await page.getByRole('link', { name: 'the run', exact: true }).click();
    await page.waitForURL(/\/runs\/run-failed/);
  });

  it('are routed before they are: who would get this?', async () => {
    await open('/routes');
    await told('everybody with the role administrators');
    await page.getByLabel('What happens').selectOption({ label: 'Alert fired' });
    await page.getByLabel('Type of alert').fill('TOO_DRY');
    await page.getByLabel(/^Labels/).fill('place=Hall');
    await button('Show who').click();
    await told('2 messages would be made');
    await told('held until 07:05: quiet hours');
    expect(api.received).toEqual([
      {
        path: '/api/routes/preview',
        body: {
          occasion: 'alert_fired',
          severity: 'warning',
          job: null,
          type: 'TOO_DRY',
          service: null,
          labels: { place: 'Hall' },
        },
      },
    ]);
  });

  it('are tested over a channel to one person, and the outcome stands beside it', async () => {
    await open('/channels');
    expect(await page.locator('main h2').first().textContent()).toBe('Slack');
    await button('Test to Nicolas').last().click();
    await told('accepted · 250 2.0.0 OK (312 ms)');
    expect(api.received).toEqual([{ path: '/api/channels/email/test', body: { recipient: 'nicolas' } }]);
    api.role = 'viewer';
    await open('/channels');
    await told('Your role may look, not send tests.');
    expect(await button('Test to Nicolas').count()).toBe(0);
  });
});

describe('the way around', () => {
  it('groups the pages, reaches each by two keys, and fits a phone', async () => {
    await open('/');
    const groups = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('list');
    expect(await groups.count()).toBe(5);
    const keys = {
      ...{ a: '/alerts', h: '/health-log', j: '/jobs', c: '/chains', w: '/traces', y: '/analytics', u: '/usage' },
      ...{ l: '/coordination', p: '/templates', v: '/audit' },
    };
    for (const [key, path] of Object.entries(keys)) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
      // The two keys must follow each other within a second: the page is whole before the next ones.
      await expect.poll(() => page.getByText(/^Loading …$/).count()).toBe(0);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await button('Menu').click();
    await page.getByRole('link', { name: 'Channels' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('speaks French on every new page', async () => {
    await open('/jobs/full_sync');
    await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Français' });
    await told('Lancer maintenant');
    for (const [path, words] of Object.entries({
      '/health-log': 'Tâches planifiées',
      '/runs/run-failed': 'L’erreur, telle qu’elle a été dite',
      '/chains': 'toutes doivent réussir',
      '/alerts/a1': 'Ce qui lui est arrivé',
      '/routes': 'Qui recevrait ceci',
      '/channels': 'Essai à Nicolas',
    })) {
      await open(path);
      await told(words);
    }
    await page.getByLabel('Langue', { exact: true }).selectOption({ label: 'English' });
    await told('Test to Nicolas');
  });
});
