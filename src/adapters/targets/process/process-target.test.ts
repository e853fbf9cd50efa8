import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { deployTargetContract } from '../../../../test/contract/deploy-target.ts';
import type { DeployableService } from '../../../../test/fixtures/deployable-service.ts';
import {
  driveTarget,
  hasEnded,
  keptRevisions,
  openTarget,
  processTarget,
  supervisorOf,
} from '../../../../test/fixtures/driven-target.ts';
import { type GuardianError, messagesFor } from '../../../core/shared/index.ts';
import { createProcessTarget, type ProcessTarget, type ProcessTargetOptions } from './process-target.ts';

const ask = (address: string, path = '/') =>
  fetch(`${address}${path}`).then(
    (reply) => reply.text(),
    () => '',
  );

const HUNG = "if (request.url !== '/healthz') return console.log('asked');";

deployTargetContract('a process behind a reverse proxy', async () => {
  const { service, target, close } = await openTarget(processTarget);
  const artifacts = [service.commit('apples'), service.commit('pears')] as const;
  return {
    target,
    artifacts,
    missing: 'f'.repeat(40),
    ask,
    forgetsRetired: true,
    saying: (artifact) => (artifact === artifacts[0] ? 'apples' : 'pears'),
    close,
  };
});

describe('a service of processes', () => {
  let service: DeployableService;
  let options: ProcessTargetOptions;
  let target: ProcessTarget;
  let close: () => Promise<void>;
  let address: string;
  let driven: ReturnType<typeof driveTarget>;

  beforeEach(async () => {
    ({ service, options, target, close } = await openTarget(processTarget));
    driven = driveTarget(target);
    address = `http://127.0.0.1:${options.launch.port}`;
  });
  afterEach(() => close());

  const create = async (artifact: string) => (await driven.create({ artifact })).made.name;
  const all = (revision: string) => driven.all(revision);
  const supervisor = () => supervisorOf(options);

  it('answers 503 while nobody takes requests', async () => {
    await target.ensure();
    expect((await fetch(address)).status).toBe(503);
  });

  it('passes bodies, headers and several cookies through, and says who asked', async () => {
    const revision = await create(service.commit('apples'));
    await all(revision);
    const reply = await fetch(address);
    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const body = 'x'.repeat(300_000);
    const echoed = await fetch(`${address}/echo`, { method: 'POST', body });
    expect(await echoed.text()).toBe(body);
    const streamed = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('in parts'));
        controller.close();
      },
    });
    const request = { method: 'POST', body: streamed, duplex: 'half' } as RequestInit;
    expect(await (await fetch(`${address}/echo`, request)).text()).toBe('in parts');
  });

  it('loses no request when a hung revision is taken off: what it had not answered is asked elsewhere', async () => {
    const good = await create(service.commit('apples'));
    await all(good);
    const hung = await create(service.commit('hung', HUNG));
    await all(hung);
    const asked = Array.from({ length: 50 }, () => fetch(address).then((reply) => reply.text()));
    await expect.poll(async () => (await target.logs(hung, 100)).filter((line) => line === 'asked').length).toBe(50);
    await all(good);
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['apples red']));
  });

  it('never asks twice what may only be asked once', async () => {
    const good = await create(service.commit('apples'));
    const hung = await create(service.commit('hung', HUNG));
    await all(hung);
    const posted = fetch(`${address}/echo`, { method: 'POST', body: 'order' });
    await expect.poll(() => target.logs(hung, 5)).toContain('asked');
    await all(good);
    await driven.retire(hung, { drainMs: 500 });
    expect((await posted).status).toBe(502);
  });

  it('lets streams and WebSockets of the old revision end within the drain, and no longer', async () => {
    const old = await create(service.commit('apples'));
    await all(old);
    const stream = await fetch(`${address}/stream`);
    const reader = stream.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: apples\n\n');
    const socket = new WebSocket(address.replace('http', 'ws'));
    expect(await new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))).toBe('apples');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await all(await create(service.commit('pears')));
    await driven.retire(old, { drainMs: 500 });
    expect((await target.describe()).revisions.map(({ name }) => name)).not.toContain(old);
    await closed;
    await expect(reader.read()).rejects.toThrow();
    expect(await ask(address)).toBe('pears red');
  });

  it('stops a revision that is kept once it is drained, and starts it again for a rollback; within the drain it is there at once', async () => {
    const old = await create(service.commit('apples'));
    await all(old);
    const next = await create(service.commit('pears'));
    const stream = await fetch(`${address}/stream`);
    await all(next);
    const rest = (drainMs: number) => driven.retire(old, { drainMs, keeps: true });
    await rest(60_000);
    await all(old);
    expect(await ask(address)).toBe('apples red');
    await stream.body!.cancel();
    await all(next);
    await rest(10);
    await expect.poll(async () => (await target.vitals(old)).instances, { timeout: 30_000 }).toBe(0);
    const killed = supervisor();
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => hasEnded(killed), { timeout: 30_000 }).toBe(true);
    await target.ensure();
    expect((await target.describe()).revisions.map(({ name, address: own }) => [name, own === null])).toEqual([
      [next, false],
      [old, true],
    ]);
    const given = () =>
      all(old).then(
        () => '',
        (error: Error) => error.message,
      );
    await expect.poll(given, { timeout: 30_000 }).toBe('');
    expect(await ask(address)).toBe('apples red');
    expect(await target.vitals(old)).toMatchObject({ instances: 1, restarts: 0, crashes: 0 });
  });

  it('starts a revision again that ends by itself, and counts it', async () => {
    const revision = await create(service.commit('apples'));
    await all(revision);
    await ask(address, '/exit');
    await expect.poll(() => ask(address)).toBe('apples red');
    expect(await target.vitals(revision)).toMatchObject({ restarts: 1, crashes: 1 });
  });

  it('says in the reader’s language what its supervisor refuses', async () => {
    await create(service.commit('apples'));
    const french = (asked: Promise<unknown>) =>
      asked.then(
        () => '',
        (error: GuardianError) => error.explain(messagesFor('fr')).message,
      );
    const split = { shares: [{ revision: 'shop-9', percent: 100 }], followsLatest: true };
    expect(await french(target.setTraffic({ id: 'dep/9', sequence: 9, split }))).toBe(
      'La cible de déploiement shop a refusé : la révision shop-9 ne tourne pas.',
    );
    expect(await french(target.setTraffic({ id: 'dep/0', sequence: 0, split }))).toBe(
      'La cible de déploiement shop a refusé : l’étape 0 est arrivée après l’exécution de l’étape 1.',
    );
    expect(await french(target.vitals('shop-9'))).toBe(
      'La cible de déploiement shop a refusé : il n’y a pas de révision shop-9.',
    );
  });

  it('refuses a revision that never answers, with what it said last', async () => {
    const broken = service.commit('broken', "} ); throw new Error('no database');({ listen() { ");
    const { intent } = await driven.intend({ artifact: broken });
    await target.createRevision(intent).catch(() => undefined);
    await expect
      .poll(() =>
        target.createRevision(intent).then(
          () => '',
          (error: Error) => error.message,
        ),
      )
      .toMatch(/Error/);
    const failed = await target.createRevision(intent).catch((error: GuardianError) => error);
    expect((failed as GuardianError).explain(messagesFor('fr')).message).toMatch(
      /^La cible de déploiement shop a refusé : terminée \(1\) avant d’avoir répondu\n[\s\S]*Error: /,
    );
    expect((await target.readBack(intent.id)).revision).toBeNull();
  });

  it('serves on when Guardian ends, and its supervisor takes the processes over when that is killed', async () => {
    const revision = await create(service.commit('apples'));
    await all(revision);
    const { pid } = keptRevisions(options)[0]!;
    process.kill(supervisor(), 'SIGKILL');
    await expect.poll(() => ask(address)).toBe('');
    const next = createProcessTarget(options);
    await next.ensure();
    expect(await ask(address)).toBe('apples red');
    expect(keptRevisions(options)[0]?.pid).toBe(pid);
  });

  it('keeps values of the environment in one file that is its owner’s alone', async () => {
    await all(await create(service.commit('apples')));
    const names = readdirSync(options.folder);
    const open = names.filter((name) => (statSync(join(options.folder, name)).mode & 0o077) !== 0);
    expect(open.filter((name) => name !== 'revisions')).toEqual([]);
    expect(statSync(options.folder).mode & 0o077).toBe(0);
  });

  it('measures each revision by what its clients got, and says when it cannot look back', async () => {
    const revision = await create(
      service.commit('apples', "if (request.url === '/bad') return response.writeHead(500).end();"),
    );
    await all(revision);
    const from = Date.now();
    for (let index = 0; index < 20; index++) await ask(address, index < 5 ? '/bad' : '/');
    const window = { service: 'shop', revision, samples: 10 };
    const to = Math.ceil((Date.now() + 1) / 1_000) * 1_000;
    const measured = await target.metrics.read({ ...window, from, to });
    expect(measured).toMatchObject({ requests: 20, errors: 5 });
    expect(measured.latenciesMs).toHaveLength(10);
    await expect(target.metrics.read({ ...window, from: from - 86_400_000, to })).rejects.toMatchObject({
      code: 'target_unreachable',
    });
  });

  it('ends a revision that takes more memory than it may, and counts it', async () => {
    const artifact = service.commit('apples');
    const { intent } = await driven.intend({ artifact, settings: { memoryBytes: 8 * 1024 * 1024 } });
    const failed = () =>
      target.createRevision(intent).then(
        () => false,
        () => true,
      );
    await expect.poll(failed).toBe(true);
  });

  it('ended for good is started by nobody who asks, only by the next revision', async () => {
    const first = await create(service.commit('apples'));
    await all(first);
    const ended = supervisor();
    expect(await target.end!()).toEqual([first]);
    await expect.poll(() => hasEnded(ended)).toBe(true);
    await target.ensure();
    const other = createProcessTarget(options);
    expect(await other.describe()).toMatchObject({ revisions: [], traffic: { shares: [] } });
    await expect(fetch(address)).rejects.toThrow();
    expect(await other.end!()).toEqual([]);
    expect(readFileSync(join(options.folder, 'state.json'), 'utf8')).not.toContain('COLOR');
    await all(await create(service.commit('pears')));
    expect(await ask(address)).toContain('pears');
  });

  it('ended after its supervisor was killed leaves no process of it behind', async () => {
    const first = await create(service.commit('apples'));
    await all(first);
    const { port } = keptRevisions(options)[0]!;
    const killed = supervisor();
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => hasEnded(killed), { timeout: 30_000 }).toBe(true);
    expect(await target.end!()).toEqual([first]);
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    await expect(fetch(address)).rejects.toThrow();
  });
});
