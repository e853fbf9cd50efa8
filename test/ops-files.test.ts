import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import cloudRunConfiguration from '../ops/cloud-run/guardian.config.ts';
import { freePort } from '../src/adapters/free-port.ts';
import { configurationSchema } from '../src/config/schema.ts';
import { METRICS_PATH } from '../src/contracts/metrics.ts';
import { bytesOf, copiesOf, createIgnore, makeImageTree, stagesOf } from './fixtures/image-tree.ts';
import { writeProgram } from './fixtures/write-program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('ops/docker/Dockerfile');
const ignore = read('ops/docker/Dockerfile.dockerignore');
const stages = stagesOf(dockerfile);
const last = stages.at(-1)!;
const valuesOf = (keyword: string) => last.filter((one) => one.keyword === keyword).map(({ value }) => value);

interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { environment: string }>;
  volumes: Record<string, null>;
}
interface ComposeService {
  image: string;
  user?: string;
  build?: { context: string; dockerfile: string };
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  secrets?: { source: string; target: string; uid: string }[];
  depends_on?: unknown;
  profiles?: string[];
  [key: string]: unknown;
}
const compose = parse(read('ops/docker/compose.yaml')) as Compose;
const services = Object.entries(compose.services);

interface CloudRunFile {
  metadata: { name: string };
  spec: {
    template: {
      metadata: { annotations: Record<string, string> };
      spec: {
        timeoutSeconds: number;
        containers: {
          image: string;
          resources: { limits: Record<string, string> };
          ports: { containerPort: number }[];
          env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string } } }[];
          startupProbe: { httpGet: { path: string } };
          livenessProbe: { httpGet: { path: string } };
          volumeMounts: { name: string; mountPath: string }[];
        }[];
        volumes: { name: string; secret: { items: { path: string }[] } }[];
      };
    };
  };
}
const cloudRun = parse(read('ops/cloud-run/service.yaml')) as CloudRunFile;

describe('the Dockerfile', () => {
  it('is one: no instruction or flag that Docker does not know', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate('FROM node\nRUNN npm install\n')).not.toEqual([]);
  });

  it('has stages, each of the pinned Node', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
    expect(stages.map(([from]) => from!.value.split(' AS ')[1] ?? null)).toEqual(['build', 'dependencies', null]);
    for (const [from] of stages) expect(from!.value).toMatch(new RegExp(`^node:${devDependencies.node}-\\w+`));
  });

  it('C12: does not run as root, and tells whether it is healthy', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    expect(last.findIndex(({ keyword }) => keyword === 'USER')).toBeLessThan(
      last.findIndex(({ keyword }) => keyword === 'ENTRYPOINT'),
    );
    expect(valuesOf('HEALTHCHECK')).toEqual([expect.stringContaining('/api/health')]);
  });

  it('C12: installs for production only, runs no program of a package while it does, and installs nothing later', () => {
    const installs = stages.map((stage) => stage.filter(({ value }) => /\bnpm (?:ci|install)\b/.test(value)));
    expect(installs.map(({ length }) => length)).toEqual([1, 1, 0]);
    for (const [install] of installs.slice(0, 2)) expect(install!.value).toContain('--ignore-scripts');
    expect(installs[1]![0]!.value).toContain('--omit=dev');
    expect(valuesOf('ENTRYPOINT')).toEqual(['["/sbin/tini", "--", "node", "/guardian/bin/guardian.js"]']);
    expect(valuesOf('CMD')).toEqual(['["start"]']);
  });

  it('C11: holds no secret', () => {
    expect(dockerfile).not.toMatch(/\b(?:ARG|ENV)\b.*(?:TOKEN|SECRET|PASSWORD|KEY)/);
    const isIgnored = createIgnore(ignore);
    for (const path of [
      '.env',
      'guardian.env',
      '.git/config',
      '.guardian/guardian.db',
      'ops/prometheus/guardian-token',
    ])
      expect(isIgnored(path), path).toBe(true);
  });

  it('copies what is there, and is not left out', () => {
    const isIgnored = createIgnore(ignore);
    const sources = stages.flatMap(copiesOf).filter(({ from }) => from === null);
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources.flatMap((copy) => copy.sources)) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(isIgnored(source), source).toBe(false);
    }
  });
});

describe('what the image holds', () => {
  let folder: string;
  let server: ChildProcess;
  let url: string;
  let port: number;
  const environment = Object.fromEntries(
    valuesOf('ENV').flatMap((value) => value.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
  );
  const isHealthy = (GUARDIAN_PORT: string) =>
    spawnSync('sh', ['-c', valuesOf('HEALTHCHECK')[0]!.split(/\bCMD\b/)[1]!], {
      env: { PATH: process.env.PATH, GUARDIAN_PORT },
    }).status;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'guardian-image-'));
    chmodSync(folder, 0o755);
    makeImageTree(root, dockerfile, ignore, join(folder, 'guardian'));
    const data = join(folder, 'data');
    const programs = join(folder, 'programs');
    for (const one of [data, programs]) mkdirSync(one, { mode: 0o777 });
    chmodSync(data, 0o777);
    port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const [, , , program = ''] = JSON.parse(valuesOf('ENTRYPOINT')[0]!) as string[];
    const asRoot = process.getuid?.() === 0;
    server = spawn(process.execPath, [join(folder, program), ...(JSON.parse(valuesOf('CMD')[0]!) as string[])], {
      cwd: data,
      // No program is found by its name: neither npm nor anything else could bring something.
      env: {
        ...environment,
        PATH: programs,
        HOME: data,
        GUARDIAN_DATA: join(data, 'guardian'),
        GUARDIAN_HOST: '127.0.0.1',
        PORT: String(port),
        GUARDIAN_TRIGGER_TOKEN: 'token-of-this-test-0123',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(asRoot ? { uid: 1000, gid: 1000 } : {}),
    });
    let said = '';
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    for (let look = 0; (await statusOf(`${url}/api/ready`)) !== 200; look++) {
      if (look > 400 || server.exitCode !== null) throw new Error(`Guardian does not start: ${said}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  });
  afterAll(async () => {
    if (server?.exitCode === null) {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts without anything of development, as nobody in particular, and shows its screens', async () => {
    const health = await fetch(`${url}/api/health`);
    expect(await health.json()).toEqual({ status: 'ok', message: 'Guardian is running.' });
    expect(await (await fetch(url, { headers: { accept: 'text/html' } })).text()).toContain('<div id="root"');
    for (const name of ['vite', 'typescript', 'vitest', 'playwright-core', 'node'])
      expect(existsSync(join(folder, 'guardian', 'node_modules', name)), name).toBe(false);
    expect(existsSync(join(folder, 'guardian', 'src', 'config', 'load.test.ts'))).toBe(false);
  });

  it('C12: is small: beside a base image of some 190 MB it takes no more than 150 MB', () => {
    expect(bytesOf(join(folder, 'guardian')) / 1e6).toBeLessThan(150);
  });

  it('C9: is healthy by its own HEALTHCHECK while it runs, and not where nothing answers', async () => {
    expect(isHealthy(String(port))).toBe(0);
    expect(isHealthy(String(await freePort()))).not.toBe(0);
  });

  it('C14: makes a report when Cloud Scheduler asks as the script tells it to', async () => {
    const { create } = schedulerCalls({});
    const optionOf = (name: string) => create.find((word) => word.startsWith(`--${name}=`))!.slice(name.length + 3);
    const { pathname } = new URL(optionOf('uri'));
    const [header = '', value = ''] = optionOf('headers').split('=');
    const asked = await fetch(`${url}${pathname}`, {
      method: optionOf('http-method'),
      headers: { [header]: value, authorization: 'Bearer token-of-this-test-0123' },
      body: optionOf('message-body'),
    });
    expect(asked.status).toBe(202);
    expect((await fetch(`${url}${pathname}`, { method: 'POST' })).status).toBe(401);
  });

  it('answers where the probes of Cloud Run look', async () => {
    const [container] = cloudRun.spec.template.spec.containers;
    for (const { httpGet } of [container!.startupProbe, container!.livenessProbe])
      expect((await fetch(`${url}${httpGet.path}`, { redirect: 'manual' })).status).toBe(200);
  });

  it('ends with status 0 when it is told to', async () => {
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe('compose.yaml', () => {
  const dockerFolder = join(root, 'ops', 'docker');
  const mountsOf = ({ volumes = [] }: ComposeService) =>
    volumes.map((volume) => {
      const [source = '', target = '', mode = ''] = volume.split(':');
      return { source, target, mode };
    });

  it('has Guardian, Prometheus and Grafana, and PostgreSQL for who wants it', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['grafana', 'guardian', 'postgres', 'prometheus']);
    expect(services.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['postgres']);
    expect(existsSync(resolve(dockerFolder, compose.services.guardian!.build!.context, 'ops/docker/Dockerfile'))).toBe(
      true,
    );
  });

  it('C11: is reached from this machine only, and gives nobody more than he needs', () => {
    for (const [name, service] of services) {
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      expect(service.privileged, name).toBeUndefined();
      expect(JSON.stringify(service), name).not.toContain('docker.sock');
    }
    const { guardian, prometheus, grafana } = compose.services;
    expect(guardian).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    for (const service of [prometheus, grafana]) expect(Number(service!.user!.split(':')[0])).toBeGreaterThan(0);
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    for (const [name, value] of values)
      if (/TOKEN|PASSWORD|DATABASE_URL/.test(name)) expect(value, name).toMatch(/^\$\{/);
  });

  it('names the versions of what it does not build', () => {
    for (const [name, { image, build }] of services) if (!build) expect(image, name).toMatch(/:v?\d+\.\d+/);
  });

  it('mounts what is there, and volumes that it declares', () => {
    for (const [name, service] of services) {
      for (const { source, mode } of mountsOf(service)) {
        if (!source.startsWith('.')) {
          expect(Object.keys(compose.volumes), name).toContain(source);
          continue;
        }
        expect(existsSync(resolve(dockerFolder, source)), source).toBe(true);
        expect(mode, source).toBe('ro');
      }
    }
  });

  it('B7: mounts the rules where the configuration of Prometheus looks, and its token', () => {
    const { prometheus } = compose.services;
    const mounts = mountsOf(prometheus!);
    const at = (target: string) =>
      resolve(dockerFolder, mounts.find((mount) => mount.target === target)?.source ?? '-');
    const configuration = parse(readFileSync(at('/etc/prometheus/prometheus.yml'), 'utf8')) as {
      rule_files: string[];
      scrape_configs: {
        metrics_path: string;
        authorization: { credentials_file: string };
        file_sd_configs: { files: string[] }[];
      }[];
    };
    expect(configuration.rule_files).toEqual(['rules/*.yml']);
    expect(existsSync(join(at('/etc/prometheus/rules'), 'alerts.yml'))).toBe(true);
    const [scrape] = configuration.scrape_configs;
    expect(scrape).toMatchObject({ metrics_path: METRICS_PATH, file_sd_configs: [{ files: ['targets/*.yml'] }] });
    const [secret] = prometheus!.secrets!;
    expect(secret!.target).toBe(`/etc/prometheus/${scrape!.authorization.credentials_file}`);
    expect(secret!.uid).toBe(prometheus!.user!.split(':')[0]);
    expect(compose.secrets[secret!.source]).toEqual({ environment: 'GUARDIAN_METRICS_TOKEN' });
    const [target] = parse(readFileSync(at('/etc/prometheus/targets/guardian.yml'), 'utf8')) as { targets: string[] }[];
    const port = valuesOf('EXPOSE')[0];
    expect(target!.targets).toEqual([`guardian:${port}`]);
    expect(compose.services.guardian!.ports![0]).toMatch(new RegExp(`:${port}$`));
  });

  it('gives Grafana the Prometheus beside it, and every dashboard', () => {
    const mounts = mountsOf(compose.services.grafana!);
    const provisioned = (target: string) =>
      parse(readFileSync(resolve(dockerFolder, mounts.find((mount) => mount.target.endsWith(target))!.source), 'utf8'));
    expect(provisioned('datasources/guardian.yaml').datasources[0]).toMatchObject({
      type: 'prometheus',
      url: 'http://prometheus:9090',
    });
    const { path } = provisioned('dashboards/guardian.yaml').providers[0].options as { path: string };
    const folder = resolve(dockerFolder, mounts.find((mount) => mount.target === path)!.source);
    expect(folder).toBe(join(root, 'ops', 'grafana'));
    expect(existsSync(join(folder, 'deployments.json'))).toBe(true);
  });
});

describe('Guardian on Cloud Run', () => {
  const { annotations } = cloudRun.spec.template.metadata;
  const { spec } = cloudRun.spec.template;
  const container = spec.containers[0]!;

  it('has 2 CPUs, 2 GiB, 300 s and none to ten instances', () => {
    expect(container.resources.limits).toEqual({ cpu: '2', memory: '2Gi' });
    expect(spec.timeoutSeconds).toBe(300);
    expect(annotations).toMatchObject({
      'autoscaling.knative.dev/minScale': '0',
      'autoscaling.knative.dev/maxScale': '10',
    });
    expect(spec.containers).toHaveLength(1);
  });

  it('C11: takes what is secret from secrets, and its database too', () => {
    const names = container.env.map(({ name }) => name);
    expect(names).toContain('DATABASE_URL');
    for (const { name, value, valueFrom } of container.env) {
      expect(value, name).toBeUndefined();
      expect(valueFrom?.secretKeyRef.name, name).toMatch(/^guardian-/);
    }
  });

  it('finds its configuration where the image looks for it, and it is one', () => {
    const mount = container.volumeMounts[0]!;
    expect(mount.mountPath).toBe(valuesOf('WORKDIR').at(-1));
    const volume = spec.volumes.find(({ name }) => name === mount.name)!;
    expect(volume.secret.items.map(({ path }) => path)).toEqual(['guardian.config.ts']);
    const { reports, server, sources } = configurationSchema.parse(cloudRunConfiguration);
    expect(reports.triggerAudience).toBe(server.publicUrl);
    expect(sources.pushServiceAccount).toMatch(/^guardian-scheduler@/);
  });

  it('does not start on SQLite there, and says what to do', () => {
    const folder = mkdtempSync(join(tmpdir(), 'guardian-k-'));
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'guardian.js'), 'start', '--port', '0'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, K_SERVICE: 'guardian' },
    });
    expect(status).toBe(78);
    expect(stderr).toMatch(/Cloud Run[\s\S]*DATABASE_URL/);
    expect(existsSync(join(folder, '.guardian'))).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });

  it('C14: Cloud Scheduler asks every two hours, signed, at the address that Cloud Run gave the service', () => {
    const { create, all, status } = schedulerCalls({});
    expect(status).toBe(0);
    expect(create).toEqual(
      expect.arrayContaining([
        '--schedule=0 */2 * * *',
        '--uri=https://guardian-abc123-ew.a.run.app/api/trigger/report',
        '--http-method=POST',
        '--oidc-service-account-email=guardian-scheduler@shop-project.iam.gserviceaccount.com',
        '--oidc-token-audience=https://guardian-abc123-ew.a.run.app',
      ]),
    );
    expect(all.join('\n')).not.toMatch(/token=(?!https)|Authorization/i);
  });

  it('C14: run again, it changes the job; without an address it stops before it makes one', () => {
    const again = schedulerCalls({ EXISTS: '1' });
    expect(again.all.filter((call) => /jobs (create|update) http/.test(call))).toEqual([
      expect.stringMatching(/^scheduler jobs update http guardian-report .*--update-headers=Content-Type/),
    ]);
    const lost = schedulerCalls({ ADDRESS: '' });
    expect(lost.status).toBe(1);
    expect(lost.all).toHaveLength(1);
  });
});

describe('.ci/image.sh', () => {
  it('says that it could not build where no engine is, and fails when there had to be one', () => {
    const programs = mkdtempSync(join(tmpdir(), 'guardian-docker-'));
    writeProgram(join(programs, 'docker'), '#!/bin/sh\necho no daemon >&2\nexit 1\n');
    const run = (REQUIRE_DOCKER: string) =>
      spawnSync('bash', [join(root, '.ci', 'image.sh')], {
        encoding: 'utf8',
        env: { PATH: `${programs}:${process.env.PATH}`, REQUIRE_DOCKER },
      });
    expect(run('0')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^NOT BUILT: .*no daemon/) });
    expect(run('1').status).toBe(1);
    rmSync(programs, { recursive: true, force: true });
  });
});

/** What scheduler.sh asks of gcloud: a program that writes down its arguments, and answers as gcloud does. */
function schedulerCalls(given: Record<string, string>): { create: string[]; all: string[]; status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-gcloud-'));
  const log = join(folder, 'calls');
  const program = `#!/bin/bash
printf '%s\\x1f' "$@" >> '${log}'; printf '\\n' >> '${log}'
case "$*" in
  'run services describe'*) echo "\${ADDRESS-https://guardian-abc123-ew.a.run.app}" ;;
  *describe*) [ -n "\${EXISTS:-}" ] ;;
esac
`;
  writeProgram(join(folder, 'gcloud'), program);
  execFileSync('bash', ['-n', join(root, 'ops/cloud-run/scheduler.sh')]);
  const { status } = spawnSync(join(root, 'ops/cloud-run/scheduler.sh'), [], {
    env: { PATH: `${folder}:${process.env.PATH}`, PROJECT_ID: 'shop-project', REGION: 'europe-west1', ...given },
  });
  const calls = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\x1f').slice(0, -1));
  rmSync(folder, { recursive: true, force: true });
  return {
    create: calls.find((words) => words.includes('http')) ?? [],
    all: calls.map((words) => words.join(' ')),
    status,
  };
}

const statusOf = (address: string) =>
  fetch(address).then(
    ({ status }) => status,
    () => null,
  );
