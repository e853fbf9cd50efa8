import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deploymentDetail,
  deploymentSummary,
  deployReply,
  markersReply,
  targetsReply,
} from '../../src/contracts/api/deployments.ts';
import { pageOf } from '../../src/contracts/api/shared.ts';
import { BROKEN, type Deploying, openDeploying, startVisitors, type Visitors } from '../fixtures/deploying.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

describe('guardian deploy and guardian rollback', () => {
  let deploying: Deploying;
  let grafana: Receiver;
  let visitors: Visitors;
  let server: RunningServer | null;

  beforeEach(async () => {
    grafana = await startReceiver({ kind: 'answer', status: 200, body: '[]' });
    deploying = await openDeploying({ grafana: { url: grafana.url, token: 'glsa_1', every: '200ms' } });
    visitors = startVisitors(deploying.address);
    server = null;
  });
  afterEach(async () => {
    await visitors.stop();
    await server?.stop();
    await deploying.close();
    await grafana.stop();
  });

  const start = async () => {
    server = await startGuardian({ folder: deploying.folder });
    return server;
  };
  const said = async () => (await fetch(deploying.address)).text();
  const read = async <T>(path: string, contract: { parse(value: unknown): T }): Promise<T> =>
    contract.parse(await (await fetch(`${server!.url}${path}`)).json());
  const newest = async () => {
    const { items } = await read('/api/deployments', pageOf(deploymentSummary));
    return read(`/api/deployments/${items[0]!.id}`, deploymentDetail);
  };
  const deploy = (...args: string[]) => deploying.guardian('deploy', ...args, '--yes', '--url', server!.url);

  it('C4, C5: puts a good revision live in steps, takes a bad one back by itself, and goes back by hand', async () => {
    await start();
    const { service } = deploying;
    const apples = service.commit('apples');
    expect(await deploy(apples)).toMatchObject({ status: 0, output: expect.stringContaining('All traffic to shop-1') });
    expect(await said()).toContain('apples');

    const pears = service.commit('pears');
    const good = await deploy(pears);
    expect(good).toMatchObject({
      status: 0,
      output: expect.stringMatching(/Compared at 50 %: pass \(0 of \d+ failed/),
    });
    expect(await said()).toContain('pears');
    expect(await newest()).toMatchObject({
      state: 'watching',
      traffic: 100,
      revision: 'shop-2',
      previousRevision: 'shop-1',
      commitList: [{ hash: pears, subject: 'Say pears', author: 'Shop' }],
      steps: [{ percent: 50, state: 'passed', verdict: 'pass' }, { percent: 100 }],
      rollbackCommand: 'guardian rollback shop-1 --target shop --yes',
    });

    service.commit('worms', BROKEN);
    const bad = await deploy();
    expect(bad).toMatchObject({ status: 1, output: expect.stringContaining('Rolled back.') });
    expect(bad.output).toMatch(/Compared at 50 %: fail \(\d+ of \d+ failed \/ 0 failed|Compared at 50 %: fail/);
    // Pears had not passed its watch yet: apples is what was recorded as good before.
    expect(await said()).toContain('apples');
    const { items: targets } = await read('/api/deploy-targets', targetsReply);
    expect(targets).toMatchObject([
      { name: 'shop', traffic: [{ revision: expect.any(String), percent: 100 }], problem: null },
    ]);
    const from = new Date(Date.now() - 600_000).toISOString();
    const to = new Date(Date.now() + 60_000).toISOString();
    const markers = await read(`/api/markers?from=${from}&to=${to}`, markersReply);
    expect(new Set(markers.items.map(({ kind }) => kind))).toEqual(new Set(['deployment', 'promotion', 'rollback']));

    const alerts = (await (await fetch(`${server!.url}/api/alerts?state=firing`)).json()) as { items: object[] };
    expect(alerts.items).toContainEqual(
      expect.objectContaining({ type: 'TRAFFIC_PINNED', description: expect.stringContaining('pinned to shop-1') }),
    );
    const unknown = await deploying.guardian('rollback', 'shop-99', '--yes', '--url', server!.url);
    expect(unknown).toMatchObject({ status: 66, errors: expect.stringContaining('shop-2, shop-1') });
    const dry = await deploying.guardian('rollback', 'shop-2', '--dry-run', '--url', server!.url);
    expect(dry).toMatchObject({ status: 0, output: expect.stringContaining('Dry run') });
    expect(await said()).toContain('apples');
    const back = await deploying.guardian('rollback', 'shop-2', '--yes', '--url', server!.url);
    expect(back).toMatchObject({ status: 0 });
    expect(await said()).toContain('pears');
    expect(visitors.failed).toBe(0);
    expect(server!.errors()).toBe('');

    const annotated = () => grafana.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
    await expect.poll(annotated).toContainEqual(expect.stringContaining('"rollback"'));
    expect(annotated()).toContainEqual(expect.stringContaining('shop: All traffic to shop-1'));
  });

  it('ends the service for good, with what stood in front of it; the next deployment starts it again', async () => {
    const { service } = deploying;
    service.commit('apples');
    await start();
    expect(await deploy()).toMatchObject({ status: 0 });
    const url = ['--url', server!.url];
    const unasked = await deploying.guardian('deploy', '--end', ...url);
    expect(unasked).toMatchObject({ status: 64, errors: expect.stringContaining('--yes') });
    const over = await deploying.guardian('deploy', '--end', '--yes', ...url);
    expect(over).toMatchObject({
      status: 0,
      output: expect.stringContaining('Ended: shop of the target shop (shop-1)'),
    });
    await expect(said()).rejects.toThrow();
    // Who looks at it starts nothing.
    const { items } = await read('/api/deploy-targets', targetsReply);
    expect(items).toMatchObject([{ name: 'shop', traffic: [], revisions: [], problem: null }]);
    await expect(said()).rejects.toThrow();
    expect((await deploying.guardian('deploy', '--end', '--yes', ...url)).output).toContain(
      'Nothing of the target shop',
    );
    const audit = (await (await fetch(`${server!.url}/api/audit?limit=20`)).json()) as { items: { action: string }[] };
    expect(audit.items.map(({ action }) => action)).toContain('target ended');
    expect(await deploy()).toMatchObject({ status: 0 });
    expect(await said()).toContain('apples');
  });

  it('is held and let go on by hand, each a row of the audit trail', async () => {
    const { service } = deploying;
    service.commit('apples');
    await start();
    const url = ['--url', server!.url];
    await deploy();
    service.commit('pears');
    // A second each at least: time enough for a command on a busy machine.
    const under = deploying.begin('deploy', '--steps', '10,20,30,40,50,60,80,100', '--yes', ...url);
    const running = async () => {
      const { id, state, log } = await newest();
      return state === 'running' && log.some(({ step }) => step === 'check') ? id : '';
    };
    await expect.poll(running, { timeout: 60_000, interval: 50 }).not.toBe('');
    const { id } = await newest();
    const held = await deploying.guardian('deploy', '--hold', id, '--reason', 'prices', '--yes', ...url);
    expect(held).toMatchObject({ status: 0, output: expect.stringContaining(`--continue ${id}`) });
    expect(await under.ended).toMatchObject({ status: 75, output: expect.stringContaining('Somebody held it') });
    expect(await newest()).toMatchObject({ state: 'holding', mayPromote: true, mayHold: false });
    expect((await deploying.guardian('deploy', '--end', '--yes', ...url)).errors).toContain(id);
    expect(await deploying.guardian('deploy', '--continue', id, '--yes', ...url)).toMatchObject({ status: 0 });
    expect(await said()).toContain('pears');
    expect((await deploying.guardian('deploy', '--hold', id, '--yes', ...url)).status).toBe(73);
    const audit = (await (await fetch(`${server!.url}/api/audit?limit=20`)).json()) as { items: object[] };
    expect(audit.items).toContainEqual(expect.objectContaining({ action: 'deployment held', object: id }));
    expect(audit.items).toContainEqual(expect.objectContaining({ action: 'deployment carried on', object: id }));
  });

  it('writes nothing on a dry run, and asks before the first change', async () => {
    await start();
    deploying.service.commit('apples');
    const { url } = server!;
    const dry = await deploying.guardian('deploy', '--dry-run', '--url', url);
    expect(dry).toMatchObject({ status: 0, output: expect.stringContaining('Dry run: nothing was changed.') });
    const unasked = await deploying.guardian('deploy', '--url', url);
    expect(unasked).toMatchObject({ status: 64, errors: expect.stringContaining('--yes') });
    expect((await read('/api/deployments', pageOf(deploymentSummary))).items).toEqual([]);
    expect((await read('/api/deploy-targets', targetsReply)).items[0]?.traffic).toEqual([]);
    expect(existsSync(join(deploying.folder, 'docs'))).toBe(false);
    expect((await deploying.guardian('deploy', 'f'.repeat(40), '--dry-run', '--url', url)).errors).toContain('ffff');

    // The branch goes on between the plan and the word: what was agreed to is deployed, or nothing.
    const post = (asked: object) =>
      fetch(`${url}/api/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify(asked),
      });
    const { plan } = deployReply.parse(await (await post({ dryRun: true })).json());
    deploying.service.commit('pears');
    const refused = await post({ digest: plan.digest });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain(plan.digest);
    expect((await read('/api/deployments', pageOf(deploymentSummary))).items).toEqual([]);
  });

  it('C1: changes the one variable that is named, keeps the others, never prints a value', async () => {
    await start();
    deploying.service.commit('apples');
    await deploy('--set', 'COLOR=red', '--set', 'SECRET=hunter2');
    expect(await said()).toBe('apples red');
    const changed = await deploy('--set', 'COLOR=green');
    expect(changed).toMatchObject({
      status: 0,
      output: expect.stringContaining('environment.COLOR: changed (value not shown)'),
    });
    expect(changed.output).not.toContain('SECRET');
    expect(await said()).toBe('apples green');
    const removed = await deploying.guardian('deploy', '--unset', 'SECRET', '--dry-run', '--url', server!.url);
    expect(removed.output).toContain('environment.SECRET: removed (value not shown)');
    expect(JSON.stringify(await newest())).not.toMatch(/hunter2|green/);
  });

  it('works without a server, against the store; a server that starts later carries on', async () => {
    const { service, folder } = deploying;
    service.commit('apples');
    const first = deploying.begin('deploy', '--yes');
    await expect.poll(said, { timeout: 60_000, interval: 200 }).toContain('apples');
    first.interrupt();
    expect(await first.ended).toMatchObject({
      status: 130,
      output: expect.stringContaining('The server carries it on'),
    });
    service.commit('worms', BROKEN);
    const bad = await deploying.guardian('deploy', '--yes');
    expect(bad).toMatchObject({ status: 1, output: expect.stringContaining('All traffic is on shop-1.') });
    expect(await said()).toContain('apples');
    const files = readdirSync(join(folder, 'docs', 'deployments')).sort();
    expect(files.map((file) => file.replace(/^\d{4}-\d{2}-\d{2}/, 'DATE'))).toEqual([
      'DATE-shop-build-1.md',
      'DATE-shop-build-2.md',
      'README.md',
    ]);
    const log = readFileSync(join(folder, 'docs', 'deployments', files[1]!), 'utf8');
    expect(log).toContain('State: rolled back');
    expect(log).toContain('guardian rollback shop-1 --target shop --yes');
    await start();
    expect((await newest()).state).toBe('rolled back');
    expect(visitors.failed).toBe(0);
  });
});
