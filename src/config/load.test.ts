import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardianError, messagesFor } from '../core/shared/index.ts';
import { ENVIRONMENT_NAMES } from './environment.ts';
import { type LoadOptions, loadConfiguration } from './load.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function load(options: Partial<LoadOptions> & { text?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  folders.push(folder);
  if (options.text !== undefined) writeFileSync(join(folder, 'guardian.config.ts'), options.text);
  return loadConfiguration({ folder, file: null, environment: {}, ...options });
}

describe('the configuration', () => {
  it('has a default for every knob, and no recipient built in', async () => {
    const configuration = await load();
    expect(configuration).toMatchObject({
      language: 'en',
      timeZone: 'UTC',
      mail: { recipients: [], tag: 'CODEX GPT', smtp: { port: 587, host: null } },
    });
    expect(configuration.report.criticalAboveErrors).toBe(5);
  });

  it('takes the environment names of the system it replaces, unchanged', async () => {
    const { mail } = await load({
      environment: {
        EMAIL_ENABLED: 'Yes',
        SMTP_HOST: 'smtp.example.org',
        SMTP_PORT: '465',
        SMTP_USER: 'sender@example.org',
        SMTP_PASSWORD: 'x y',
        SMTP_FROM_EMAIL: 'guardian@example.org',
        SMTP_FROM_NAME: 'Émergence',
        SMTP_USE_TLS: '0',
        CODEX_GPT_EMAIL: 'agent@example.org',
        GUARDIAN_RECIPIENTS: 'dev@example.org, ops@example.org',
      },
    });
    expect(mail).toMatchObject({
      enabled: true,
      from: 'guardian@example.org',
      fromName: 'Émergence',
      recipients: ['agent@example.org', 'dev@example.org', 'ops@example.org'],
      smtp: {
        host: 'smtp.example.org',
        port: 465,
        user: 'sender@example.org',
        password: 'x y',
        encryption: 'implicit',
      },
    });
  });

  it.each(['1', 'true', 'YES', 'on'])('reads %s as switched on', async (EMAIL_ENABLED) => {
    expect((await load({ environment: { EMAIL_ENABLED } })).mail.enabled).toBe(true);
  });

  it('lets the command line win over the environment, and that over the file', async () => {
    const text = `export default { service: 'file', region: 'file', language: 'fr', mail: { recipients: ['file@example.org'] } }`;
    const configuration = await load({
      text,
      environment: {
        GUARDIAN_SERVICE: 'environment',
        GUARDIAN_REGION: 'environment',
        CODEX_GPT_EMAIL: 'agent@example.org',
      },
      overrides: { service: 'line' },
    });
    expect(configuration).toMatchObject({ service: 'line', region: 'environment', language: 'fr' });
    expect(configuration.mail.recipients).toEqual(['file@example.org', 'agent@example.org']);
  });

  it.each([
    [{ text: `export default { mail: { smpt: {} } }` }, 'mail.smpt'],
    [{ text: `export default { report: { criticalAboveErrors: -1 } }` }, 'report.criticalAboveErrors'],
    [{ text: `export default 5` }, 'guardian.config.ts'],
    [{ text: `export default {` }, 'guardian.config.ts'],
    [{ environment: { SMTP_PORT: '5x7' } }, 'SMTP_PORT'],
    [{ environment: { EMAIL_ENABLED: 'perhaps' } }, 'EMAIL_ENABLED'],
    [{ environment: { CODEX_GPT_EMAIL: 'not an address' } }, 'mail.recipients'],
    [{ environment: { GUARDIAN_TIME_ZONE: 'Paris' } }, 'timeZone'],
    [{ file: 'missing.config.ts' }, 'missing.config.ts'],
  ])('stops at a wrong value and names its place: %j', async (options, key) => {
    await expect(load(options)).rejects.toMatchObject({
      code: 'configuration_invalid',
      about: { key: expect.stringContaining(key) },
    });
  });

  it('names every environment variable once', () => {
    expect(new Set(ENVIRONMENT_NAMES).size).toBe(ENVIRONMENT_NAMES.length);
  });

  it.each([
    [{ text: `export default { mail: { smpt: {} } }` }, 'mail.smpt : clé inconnue : smpt'],
    [
      { text: `export default { report: { criticalAboveErrors: 'many' } }` },
      'report.criticalAboveErrors : doit être un nombre',
    ],
    [
      { text: `export default { report: { criticalAboveErrors: -1 } }` },
      'report.criticalAboveErrors : doit être 0 au moins',
    ],
    [{ text: `export default { language: 'de' }` }, 'language : doit être "en" ou "fr"'],
    [
      { text: `export default { deploy: { watch: 'long' } }` },
      'deploy.watch : n’est pas une durée comme 30s, 5m, 4h, 7d',
    ],
    [
      { text: `export default { jobs: { a: { shell: 'true', http: 'http://a', cron: '0 1 * * *' } } }` },
      'jobs.a : il faut un seul de function, shell, http, watched, et il y a : shell, http',
    ],
    [
      { text: `export default { jobs: { a: {} } }` },
      'jobs.a : il faut un seul de function, shell, http, watched, et il y a : aucun',
    ],
    [{ environment: { SMTP_PORT: '5x7' } }, 'SMTP_PORT : « 5x7 » n’est pas un nombre entier'],
    [
      { environment: { EMAIL_ENABLED: 'perhaps' } },
      'EMAIL_ENABLED : « perhaps » n’est ni 1, true, yes, on, ni 0, false, no, off',
    ],
    [{ environment: { GUARDIAN_TIME_ZONE: 'Paris' } }, 'timeZone : « Paris » n’est pas un fuseau horaire IANA'],
  ])('says in French what is wrong, all of it: %j', async (options, said) => {
    const refused = await load(options).catch((error: GuardianError) => error);
    expect((refused as GuardianError).explain(messagesFor('fr')).message).toBe(
      `La configuration est fausse à ${said}.`,
    );
  });

  it('says in French that a file is missing or exports nothing', async () => {
    const said = async (options: Parameters<typeof load>[0]) =>
      ((await load(options).catch((error: GuardianError) => error)) as GuardianError).explain(messagesFor('fr'))
        .message;
    expect(await said({ file: 'missing.config.ts' })).toMatch(/missing\.config\.ts : le fichier n’existe pas\.$/);
    expect(await said({ text: 'export default 5' })).toMatch(/ : il n’exporte pas d’objet par défaut\.$/);
  });
});
