import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { makeRepository } from '../fixtures/make-repository.ts';
import { renderMarkdown } from '../fixtures/report-renderings.ts';
import { plantedFields, plantedSecrets } from '../fixtures/secrets.ts';
import { line } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();
/** Everything is listed, so that nothing is absent only because a list ended. */
const EVERYTHING = `
  const many = 100_000;
  const megabytes = 64 * 1024 * 1024;
  export default {
    report: {
      listedIncidents: many, listedIssues: many, listedPatterns: many, listedSamples: many, listedCommits: many,
      snippetFiles: many, htmlBytes: megabytes, mailHtmlBytes: megabytes, markdownTokens: megabytes,
    },
    mail: { recipients: ['watch@guardian.test'] },
  };`;

/** One failing line a secret, each in a file of its own, and a commit that says it, too. */
const repository = makeRepository([
  {
    subject: 'Start',
    files: Object.fromEntries(
      plantedSecrets.map(({ text }, index) => [
        `src/part${index}.py`,
        `def call${index}(self):\n    note = ${JSON.stringify(text)}\n    raise ValueError(note)\n`,
      ]),
    ),
  },
  ...plantedSecrets.map(({ text }, index) => ({
    subject: text.replace(/[\r\n]+/g, ' '),
    files: {
      [`src/part${index}.py`]: `def call${index}(self):\n    note = ${JSON.stringify(text)}\n    raise ValueError(note) # now\n`,
    },
  })),
]);
afterAll(() => repository.remove());

function plantedLog(): string {
  const lines = plantedSecrets.flatMap(({ text, secret }, index) => [
    line(text, { at: index * 10 }),
    line('it threw', {
      at: index * 10 + 5,
      job: { name: 'nightly', steps: [{ output: text }, { ok: true }] },
      httpRequest: {
        requestMethod: 'GET',
        requestUrl: `https://shop.example/orders/${index}?note=${encodeURIComponent(secret)}`,
        status: 500,
      },
      stack_trace: `Traceback (most recent call last):\n  File "/app/src/part${index}.py", line 3, in call${index}\n    raise ValueError(note)\nValueError: ${text}`,
    }),
  ]);
  lines.push(...plantedFields.map(({ value }, index) => line('by its name', { at: 90_000 + index * 10, ...value })));
  return `${lines.join('\n')}\n`;
}

/** As many characters of a secret in a row are already too many. */
const TELLING = 10;

/** The names of the secrets that an output shows, whole or in part; one pass over the output. */
function shownIn(output: string): string[] {
  const pieces = new Map<string, string>();
  const shown = new Set<string>();
  for (const { name, secret } of [...plantedSecrets, ...plantedFields]) {
    if (secret.length < TELLING && output.includes(secret)) shown.add(name);
    for (let at = 0; at + TELLING <= secret.length; at++) pieces.set(secret.slice(at, at + TELLING), name);
  }
  for (let at = 0; at + TELLING <= output.length; at++) {
    const name = pieces.get(output.slice(at, at + TELLING));
    if (name !== undefined) shown.add(name);
  }
  return [...shown];
}

const outputs = new Map<string, string>();
beforeAll(async () => {
  put(folder, 'guardian.config.ts', EVERYTHING);
  put(folder, 'planted.log', plantedLog());
  const common = ['planted.log', '--repo', repository.folder];
  const [report, sent] = await Promise.all([
    runGuardian(['report', ...common, '--out', 'out'], { folder }),
    runGuardian(['send', ...common], { folder }),
  ]);
  expect([report.status, report.stderr, sent.status, sent.stderr]).toEqual([2, '', 75, '']);
  outputs.set('terminal', report.stdout + report.stderr + sent.stdout + sent.stderr);
  for (const name of readdirSync(join(folder, 'out')))
    outputs.set(name, readFileSync(join(folder, 'out', name), 'utf8'));
  const made = JSON.parse(outputs.get('report.json')!) as Report;
  const unbounded = { tokens: Number.MAX_SAFE_INTEGER, issues: Number.MAX_SAFE_INTEGER };
  outputs.set('hand-off of every issue', renderMarkdown(made, messagesFor('en'), unbounded));
  const outbox = join(folder, '.guardian', 'outbox');
  const raw = readFileSync(join(outbox, readdirSync(outbox)[0]!), 'utf8');
  const mail = await simpleParser(raw);
  outputs.set(
    'mail',
    [raw, mail.subject, mail.text, mail.html, ...mail.attachments.map(({ content }) => content.toString())].join('\n'),
  );
  outputs.set('delivery log', readFileSync(join(folder, '.guardian', 'deliveries.jsonl'), 'utf8'));
});

describe('secrets planted in the log and in the repository', () => {
  it('stood where they would have been shown', () => {
    expect(plantedSecrets.length).toBeGreaterThanOrEqual(200);
    const data = JSON.parse(outputs.get('report.json')!);
    expect(data.errors_detailed.length).toBeGreaterThanOrEqual(plantedSecrets.length);
    expect(data.code_snippets.length).toBeGreaterThanOrEqual(100);
    expect(data.recent_commits.length).toBeGreaterThanOrEqual(plantedSecrets.length);
    expect(
      Object.values(data.redactions as Record<string, number>).reduce((sum, count) => sum + count),
    ).toBeGreaterThan(800);
    expect(outputs.get('report.md')).toContain('[redacted:');
    expect(outputs.get('report.html')).toContain('[redacted:');
  });

  it.each([
    'terminal',
    'report.txt',
    'report.json',
    'report.html',
    'report.md',
    'hand-off of every issue',
    'mail',
    'delivery log',
  ])('are in no %s', (name) => {
    expect(shownIn(outputs.get(name)!)).toEqual([]);
  });
});
