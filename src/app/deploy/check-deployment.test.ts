import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudRunServer, startCloudRun } from '../../../test/fixtures/cloud-run-server/index.ts';
import { type CloudRunTarget, createCloudRunTarget } from '../../adapters/targets/cloud-run/index.ts';
import { createSettingHash, type Deployment } from '../../core/deploy/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { checkDeployment, checkSecrets } from './check-deployment.ts';

const IMAGE = 'europe-west1-docker.pkg.dev/shop-project/images/shop:first';
const messages = messagesFor('en');
const { doctor: say } = messages.deploying;

function variable(name: string, secret: string, version: string) {
  return { name, valueSource: { secretKeyRef: { secret, version } } };
}

describe('the doctor of a service on Cloud Run', () => {
  let server: CloudRunServer;
  let target: CloudRunTarget;
  beforeEach(async () => {
    const env = [variable('API_KEY', 'api-key', '3'), variable('MAIL_KEY', 'mail-key', 'latest')];
    server = await startCloudRun({
      image: IMAGE,
      says: 'hello',
      service: { template: { containers: [{ image: IMAGE, env }] } },
    });
    target = createCloudRunTarget({
      ...{ name: 'shop', service: 'shop', cloudRunService: 'shop', project: server.project, region: server.region },
      hash: createSettingHash('key of this test'),
      redactor: { text: (text) => text },
      clock: { now: () => Date.now() },
      tokens: server.tokens,
      addresses: {
        ...{ run: server.url, monitoring: server.url, logging: server.url, secrets: server.url },
        registry: (host) => `${server.url}/registry/${host}`,
      },
      knobs: { requestMs: 5_000, tries: 2, firstWaitMs: 1, longestWaitMs: 5, operationMs: 5_000, lookMs: 5 },
    });
  });
  afterEach(() => server.close());

  const opened = () => ({ target, missingPermissions: target.missingPermissions, secretStates: target.secretStates });
  const look = (newest: Deployment | null = null) => checkDeployment(opened(), newest, messages);
  const google = (status: number, code: string, message: string) => ({
    status,
    body: JSON.stringify({ error: { code: status, status: code, message } }),
  });

  it('says that all is well, and what runs', async () => {
    expect(await look()).toMatchObject({ outcome: 'ok', detail: expect.stringContaining('100 %') });
  });

  it.each([
    [
      'an API that is off',
      google(
        403,
        'PERMISSION_DENIED',
        'Cloud Run Admin API has not been used in project 1234 before or it is disabled. Enable it by visiting the console.',
      ),
      say.apiOffRemedy,
    ],
    [
      'a quota that is used up',
      google(429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Read requests'"),
      say.quotaRemedy,
    ],
    [
      'a service account that may not be used',
      google(403, 'PERMISSION_DENIED', "Permission 'iam.serviceaccounts.actAs' denied on service account shop@x"),
      say.accountRemedy,
    ],
    [
      'a role that is missing',
      google(403, 'PERMISSION_DENIED', "Permission 'run.services.get' denied"),
      say.rolesRemedy,
    ],
  ])('names %s, with what it was told and what to do', async (_, how, remedy) => {
    server.faults.add({ match: /^GET \/v2\/.*\/services\/shop$/, times: 2, how });
    const { outcome, error } = await look();
    expect(outcome).toBe('failed');
    expect(error!.about.reason).toContain((JSON.parse(how.body) as { error: { message: string } }).error.message);
    expect(error!.about.remedy).toBe(remedy);
  });

  it('names each permission that is missing', async () => {
    server.permissions = ['run.services.get', 'run.revisions.list', 'run.services.getIamPolicy'];
    const { error } = await look();
    expect(error!.about).toMatchObject({
      reason: expect.stringContaining('run.services.update'),
      remedy: say.rolesRemedy,
    });
  });

  it('names an image that the registry does not give', async () => {
    server.faults.add({ match: /\/registry\//, times: 9, how: { status: 403 } });
    const { outcome, error } = await look();
    expect([outcome, error?.about.remedy]).toEqual(['failed', say.registryRemedy]);
  });

  it('says what the last deployment was told, and what to do about that', async () => {
    const problem = 'Revision shop-b2 is not ready: Service account shop@x does not exist';
    const newest = { phase: 'rolled_back', reason: 'target_refused', reasonFacts: { problem }, buildId: 2 };
    const { outcome, detail } = await look(newest as unknown as Deployment);
    expect(outcome).toBe('note');
    expect(detail).toContain(problem);
    expect(detail).toContain(say.accountRemedy);
  });

  it('C11: tells secrets of the running revision that changed since, are older, disabled, or cannot be looked at', async () => {
    const secrets = () => checkSecrets(opened(), messages);
    const before = Date.now() - 3_600_000;
    server.secrets.set('api-key', { version: 3, createdAt: before, state: 'ENABLED' });
    server.secrets.set('mail-key', { version: 7, createdAt: before, state: 'ENABLED' });
    expect(await secrets()).toMatchObject({ outcome: 'ok', detail: say.secretsCurrent(2) });
    server.secrets.set('api-key', { version: 4, createdAt: before, state: 'ENABLED' });
    server.secrets.set('mail-key', { version: 8, createdAt: Date.now() + 3_600_000, state: 'ENABLED' });
    const changed = await secrets();
    expect(changed).toMatchObject({ outcome: 'note' });
    expect(changed!.detail).toContain('API_KEY of the running revision is version 3 of api-key, whose newest is 4');
    expect(changed!.detail).toContain('MAIL_KEY reads the latest of mail-key, whose version 8 was made after');
    server.secrets.set('mail-key', { version: 8, createdAt: before, state: 'DISABLED' });
    expect(await secrets()).toMatchObject({ outcome: 'failed' });
    server.secrets.clear();
    expect((await secrets())!.detail).toContain('could not be looked at');
    expect(server.requests.some((request) => request.includes(':access'))).toBe(false);
    expect(await checkSecrets({ ...opened(), secretStates: null }, messages)).toBeNull();
  });
});
