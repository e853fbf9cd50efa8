import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../fixtures/browser.ts';
import { runGuardian } from './run-guardian.ts';
import { cloneShop, put, SHOP_LOG, workspace } from './workspace.ts';

const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
const folder = workspace();
cloneShop(folder);
const page: Record<string, string> = {};
let browser: Browser;
/** One tab for all: the bundled browser ends with its first context. */
let tab: Page;
const troubles: string[] = [];

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  const wide = 'w'.repeat(300);
  put(
    folder,
    'wide.log',
    `{"severity":"ERROR","time":"2026-01-05T10:00:00Z","message":"${wide}","service":"${wide}","${wide}":"${wide}"}\n`,
  );
  const [opened] = await Promise.all([
    openBrowser(),
    runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--out', 'shop.html', '--quiet'], { folder }),
    runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--out', 'french.html', '--quiet', '--lang', 'fr'], { folder }),
    runGuardian(['report', 'wide.log', '--out', 'wide.html', '--quiet'], { folder }),
  ]);
  browser = opened;
  tab = await browser.newPage();
  tab.on('console', (message) => troubles.push(`console: ${message.text()}`));
  tab.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  tab.on('request', (request) => troubles.push(`request: ${request.url()}`));
  for (const name of ['shop', 'french', 'wide']) page[name] = readFileSync(join(folder, `${name}.html`), 'utf8');
});
afterAll(() => browser?.close());

interface Looked {
  scrollWidth: number;
  clientWidth: number;
  /** Elements whose text was looked at. */
  texts: number;
  /** Texts whose contrast with what lies behind them is below 4.5 (3 for large ones), WCAG 2.2 section 1.4.3. */
  faint: string[];
}

const LOOK = `(() => {
  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const colourOf = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    return { red, green, blue, alpha };
  };
  const luminance = ({ red, green, blue }) =>
    0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = colourOf(getComputedStyle(at).backgroundColor);
      if (colour.alpha > 0.99) return colour;
    }
    return { red: 255, green: 255, blue: 255, alpha: 1 };
  };
  const faint = [];
  let texts = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('');
    if (own === '' || element.getClientRects().length === 0) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(colourOf(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) faint.push(contrast.toFixed(2) + ' ' + own.slice(0, 40));
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  return { scrollWidth, clientWidth, texts, faint };
})()`;

describe('the page of a report', () => {
  it.each([
    ['shop', 360, 'dark'],
    ['shop', 360, 'light'],
    ['shop', 1280, 'dark'],
    ['shop', 1280, 'light'],
    ['french', 360, 'dark'],
    ['wide', 360, 'light'],
  ] as const)(
    '%s at %d px, %s: nothing sticks out, nothing is faint, nothing is asked of the network',
    async (name, width, colorScheme) => {
      await tab.setViewportSize({ width, height: 900 });
      await tab.emulateMedia({ colorScheme });
      troubles.length = 0;
      await tab.setContent(page[name]!, { waitUntil: 'load' });
      const looked: Looked = await tab.evaluate(LOOK);
      await tab.screenshot({ path: join(ARTEFACTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      expect(troubles).toEqual([]);
      expect(looked.scrollWidth).toBeLessThanOrEqual(looked.clientWidth);
      expect(looked.texts).toBeGreaterThan(15);
      expect(looked.faint).toEqual([]);
    },
  );

  it('is no larger than it may be', () => {
    for (const text of Object.values(page)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200 * 1024);
  });
});
