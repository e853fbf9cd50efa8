import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../config/schema.ts';
import { triggerCheck, wireHelp } from './wire-help.ts';

const ACCOUNT = 'push@project.iam.gserviceaccount.com';
const help = (sources: object = {}) => wireHelp(configurationSchema.parse({ sources }), 'cluster-1');

describe('what the serving thread knows of wire formats', () => {
  it('is the DSN that an envelope carries, packed or not, and nothing of what is none', () => {
    const { readEnvelopeDsn } = help();
    const key = '0123456789abcdef0123456789abcdef';
    const dsn = `https://${key}@guardian.example/1`;
    const body = Buffer.from(`${JSON.stringify({ dsn })}\n{"type":"event"}\n{}\n`);
    expect(readEnvelopeDsn(body, null)).toEqual({ key, project: '1' });
    for (const other of ['', '{}', '{"dsn":7}\n', '\0'.repeat(100)])
      expect(readEnvelopeDsn(Buffer.from(other), null)).toBeNull();
  });

  it('checks pushes only when it is said who may push: a token of the right audience alone proves nobody', async () => {
    expect(help().verifyPush).toBeNull();
    expect(help({ pushAudience: 'https://guardian.example/push' }).verifyPush).toBeNull();
    const { verifyPush } = help({ pushAudience: 'https://guardian.example/push', pushServiceAccount: ACCOUNT });
    expect(await verifyPush!('')).toBe('refused');
  });
});

describe('the trigger', () => {
  const check = (reports: object, sources: object = {}) =>
    triggerCheck(configurationSchema.parse({ reports, sources }));

  it('is off without a token and without an audience', () => {
    expect(check({})).toEqual({ token: null, verify: null });
    expect(check({ triggerToken: 'a-long-enough-token' })).toEqual({ token: 'a-long-enough-token', verify: null });
  });

  it('takes tokens of Cloud Scheduler when audience and account are known', async () => {
    const { verify } = check({ triggerAudience: 'https://guardian.example' }, { pushServiceAccount: ACCOUNT });
    expect(await verify!('')).toBe('refused');
  });
});
