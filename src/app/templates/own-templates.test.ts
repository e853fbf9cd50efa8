import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { reportDefinition } from '../../core/reports/index.ts';
import { ownTemplates } from './own-templates.ts';

const clock = { now: () => Date.UTC(2026, 0, 31) };
let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-own-templates-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function own(templates: Record<string, string>, language: 'en' | 'fr' = 'en') {
  const configuration = configurationSchema.parse({ language, templates });
  return ownTemplates({ configuration, folder, clock, onFailure: (sentence) => said.push(sentence) })();
}

function put(version: string, text: string): void {
  mkdirSync(join(folder, 'templates/acme'), { recursive: true });
  const head = `name: report\nkind: report\nversion: ${version}\nextends: guardian/report@1.0.0`;
  writeFileSync(join(folder, `templates/acme/report-${version}.template`), `${head}\n=== text\n${text}\n`);
}

describe('templates of one look', () => {
  it('are none where only the built-in ones are configured, whatever lies in the folder', async () => {
    put('1.0.0', 'own');
    expect(await own({ folder: 'templates' })).toEqual({});
  });

  it('are the newest version of a file, or exactly the one that is named', async () => {
    put('1.0.0', 'first {{service}}');
    put('1.10.0', 'tenth {{service}}');
    const text = async (report: string) =>
      (await own({ folder: 'templates', report })).templates!.fill('report', ['text'], reportDefinition.sample('en'))
        .text;
    expect(await text('acme/report')).toBe('tenth shop');
    expect(await text('acme/report@1.0.0')).toBe('first shop');
  });

  it('give way to the built-in one where one fails on real data, and that is said in the language of its readers', async () => {
    put('1.0.0', '{{#each parts}}{{#each parts}}{{content}}{{/each}}{{/each}}');
    const real = {
      ...reportDefinition.sample('en'),
      parts: Array(10).fill({ name: 'x', content: 'y'.repeat(500_000) }),
    };
    for (const language of ['en', 'fr'] as const) {
      const { templates } = await own({ folder: 'templates', report: 'acme/report' }, language);
      expect(templates!.fill('report', ['text'], real).text).toHaveLength(5_000_000);
    }
    expect(said).toEqual([
      expect.stringMatching(
        /^The template acme\/report failed, line 1: it gives more than \d+ characters\. The built-in/,
      ),
      expect.stringMatching(/^Le modèle acme\/report a échoué, ligne 1 : /),
    ]);
  });
});
