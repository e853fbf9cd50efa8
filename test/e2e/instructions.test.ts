import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { type HostileText, hostileTexts, htmlInjections } from '../fixtures/instructions.ts';
import { makeRepository } from '../fixtures/make-repository.ts';
import { outsideBlocks } from '../fixtures/marked-blocks.ts';
import { renderMarkdown } from '../fixtures/report-renderings.ts';
import { instant } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const hostile: readonly HostileText[] = [...hostileTexts, ...htmlInjections];
const folder = workspace();
const onOneLine = (text: string) => text.replace(/[\r\n\u2028\u2029]+/g, ' ');
/** What git takes as the name of a file. */
const asFileName = (text: string) =>
  onOneLine(text)
    .replace(/[/\\\u0000-\u001f\ud800-\udfff]/g, '-')
    .slice(0, 120);

const MANY = 100_000;
put(
  folder,
  'guardian.config.ts',
  `export default { report: {
    listedIncidents: ${MANY}, listedIssues: ${MANY}, listedPatterns: ${MANY}, listedSamples: ${MANY}, listedCommits: ${MANY},
    snippetFiles: ${MANY}, htmlBytes: ${256 * 1024 * 1024}, markdownTokens: ${MANY * MANY} } };`,
);

const code = (text: string) => `export function call() {\n  throw new Error(${JSON.stringify(onOneLine(text))});\n}\n`;
const repository = makeRepository([
  {
    subject: 'Start',
    files: Object.fromEntries(hostile.map(({ text }) => [`src/${asFileName(text)}.js`, 'export {};\n'])),
  },
  ...hostile.map(({ text }) => ({
    subject: onOneLine(text).replaceAll('\u0000', ''),
    author: onOneLine(text).replace(/[<>\u0000]/g, ''),
    files: { [`src/${asFileName(text)}.js`]: code(text) },
  })),
]);
afterAll(() => repository.remove());

/** Every text in every place of an entry that somebody outside can fill. */
function plantedLog(): string {
  return hostile
    .map(({ text }, index) =>
      JSON.stringify({
        level: 'error',
        time: instant(index * 60),
        msg: text,
        logger: text,
        service: text,
        revision: text,
        instance: text,
        traceId: text,
        req: {
          id: text,
          method: text,
          url: `https://shop.example/${text}?q=${text}`,
          headers: { 'user-agent': text, host: text },
        },
        [text]: { [text]: text },
        err: {
          type: text,
          message: text,
          stack: `Error: ${text}\n    at ${onOneLine(text)} (/app/src/${asFileName(text)}.js:2:9)\n    at run${index} (/app/src/run.js:${index + 1}:3)`,
        },
      }),
    )
    .join('\n');
}

let report: Report;
const outputs: Record<string, string> = {};
let browser: Browser;
beforeAll(async () => {
  put(folder, 'planted.log', plantedLog());
  const [run, opened] = await Promise.all([
    runGuardian(['report', 'planted.log', '--repo', repository.folder, '--out', 'out'], { folder }),
    openBrowser(),
  ]);
  browser = opened;
  expect([run.status, run.stderr]).toEqual([2, '']);
  for (const name of ['html', 'md', 'json', 'txt'])
    outputs[name] = readFileSync(join(folder, 'out', `report.${name}`), 'utf8');
  outputs.terminal = run.stdout;
  report = JSON.parse(outputs.json!) as Report;
});
afterAll(() => browser?.close());

/** The markers that a text shows. */
function markersIn(text: string): string[] {
  const found = new Set(text.match(/(?:order|hidden|html)marker\d{4}/g));
  return hostile.map(({ marker }) => marker).filter((marker) => found.has(marker));
}

interface Found {
  strangers: string[];
  attributes: string[];
  metas: number;
  text: string;
}

/** Runs in the browser: the elements and attributes that a report's page never has. */
const LOOK_AT_PAGE = `(() => {
  const allowed = new Set(
    'html head meta title style body table tbody tr td div span h1 h2 h3 b code pre details summary'.split(' '),
  );
  const harmful = /^on|href|src|action|formaction|srcdoc/i;
  const elements = [...document.querySelectorAll('*')];
  return {
    strangers: elements.map((element) => element.localName).filter((name) => !allowed.has(name)),
    attributes: elements.flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => harmful.test(name) || /marker\\d{4}/.test(value))
        .map(({ name }) => element.localName + '.' + name),
    ),
    metas: document.querySelectorAll('meta[http-equiv]').length,
    text: document.body.textContent,
  };
})()`;

describe('instructions planted in every field of a log and in a repository', () => {
  it('stood where they would do harm: nothing was simply dropped', () => {
    expect(hostile.length).toBeGreaterThanOrEqual(160);
    for (const name of ['html', 'json', 'txt'])
      expect(markersIn(outputs[name]!).length).toBeGreaterThan(hostile.length * 0.95);
    expect(markersIn(outputs.md!).length).toBeGreaterThan(0);
    expect(report.code_snippets.length).toBeGreaterThan(50);
  });

  it('stand in the Markdown inside marked blocks only, and close none of them', () => {
    expect(markersIn(outsideBlocks(outputs.md!))).toEqual([]);
    const unbounded = { tokens: Number.MAX_SAFE_INTEGER, issues: Number.MAX_SAFE_INTEGER };
    for (const language of ['en', 'fr'] as const) {
      const everyIssue = renderMarkdown(report, messagesFor(language), unbounded);
      expect(markersIn(everyIssue).length).toBeGreaterThan(hostile.length * 0.9);
      const outside = outsideBlocks(everyIssue);
      expect(markersIn(outside)).toEqual([]);
      expect(outside).not.toMatch(/evil\.example|<(?!\/?(?:b|i)>)[a-z]/i);
    }
  });

  it('move nothing on a terminal', () => {
    for (const text of [outputs.terminal!, outputs.txt!]) {
      expect(text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g)).toBeNull();
      expect(text.match(/[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e01ff}]/gu)).toBeNull();
    }
  });

  it('become no element, attribute, dialogue or request in a browser', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => {
      asked.push(`dialogue ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.setContent(outputs.html!, { waitUntil: 'load' });
    const found: Found = await page.evaluate(LOOK_AT_PAGE);
    expect(found.strangers).toEqual([]);
    expect(found.attributes).toEqual([]);
    expect(found.metas).toBe(0);
    expect(asked).toEqual([]);
    expect(markersIn(found.text).length).toBeGreaterThan(hostile.length * 0.95);
    await page.close();
  });

  it('do not start a header of the mail, nor a second message', async () => {
    const environment = { CODEX_GPT_EMAIL: 'dev@example.org' };
    const place = workspace();
    const name = 'shop\r\nBcc: everybody@evil.example\r\n\r\nowned';
    put(
      place,
      'named.log',
      Array.from({ length: 8 }, (_, index) =>
        JSON.stringify({ level: 'error', time: instant(index), msg: 'x', service: name }),
      ).join('\n'),
    );
    const sent = await runGuardian(['send', 'named.log'], { folder: place, environment });
    expect(sent.status).toBe(75);
    const path = /stands in (.+\.eml)/.exec(sent.stdout)![1]!;
    const head = readFileSync(path, 'utf8').split('\r\n\r\n')[0]!;
    expect(head).not.toMatch(/^Bcc:/im);
    expect(sent.stdout.trimEnd().split('\n')).toHaveLength(1);
  });
});
