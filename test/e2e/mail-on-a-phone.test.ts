import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestMessage } from '../../src/core/notify/digest.ts';
import { composeReportMail } from '../../src/core/reports/mail-message.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { sampleReport } from '../fixtures/sample-report.ts';

/** Mails as a phone shows them whose mail program drops what stands in the head, style sheet included, as many do. */

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 360, height: 740 } });
});
afterAll(() => browser?.close());

const MAILS = {
  report: (language: 'en' | 'fr') => {
    const options = { messages: messagesFor(language), language, htmlBytes: 100 * 1024, markdownTokens: 6_000 };
    return composeReportMail(sampleReport(), options).html;
  },
  digest: (language: 'en' | 'fr') =>
    digestMessage({
      entries: [
        {
          project: 'Back office',
          service: 'checkout',
          status: 'CRITICAL',
          madeAt: Date.UTC(2025, 5, 10, 13, 5),
          errors: 12,
        },
        {
          project: null,
          service: 'w'.repeat(200),
          status: 'DEGRADED',
          madeAt: Date.UTC(2025, 5, 10, 11, 5),
          errors: 1,
        },
        { project: null, service: '', status: 'could not look', madeAt: Date.UTC(2025, 5, 10, 9, 5), errors: 0 },
      ],
      minimumStatus: 'DEGRADED',
      messages: messagesFor(language),
      language,
      subject: { tag: 'GUARDIAN', name: 'Shop', timeZone: 'Europe/Paris' },
      date: Date.UTC(2025, 5, 11, 6, 0),
      url: 'https://guardian.example/reports',
    })!.html,
};

/** Words of up to 20 letters, in prose, that are torn over two lines. */
const TORN_WORDS = `(() => {
  const torn = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('pre')) continue;
    for (const { 0: word, index } of node.data.matchAll(/\\p{L}{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      // A name that is longer than a line may break: only words between spaces count.
      const isWord = !/\\S/.test((node.data[index - 1] ?? ' ') + (node.data[index + word.length] ?? ' '));
      if (isWord && lines.size > 1) torn.push(word);
    }
  }
  return torn;
})()`;

describe.each(['report', 'digest'] as const)('the %s', (name) => {
  it.each(['en', 'fr'] as const)('fits, and tears no word (%s)', async (language) => {
    const html = MAILS[name](language).replace(
      /<head>.*?<\/head>/s,
      '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>',
    );
    await page.setContent(html);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(await page.evaluate(TORN_WORDS)).toEqual([]);
  });
});
