import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runGuardian } from '../../../test/e2e/run-guardian.ts';
import { workspace } from '../../../test/e2e/workspace.ts';

const folder = workspace();
const templates = (...args: string[]) => runGuardian(['templates', ...args], { folder });

function put(file: string, content: string): void {
  mkdirSync(join(folder, 'own', file.split('/')[0]!), { recursive: true });
  writeFileSync(join(folder, 'own', file), content);
}

const good = `name: message
kind: notification
version: 1.0.0
extends: guardian/message@1.0.0
=== subject
Own: {{title}}
`;

describe('`guardian templates validate`', () => {
  it('checks every file of every namespace at once, and ends with 65 when one does not hold', async () => {
    put('acme/message.template', good);
    put('zeta/message.template', good);
    const well = await templates('validate', 'own');
    expect([well.status, well.stderr]).toEqual([0, '']);
    expect(well.stdout).toBe(
      'ok      acme/message.template  acme/message@1.0.0\nok      zeta/message.template  zeta/message@1.0.0\n2 hold, 0 do not.\n',
    );
    put('zeta/message.template', good.replace('{{title}}', '{{title}} {{nobody}} {{#each items}}'));
    put('acme/wrong.template', good.replace('name: message', 'name: wrong').replace('{{title}}', '{{nobody}}'));
    const bad = await templates('validate', 'own');
    expect(bad.status).toBe(65);
    expect(bad.stdout).toContain('failed  acme/wrong.template  subject, line 6: there is no "nobody" here\n');
    expect(bad.stdout).toContain('failed  zeta/message.template  subject, line 6: {{#each}} is never closed\n');
    expect(bad.stdout).toContain('1 hold, 2 do not.');
  });

  it('tells what does not hold in the language that is configured', async () => {
    put('acme/wrong.template', good.replace('name: message', 'name: wrong').replace('{{title}}', '{{nobody}}'));
    put('acme/torn.template', 'name: torn\nkind: notification\nversion: 1\n=== subject\n{{#if title}}');
    const told = await templates('validate', 'own', '--lang', 'fr');
    expect(told.status).toBe(65);
    expect(told.stdout).toContain('échec   acme/wrong.template  subject, ligne 6 : il n’y a pas de « nobody » ici\n');
    expect(told.stdout).toContain('ligne 1 : « version: » doit être une version sémantique comme 1.2.0');
    expect(told.stdout).not.toContain('there is no');
  });

  it('says what is missing: what to do, and which folder', async () => {
    expect((await templates()).status).toBe(64);
    expect((await templates('validate')).stderr).toContain('templates.folder');
    expect((await templates('validate', 'nowhere')).stderr).toContain('nowhere');
  });
});
