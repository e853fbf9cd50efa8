import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  driveTarget,
  hasEnded,
  keptRevisions,
  openTarget,
  processTarget,
  supervisorOf,
} from '../../../../test/fixtures/driven-target.ts';
import type { ProcessTargetOptions } from './process-target.ts';

const BROKEN = "} ); throw new Error('no database');({ listen() { ";
const MEGABYTE = 1024 * 1024;
/** Says that it has begun, and goes on until it is told that it may end. */
const BUILD = `const fs = require('node:fs');
fs.writeFileSync('../../building', String(process.pid));
setInterval(() => fs.existsSync('../../built') && process.exit(0), 20);`;

describe('a service of processes, when something goes wrong', () => {
  let close: () => Promise<void> = async () => undefined;
  afterEach(() => close());

  async function open(launch: Partial<ProcessTargetOptions['launch']> = {}) {
    const opened = await openTarget((folder) => processTarget(folder, launch));
    close = opened.close;
    const address = `http://127.0.0.1:${opened.options.launch.port}`;
    const ask = (path = '/') =>
      fetch(`${address}${path}`).then(
        (reply) => reply.text(),
        () => '',
      );
    const at = (...names: string[]) => join(opened.options.folder, ...names);
    return { ...opened, ...driveTarget(opened.target), ask, at };
  }

  it('a supervisor that is only being started is stopped too', async () => {
    const { target, options, at } = await open();
    const starting = target.ensure().catch(() => undefined);
    await expect.poll(() => existsSync(at('launch.json')), { interval: 1 }).toBe(true);
    await target.shutDown();
    await starting;
    await expect.poll(() => hasEnded(supervisorOf(options))).toBe(true);
  });

  it('a revision is pending for as long as its build takes, and no failure', async () => {
    const { service, target, intend, at } = await open({ build: [process.execPath, '-e', BUILD] });
    const { intent } = await intend({ artifact: service.commit('apples') });
    expect(await target.createRevision(intent)).toMatchObject({ address: null, isReady: false });
    expect(await target.readBack(intent.id)).toMatchObject({ isPending: true, revision: { name: 'shop-1' } });
    writeFileSync(at('built'), '');
    const isReady = async () => (await target.readBack(intent.id)).revision?.isReady;
    await expect.poll(isReady).toBe(true);
  });

  it('a revision that is retired while it is built ends with its build, and is never started', async () => {
    const { service, target, intend, retire, options, at } = await open({ build: [process.execPath, '-e', BUILD] });
    const { intent } = await intend({ artifact: service.commit('apples') });
    void target.createRevision(intent).catch(() => undefined);
    await expect.poll(() => existsSync(at('building')) && readFileSync(at('building'), 'utf8')).toMatch(/^\d+$/);
    const build = Number(readFileSync(at('building'), 'utf8'));
    await retire('shop-1');
    expect(await target.readBack(intent.id)).toMatchObject({ isPending: false });
    await expect.poll(() => hasEnded(build)).toBe(true);
    await expect.poll(() => keptRevisions(options)).toEqual([]);
    expect(readdirSync(at('revisions'))).toEqual([]);
  });

  it('a revision that is retired while it is asked whether it takes requests is ended all the same', async () => {
    const { service, target, intend, retire, options, at } = await open();
    const answered = `const timer = setInterval(() => {
      if (!require('node:fs').existsSync('../../answer')) return;
      clearInterval(timer);
      response.end('ok');
    }, 10);`;
    const slow = `if (request.url === '/healthz') { console.log('asked'); ${answered} return; }`;
    const { intent } = await intend({ artifact: service.commit('apples', slow) });
    await target.createRevision(intent);
    await expect.poll(() => target.logs('shop-1', 5)).toContain('asked');
    const { pid } = keptRevisions(options)[0]!;
    await retire('shop-1');
    writeFileSync(at('answer'), '');
    await expect.poll(() => hasEnded(pid!)).toBe(true);
    await expect.poll(() => keptRevisions(options)).toEqual([]);
  });

  it('serves on where its state cannot be written, changes nothing then, and goes on when it can', async () => {
    const { service, target, create, all, options, ask, at } = await open();
    const { made } = await create({ artifact: service.commit('apples') });
    await all(made.name);
    const next = await create({ artifact: service.commit('pears') });
    const supervisor = supervisorOf(options);
    mkdirSync(at('state.json.new'));
    await expect(all(next.made.name)).rejects.toMatchObject({ code: 'target_unreachable' });
    expect((await target.describe()).traffic.shares).toEqual([{ revision: made.name, percent: 100 }]);
    expect(await ask()).toBe('apples red');
    await ask('/exit');
    await expect.poll(() => ask()).toBe('apples red');
    expect((await target.readBack('dep/1')).revision?.isReady).toBe(true);
    rmSync(at('state.json.new'), { recursive: true });
    await all(next.made.name);
    expect(await ask()).toBe('pears red');
    expect(supervisorOf(options)).toBe(supervisor);
    expect(keptRevisions(options).map(({ restarts }) => restarts)).toEqual([0, 1]);
  });

  it('is started again where nothing can be written, as long as it is to run as before', async () => {
    const { service, target, create, all, options, ask, at } = await open();
    const { made } = await create({ artifact: service.commit('apples') });
    await all(made.name);
    const killed = supervisorOf(options);
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => hasEnded(killed)).toBe(true);
    mkdirSync(at('launch.json.new'));
    rmSync(at('supervisor.pid'));
    mkdirSync(at('supervisor.pid'));
    await target.ensure();
    expect(await ask()).toBe('apples red');
    rmSync(at('launch.json.new'), { recursive: true });
  });

  it('outlives a question that is none, or breaks off', async () => {
    const { target, options, at } = await open();
    await target.ensure();
    const supervisor = supervisorOf(options);
    const post = (text: string, breaksOff: boolean) =>
      new Promise<string>((resolve) => {
        const asked = request({ socketPath: at('control.sock'), method: 'POST' }, (reply) => {
          reply.setEncoding('utf8').once('data', resolve);
        });
        asked.once('error', (error) => resolve(error.message));
        asked.write(text, () => (breaksOff ? asked.destroy(new Error('gone')) : asked.end()));
      });
    expect(await post('{"kind":', false)).toContain('"failed"');
    expect(await post('{"kind":', true)).toBe('gone');
    await target.ensure();
    expect(supervisorOf(options)).toBe(supervisor);
    expect(hasEnded(supervisor)).toBe(false);
  });

  it('of revisions that failed it keeps the newest alone', async () => {
    const { service, target, intend, options, at } = await open();
    for (const number of [1, 2, 3]) {
      const { intent } = await intend({ artifact: service.commit(`broken ${number}`, BROKEN) });
      await target.createRevision(intent).catch(() => undefined);
      await expect.poll(() => keptRevisions(options)[0]?.phase).toBe('failed');
    }
    await expect.poll(() => keptRevisions(options).map(({ name }) => name)).toEqual(['shop-3']);
    expect(readdirSync(at('revisions'))).toEqual(['shop-3']);
    expect((await target.logs('shop-3', 50)).join('\n')).toMatch(/Error/);
  });

  it('counts the memory of everything that a revision started, whatever starts it', async () => {
    const { service, target, create, all, ask } = await open({
      command: ['sh', '-c', '"$0" server.cjs; true', process.execPath],
    });
    const fill = `if (request.url === '/fill') globalThis.kept = Buffer.alloc(${300 * MEGABYTE}, 1);`;
    const { made } = await create({
      artifact: service.commit('apples', fill),
      settings: { memoryBytes: 250 * MEGABYTE },
    });
    await all(made.name);
    expect((await target.vitals(made.name)).memoryBytes).toBeGreaterThan(20 * MEGABYTE);
    expect(await target.vitals(made.name)).toMatchObject({ outOfMemory: 0 });
    await ask('/fill');
    await expect.poll(async () => (await target.vitals(made.name)).outOfMemory).toBe(1);
    await expect.poll(() => ask()).toBe('apples red');
  });
});
