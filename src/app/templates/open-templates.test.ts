import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { configurationSchema } from '../../config/schema.ts';
import { messageDefinition } from '../../core/notify/render/message-template.ts';
import { openTemplates } from './open-templates.ts';

const NOW = Date.UTC(2026, 0, 31);
const clock = { now: () => NOW };
let stores: OpenedStores;
let folder: string;
let failures: string[];
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock });
  folder = mkdtempSync(join(tmpdir(), 'guardian-templates-'));
  failures = [];
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(file: string, content: string): void {
  const path = join(folder, 'templates', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const source = (version: string, foot: string) => `name: message
kind: notification
version: ${version}
extends: guardian/message@1.0.0
=== text
{{#block foot}}
${foot}
{{/block}}
`;

async function open(message = 'acme/message', lookEvery = '1h', language: 'en' | 'fr' = 'en') {
  const configuration = configurationSchema.parse({ language, templates: { folder: 'templates', message, lookEvery } });
  const opened = await openTemplates({
    ...{ configuration, folder, store: stores.main, clock },
    onFailure: (what, error) => failures.push(`${what}: ${error.message}`),
  });
  await opened.start();
  closing.push(opened.stop);
  const text = () => opened.library.fill('message', ['text'], messageDefinition.sample('en')).text!;
  return { ...opened, text };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

describe('templates on disk (row 29: hot reload never ran)', () => {
  it('are read anew when a file changes, and every version that was there is given exactly', async () => {
    put('acme/message.template', source('1.0.0', 'first foot'));
    const { text, library } = await open();
    expect(text()).toContain('first foot');
    put('acme/message.template', source('1.1.0', 'second foot'));
    await soon(() => expect(text()).toContain('second foot'));
    expect(library.get('acme/message@1.0.0').content).toBe(source('1.0.0', 'first foot'));
    put('acme/message.template', source('1.0.0', 'first foot'));
    await soon(() => expect(text()).toContain('first foot'));
  });

  it('stay as they were while a file is half-written, and the page says so until it is whole', async () => {
    put('acme/message.template', source('1.0.0', 'good foot'));
    const { text, problems } = await open();
    put('acme/message.template', source('2.0.0', 'new foot').slice(0, 110));
    await soon(() => expect(problems()).toHaveLength(1));
    expect(problems()[0]).toMatchObject({ file: 'acme/message.template', key: 'acme/message' });
    expect(problems()[0]!.message).toContain('never closed');
    expect(text()).toContain('good foot');
    put('acme/message.template', source('2.0.0', 'new foot'));
    await soon(() => expect(text()).toContain('new foot'));
    expect(problems()).toEqual([]);
  });

  it('have their problems told in the language that is configured', async () => {
    put('acme/message.template', source('1.0.0', 'bon pied'));
    const { problems } = await open('acme/message', '1h', 'fr');
    put('acme/message.template', source('2.0.0', '{{nobody}}'));
    await soon(() => expect(problems()[0]?.message).toBe('text, ligne 7: il n’y a pas de « nobody » ici'));
    rmSync(join(folder, 'templates'), { recursive: true });
    await soon(() => expect(problems()[0]?.message).toContain('le dossier n’est pas là'));
    await expect(open('acme/other', '1h', 'fr')).rejects.toThrow('il n’y a pas de modèle acme/other');
  });

  it('follow a rename over the old file, as editors save', async () => {
    put('acme/message.template', source('1.0.0', 'old foot'));
    const { text } = await open();
    put('acme/.message.swp', source('1.0.1', 'renamed foot'));
    renameSync(join(folder, 'templates/acme/.message.swp'), join(folder, 'templates/acme/message.template'));
    await soon(() => expect(text()).toContain('renamed foot'));
    renameSync(join(folder, 'templates/acme/message.template'), join(folder, 'templates/acme/other.template'));
    put('acme/other.template', source('1.0.2', 'foot of another file'));
    await soon(() => expect(text()).toContain('foot of another file'));
  });

  it('outlive their folder, and are read again when it comes back as another one', async () => {
    put('acme/message.template', source('1.0.0', 'kept foot'));
    const { text, problems } = await open();
    rmSync(join(folder, 'templates'), { recursive: true });
    await soon(() => expect(problems()[0]?.message).toContain('not there'));
    expect(text()).toContain('kept foot');
    put('acme/message.template', source('1.2.0', 'foot of the new folder'));
    await soon(() => expect(text()).toContain('foot of the new folder'));
    expect(problems()).toEqual([]);
  });

  it('find a folder that was not there, and a new namespace', async () => {
    const { library } = await open('guardian/message');
    put('acme/message.template', source('1.0.0', 'late'));
    await soon(() => expect(library.current('acme/message')).toBe('1.0.0'));
    put('zeta/message.template', source('1.0.0', 'later'));
    await soon(() => expect(library.current('zeta/message')).toBe('1.0.0'));
  });

  it('refuse other content under a number that was used, also after a restart', async () => {
    put('acme/message.template', source('1.0.0', 'as it was'));
    const first = await open();
    await first.stop();
    put('acme/message.template', source('1.0.0', 'slipped in'));
    const { text, problems } = await open();
    expect(text()).toContain('as it was');
    expect(problems()[0]!.message).toContain('other content');
  });

  it('keep the server from starting where one that is to be used is not there', async () => {
    await expect(open('acme/message@3.0.0')).rejects.toThrow('there is no template acme/message@3.0.0');
    put('acme/agent.template', 'name: agent\nkind: agent\nversion: 1.0.0\n=== settings\nlevel: debug\n');
    await expect(open('acme/agent')).rejects.toThrow('not of messages');
  });

  it('count what each version was used, over restarts', async () => {
    put('acme/message.template', source('1.0.0', 'foot'));
    const first = await open();
    first.text();
    first.text();
    await first.stop();
    const second = await open();
    second.text();
    const uses = await second.uses();
    expect(uses).toMatchObject([
      { namespace: 'acme', name: 'message', version: '1.0.0', renders: 3, failures: 0, lastUsedAt: NOW },
    ]);
    expect(uses[0]!.durations.filter((_, index) => index % 2 === 1).reduce((sum, count) => sum + count)).toBe(3);
  });
});
