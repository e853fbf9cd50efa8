import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { createWorld } from '../../core/deploy/deployer-fixtures.ts';
import { openBuildTagFile } from './build-tag-file.ts';
import { createDeploymentLogs } from './keep-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log of deployments', () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();

  async function deployed() {
    const world = createWorld();
    const { id } = await world.deployer.deploy(world.request());
    return { world, deployment: await world.run(id) };
  }

  it('C13: writes a file of each deployment and their index, and commits nothing by itself', async () => {
    git('init', '--quiet');
    const { world, deployment } = await deployed();
    const configuration = configurationSchema.parse({});
    const logs = createDeploymentLogs({ configuration, folder, store: world.store });
    await logs.keep(deployment);
    const place = join(folder, 'docs', 'deployments');
    const [file] = readdirSync(place);
    expect(readFileSync(join(place, file!), 'utf8')).toContain('State: promoted');
    expect(readFileSync(join(place, 'README.md'), 'utf8')).toContain(file);
    expect(() => git('rev-parse', '--verify', '--quiet', 'HEAD')).toThrow();
  });

  it('C13: commits these files alone where it is told to, and not again while they say the same', async () => {
    git('init', '--quiet');
    writeFileSync(join(folder, 'half-done.txt'), 'mine');
    git('add', 'half-done.txt');
    const { world, deployment } = await deployed();
    const configuration = configurationSchema.parse({ deploy: { isLogCommitted: true } });
    const logs = createDeploymentLogs({ configuration, folder, store: world.store });
    await logs.keep(deployment);
    await logs.keep(deployment);
    await logs.catchUp();
    expect(git('log', '--format=%an %s').split('\n')).toEqual([expect.stringContaining('Guardian Deployment log: ')]);
    expect(git('show', '--stat', '--format=', 'HEAD')).not.toContain('half-done.txt');
    expect(git('diff', '--cached', '--name-only')).toBe('half-done.txt');
  });
});

describe('build_tag.txt', () => {
  it('C3: is read, kept in step, and never made where there was none; a text in it stops nothing', () => {
    mkdirSync(join(folder, 'service'));
    const path = join(folder, 'service', 'build_tag.txt');
    const tag = openBuildTagFile(path);
    expect(tag.read()).toBe(0);
    tag.write(7);
    expect(readdirSync(join(folder, 'service'))).toEqual([]);
    writeFileSync(path, 'deploy-20251008-183707\n');
    expect(tag.read()).toBe(0);
    tag.write(143);
    expect(tag.read()).toBe(143);
  });
});
