import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../fixtures/browser.ts';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { lineOf } from '../fixtures/line-of.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { BUNDLE_PATH, openShopSite, type ShopSite } from './shop-site.ts';

const PREFLIGHTS = 'guardian_http_requests_total{method="OPTIONS",route="ingest:sentry-envelope",status_class="2xx"}';

let guardian: RunningServer;
let api: GuardianApi;
let site: ShopSite;
let browser: Browser;

beforeAll(async () => {
  [guardian, site, browser] = await Promise.all([startGuardian(), openShopSite(), openBrowser()]);
  api = guardianApi(guardian.url);
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await guardian.stop();
});

const dsn = (key = guardian.key) => `${guardian.url.replace('//', `//${key}@`)}/${guardian.project}`;

async function openPage(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${site.origin}${path}`);
  return page;
}

/** Statuses that the SDK in the page could read, once there are as many. */
async function answersOf(page: Page, count: number): Promise<number[]> {
  await page.waitForFunction(`answers.length >= ${count}`);
  return page.evaluate('answers');
}

describe('a page of another origin, with @sentry/browser in Chromium', () => {
  it('fails at a click, and the issue shows where in its script', async () => {
    const page = await openPage(site.addPage({ dsn: dsn(), headers: {} }));
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('button', { name: 'Pay' }).click();
    expect(await answersOf(page, 1)).toEqual([200]);
    await page.close();

    const { issue, event } = await api.waitForIssue("TypeError: Cannot read properties of undefined (reading 'lines')");
    expect(issue).toMatchObject({
      errorType: 'TypeError',
      incidents: 1,
      users: 1,
      lastRevision: 'shop-front@2.0.0',
      location: { line: lineOf(site.bundle, 'cart.lines.reduce'), function: 'totalOf' },
    });
    expect(event).toMatchObject({
      trust: 'public',
      environment: 'production',
      revision: 'shop-front@2.0.0',
      user: { id: 'visitor-3' },
      request: { path: '/shop/1', host: new URL(site.origin).host },
      exceptions: [
        {
          type: 'CartRejected',
          message: 'the cart cannot be paid',
          relation: 'raised',
          language: 'browser',
          isHandled: false,
        },
        { type: 'TypeError', relation: 'cause' },
      ],
    });
    expect(event.request?.userAgent).toContain('Chrome/');
    const frames = event.exceptions[1]!.frames;
    expect(frames[0]).toMatchObject({ function: 'totalOf', isApplication: true });
    expect(frames[0]!.file).toContain(BUNDLE_PATH.slice(1));
    expect(frames[1]).toMatchObject({ function: 'payCart', isApplication: true });
    expect(event.breadcrumbs.map(({ category }) => category)).toContain('ui.click');
  });

  it('asks first when its requests carry a header of their own, and may send', async () => {
    const before = await api.metric(PREFLIGHTS);
    const page = await openPage(site.addPage({ dsn: dsn(), headers: { 'X-Requested-With': 'shop' } }));
    await page.evaluate("shop.complain('sent after the browser asked')");
    expect(await answersOf(page, 1)).toEqual([200]);
    expect(await api.metric(PREFLIGHTS)).toBe(before + 1);
    const { event } = await api.waitForIssue('Error: sent after the browser asked');
    expect(event.trust).toBe('public');
    await page.close();
  });

  it('may not send what the server does not let browsers send', async () => {
    const page = await openPage(site.addPage({ dsn: dsn(), headers: { 'X-Not-Allowed': 'shop' } }));
    const refused = page.waitForEvent('requestfailed');
    await page.evaluate("shop.complain('never sent')");
    expect((await refused).url()).toContain('/envelope/');
    await api.settle(guardian.key);
    expect((await api.events('"never sent"')).length).toBe(0);
    await page.close();
  });

  it('can read that its key is wrong', async () => {
    const page = await openPage(site.addPage({ dsn: dsn('0123456789abcdef0123456789abcdef'), headers: {} }));
    await page.evaluate("shop.complain('sent with a wrong key')");
    expect(await answersOf(page, 1)).toEqual([403]);
    await page.close();
  });

  it('can read that it sends too much, and keeps quiet', async () => {
    const { key } = await api.addKey(guardian.project, { label: 'one a minute', ratePerMinute: 1 });
    const page = await openPage(site.addPage({ dsn: dsn(key), headers: {} }));
    let requests = 0;
    page.on('request', (request) => {
      if (request.url().includes('/envelope/')) requests++;
    });
    for (const [count, text] of ['the first', 'one too many'].entries()) {
      await page.evaluate(`shop.complain('${text}')`);
      await answersOf(page, count + 1);
    }
    expect(await page.evaluate('answers')).toEqual([200, 429]);
    expect(requests).toBe(2);
    await page.evaluate("shop.complain('kept back')");
    // The SDK's answer to its own caller: nothing went out.
    expect((await answersOf(page, 3))[2]).toBe(0);
    expect(requests).toBe(2);
    await page.close();
  });
});

describe('Chromium itself', () => {
  it('reports what breaks the content security policy of the page', async () => {
    const report = `${guardian.url}/api/${guardian.project}/security/?sentry_key=${guardian.key}`;
    const policy = `script-src 'self' 'unsafe-inline'; img-src 'none'; report-uri ${report}`;
    const page = await openPage(site.addPage({ dsn: dsn(), headers: {} }, policy));
    await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://images.example/cart.png' }))");
    const event = await api.waitForEvent('img-src');
    expect(event).toMatchObject({ trust: 'public', source: { kind: 'sentry' } });
    expect(event.body).toContain('images.example');
    await page.close();
  });
});
