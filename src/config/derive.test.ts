import { describe, expect, it } from 'vitest';
import { leastSilenceOf } from '../app/fixes/fix-settings.ts';
import { messagesFor } from '../core/shared/index.ts';
import { mailOptionsOf, placesOf, recipientsOf, reportKnobsOf, storeLocationOf, subjectOptionsOf } from './derive.ts';
import { loadConfiguration } from './load.ts';

const load = (environment: Record<string, string>, overrides = {}) =>
  loadConfiguration({ folder: '/nowhere', file: null, environment, overrides });
const messages = messagesFor('en');

describe('what follows from the configuration', () => {
  it('says in reports what a fix is verified by: one setting for both', async () => {
    const configuration = await load({}, { fixes: { verify: { requests: 40, within: '2h', withoutRequests: '2d' } } });
    expect(reportKnobsOf(configuration)).toMatchObject({ silentRequests: 40, silentHours: 2, silentHoursAlone: 48 });
    expect(leastSilenceOf(configuration.fixes)).toEqual({ requests: 40, hours: 2, hoursAlone: 48 });
  });

  it('opens as many connections to PostgreSQL as are asked for', async () => {
    const url = 'postgres://guardian@127.0.0.1/guardian';
    const configuration = await load({}, { database: { url, connections: 4 } });
    expect(storeLocationOf(configuration, '/nowhere')).toEqual({ kind: 'postgres', url, poolSize: 4 });
  });

  it('sends in the name of the SMTP user, unless another sender is named', async () => {
    const user = { SMTP_HOST: 'smtp.example.org', SMTP_USER: 'sender@example.org' };
    expect(mailOptionsOf(await load(user), messages)).toMatchObject({
      smtp: { host: 'smtp.example.org', port: 587, encryption: 'starttls', timeoutMs: 10_000 },
      sender: { address: 'sender@example.org', name: 'Guardian' },
    });
    const named = { ...user, SMTP_FROM_EMAIL: 'guardian@example.org', SMTP_FROM_NAME: 'Émergence' };
    expect(mailOptionsOf(await load(named), messages).sender).toEqual({
      address: 'guardian@example.org',
      name: 'Émergence',
    });
  });

  it('stops when a server is named and nobody could be the sender; without a server the outbox needs none', async () => {
    const configuration = await load({ SMTP_HOST: 'smtp.example.org' });
    expect(() => mailOptionsOf(configuration, messages)).toThrow('configuration_invalid');
    expect(mailOptionsOf(await load({}), messages)).toMatchObject({ smtp: null });
  });

  it('lets a recipient ask for CRITICAL only', async () => {
    const boss = { address: 'boss@example.org', minimumStatus: 'CRITICAL' as const };
    const configuration = await load({ CODEX_GPT_EMAIL: 'dev@example.org' }, { mail: { recipients: [boss] } });
    expect(recipientsOf(configuration).map(({ address, policy }) => [address, policy.minimumStatus])).toEqual([
      ['dev@example.org', 'DEGRADED'],
      ['boss@example.org', 'CRITICAL'],
    ]);
  });

  it('names the service in the subject as people call it, else by its technical name', async () => {
    const name = async (mail: object) =>
      subjectOptionsOf(await load({ GUARDIAN_SERVICE: 'shop' }, { mail }), 'shop-prod').name;
    expect(await name({ name: 'La boutique' })).toBe('La boutique');
    expect(await name({})).toBe('shop-prod');
    expect(subjectOptionsOf(await load({ GUARDIAN_TIME_ZONE: 'Europe/Paris' }), null)).toMatchObject({
      tag: 'CODEX GPT',
      timeZone: 'Europe/Paris',
    });
  });

  it('takes paths from the folder the command was started in', async () => {
    const places = placesOf(await load({ GUARDIAN_DATA: 'data', GUARDIAN_REPO: '../shop' }), '/srv/guardian');
    expect(places).toMatchObject({
      data: '/srv/guardian/data',
      outbox: '/srv/guardian/data/outbox',
      repository: '/srv/shop',
      isRepositoryRequired: true,
    });
    expect(placesOf(await load({}), '/srv/guardian')).toMatchObject({
      repository: '/srv/guardian',
      isRepositoryRequired: false,
    });
  });
});
