import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployTargetContract } from '../../../../test/contract/deploy-target.ts';
import { driveTarget, keptRevisions, openTarget } from '../../../../test/fixtures/driven-target.ts';
import { type StandInDocker, standInDocker } from '../../../../test/fixtures/stand-in-docker.ts';
import { createSettingHash, settingsDifference } from '../../../core/deploy/index.ts';
import { type GuardianError, messagesFor } from '../../../core/shared/index.ts';
import { freePort } from '../../free-port.ts';
import type { SupervisedTarget } from '../process/supervised-target.ts';
import { usedBytes } from './compose-model.ts';
import { type ComposeTargetOptions, createComposeTarget } from './index.ts';

const FILE = {
  services: {
    shop: {
      image: 'registry.example.org/shop:1',
      container_name: 'shop',
      build: '.',
      ports: ['80:8080'],
      command: ['serve', '--token=hunter2'],
      environment: { LANGUAGE: 'fr' },
      depends_on: ['database'],
      volumes: ['data:/data'],
      healthcheck: { test: ['CMD', 'true'] },
      ulimits: { nofile: 1_024 },
      'x-future': { isKept: true },
    },
    database: { image: 'postgres:17.5' },
  },
  networks: { default: null },
  volumes: { data: {} },
};

const ask = (address: string, path = '/') =>
  fetch(new URL(path, address)).then(
    (reply) => reply.text(),
    () => '',
  );

async function composeTarget(folder: string) {
  const docker = standInDocker(join(folder, 'docker'));
  const file = join(folder, 'compose.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(FILE));
  const options: ComposeTargetOptions = {
    name: 'shop',
    service: 'shop',
    file,
    composeService: 'shop',
    project: 'site',
    containerPort: 8_080,
    host: '127.0.0.1',
    port: await freePort(),
    healthPath: '/healthz',
    base: { PATH: `${docker.folder}:${process.env.PATH}` },
    environment: { COLOR: 'red' },
    memoryBytes: null,
    timeoutMs: 30_000,
    folder: join(folder, 'target'),
    hash: createSettingHash('key of this test'),
    redactor: { text: (text) => text },
  };
  return { docker, options, target: createComposeTarget(options) };
}

// The engine is not here: a program stands for `docker`, and runs containers as processes.
deployTargetContract('Docker Compose, with a program that stands for docker', async () => {
  const { docker, target, close } = await openTarget(composeTarget);
  docker.build('registry.example.org/shop:1', 'apples', 'registry');
  docker.build('shop:local', 'pears', 'machine');
  return {
    target,
    artifacts: ['registry.example.org/shop:1', 'shop:local'],
    missing: 'registry.example.org/shop:never-pushed',
    ask,
    forgetsRetired: true,
    saying: (artifact) => (artifact === 'shop:local' ? 'pears' : 'apples'),
    close,
  };
});

describe('a service of a Compose file', () => {
  let folder: string;
  let docker: StandInDocker;
  let options: ComposeTargetOptions;
  let target: SupervisedTarget;
  let close: () => Promise<void>;
  let driven: ReturnType<typeof driveTarget>;

  beforeEach(async () => {
    ({ folder, docker, options, target, close } = await openTarget(composeTarget));
    driven = driveTarget(target);
    docker.build('registry.example.org/shop:1', 'apples', 'registry');
  });
  afterEach(() => close());

  const create = (environment: Record<string, string> = {}) => driven.create({ settings: { environment } });
  const modelOf = (revision: string) =>
    JSON.parse(readFileSync(join(options.folder, 'compose', revision, 'compose.json'), 'utf8')) as typeof FILE;

  it('C1, C2: keeps everything of the service but what a revision has of its own', async () => {
    const { made, settings, digest } = await create({ SIZE: 'large' });
    const { shop } = modelOf(made.name).services;
    expect(shop).toEqual({
      image: `registry.example.org/shop@${digest}`,
      restart: 'no',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in.
      ports: ['127.0.0.1:${PORT}:8080'],
      command: FILE.services.shop.command,
      environment: {
        LANGUAGE: 'fr',
        COLOR: null,
        SIZE: null,
        PORT: '8080',
        HOST: '0.0.0.0',
        GUARDIAN_REVISION: made.name,
      },
      volumes: ['data:/data'],
      healthcheck: { test: ['CMD', 'true'] },
      ulimits: { nofile: 1_024 },
      'x-future': { isKept: true },
    });
    expect(settingsDifference(settings, made.settings)).toEqual([]);
    expect(JSON.stringify(made)).not.toMatch(/hunter2|"large"|"fr"/);
  });

  it('finds the data and the neighbours of the revision before: its volumes and networks are the file’s', async () => {
    const { made } = await create();
    expect(modelOf(made.name)).toMatchObject({
      volumes: { data: { name: 'site_data', external: true } },
      networks: { default: { name: 'site_default', external: true } },
    });
    expect(Object.keys(modelOf(made.name).services)).toEqual(['shop']);
  });

  it('C11: writes values of the environment into no compose file, and gives the container its own alone', async () => {
    const { made } = await create({ PASSWORD: 'hunter4' });
    const place = join(options.folder, 'compose', made.name);
    expect(readFileSync(join(place, 'compose.json'), 'utf8')).not.toContain('hunter4');
    expect(statSync(join(place, 'compose.json')).mode & 0o077).toBe(0);
    const { address } = (await target.readBack('dep/1')).revision!;
    const seen = JSON.parse(await ask(address!, '/environment')) as Record<string, string>;
    expect(seen).toMatchObject({ PASSWORD: 'hunter4', COLOR: 'red', LANGUAGE: 'fr' });
    expect(seen.PATH).toBeUndefined();
  });

  it('a revision keeps what it was made with when the file changes', async () => {
    const { made } = await create();
    const changed = structuredClone(FILE) as unknown as { services: { shop: Record<string, unknown> } };
    changed.services.shop.ulimits = { nofile: 4_096 };
    writeFileSync(options.file, JSON.stringify(changed));
    const state = await target.describe();
    expect(state.revisions[0]!.settings).toEqual(made.settings);
    expect(settingsDifference(made.settings, state.settings).map(({ path }) => path)).toEqual(['other.ulimits']);
  });

  it('C7: starts the digest that was planned, and refuses when the tag has moved since', async () => {
    const { intent } = await driven.intend();
    docker.build('registry.example.org/shop:1', 'something else', 'registry');
    await expect(target.createRevision(intent)).rejects.toMatchObject({ code: 'target_refused' });
  });

  it('starts a container again that ends, and says how it does', async () => {
    const { made } = await create();
    await driven.all(made.name);
    const { address } = await target.describe();
    await ask(address!, '/exit');
    await expect.poll(() => ask(address!)).toBe('apples red');
    expect(await target.vitals(made.name)).toMatchObject({ restarts: 1, crashes: 1, memoryBytes: 12.5 * 1024 ** 2 });
    expect(await target.logs(made.name, 1)).toEqual(['up: apples']);
  });

  it('clears away what revisions that are gone have left, when the next one is made', async () => {
    const { made } = await create();
    await driven.retire(made.name);
    await expect.poll(() => keptRevisions(options)).toEqual([]);
    expect(readdirSync(join(options.folder, 'compose'))).toEqual([]);
    await create();
    expect(docker.calls().filter((call) => call.includes(' down '))).toEqual([
      `compose --project-name site-rev-${made.name} down --remove-orphans --timeout 8`,
    ]);
  });

  it('leaves the revisions of a neighbour alone whose name begins with its own', async () => {
    const api = { ...options, name: 'shop-api', service: 'shop-api', folder: join(folder, 'api') };
    const neighbour = createComposeTarget({ ...api, port: await freePort() });
    try {
      expect((await driveTarget(neighbour).create()).made.name).toBe('shop-api-1');
      await create();
      await target.shutDown();
      const downs = docker.calls().filter((call) => call.includes(' down '));
      expect(downs.filter((call) => call.includes('shop-api'))).toEqual([]);
      expect(downs).toHaveLength(1);
    } finally {
      await neighbour.shutDown();
    }
  });

  it('is out of reach without docker, and refuses a file without the service', async () => {
    await expect(
      createComposeTarget({ ...options, program: '/no/docker' }).plan({
        artifact: null,
        commit: null,
        settings: {},
        unset: [],
      }),
    ).rejects.toMatchObject({ code: 'target_unreachable' });
    const wrong = createComposeTarget({ ...options, composeService: 'shopp' });
    await expect(wrong.describe()).rejects.toMatchObject({ code: 'target_refused' });
    const refused = await wrong.describe().catch((error: GuardianError) => error);
    expect((refused as GuardianError).explain(messagesFor('fr')).message).toBe(
      `La cible de déploiement shop a refusé : ${options.file} n’a pas de service shopp.`,
    );
  });

  it('reads what docker stats says', () => {
    expect(['512B / 1GiB', '1.5kB / 1GiB', '3GiB / 4GiB', '--'].map(usedBytes)).toEqual([
      512,
      1_500,
      3 * 1024 ** 3,
      null,
    ]);
  });
});
