import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Deploying, openDeploying } from '../fixtures/deploying.ts';
import { startGuardian } from '../fixtures/running-server.ts';

let deploying: Deploying;
afterEach(() => deploying.close());

it('the doctor names why nothing is built, each cause with its remedy', async () => {
  deploying = await openDeploying({
    targets: { shop: { build: ['no-such-builder', 'build'] } as never },
  });
  deploying.service.commit('apples');
  const program = await deploying.guardian('doctor');
  expect(program).toMatchObject({ status: 69 });
  expect(program.output).toMatch(/FAILED +Image and build, shop.*no-such-builder is not found in PATH/);
  expect(program.output).toContain('Install it, or name it with its whole path');
  rmSync(join(deploying.folder, 'service'), { recursive: true });
  const gone = await deploying.guardian('doctor', '--lang', 'fr');
  expect(gone.output).toContain('n’existe pas, ou n’est pas lisible');
  expect(gone.output).toContain('Corriger repository ou folder');
});

it('the doctor shows the last lines of a build that failed, a missing lock file, and a Dockerfile without a stage', async () => {
  deploying = await openDeploying({
    targets: {
      shop: {
        build: [process.execPath, '-e', 'console.log("cannot find module left-pad"); process.exit(1)'],
      } as never,
    },
  });
  const { service } = deploying;
  service.commit('apples');
  expect(await deploying.guardian('deploy', '--yes')).toMatchObject({ status: 1 });
  const failed = await deploying.guardian('doctor');
  expect(failed.output).toMatch(/FAILED +Image and build, shop/);
  expect(failed.output).toContain('cannot find module left-pad');
  const french = await deploying.guardian('doctor', '--lang', 'fr');
  expect(french.output).toMatch(/le dernier build, shop-1, a échoué :\s+build : 1\s+cannot find module left-pad/);
  writeFileSync(join(service.repository, 'Dockerfile'), 'RUN npm ci\n');
  expect((await deploying.guardian('doctor')).output).toContain('has no FROM');
  rmSync(join(service.repository, 'Dockerfile'));
});

it('the doctor tells what runs and what is pinned, and which metrics are not seen', async () => {
  deploying = await openDeploying({ targets: { shop: { metrics: {} } as never } });
  const { service } = deploying;
  writeFileSync(join(service.repository, 'package.json'), '{}');
  service.commit('apples', "if (request.url === '/api/metrics') { response.statusCode = 401; return response.end(); }");
  const server = await startGuardian({ folder: deploying.folder });
  try {
    // The metrics are checked before anybody is sent there.
    const refused = await deploying.guardian('deploy', '--yes', '--url', server.url);
    expect(refused).toMatchObject({ status: 1, output: expect.stringContaining('Check "Metrics present": failed') });
  } finally {
    await server.stop();
  }
  const { output } = await deploying.guardian('doctor');
  expect(output).toContain('no lock file');
  expect(output).toMatch(/FAILED +Metrics, shop.*answers 503/);
  expect(output).toMatch(/note +Metrics, of Guardian.*no server answers at/);
  expect(output).toMatch(/the last deployment, build 1, did not go through: A check before the first request failed/);
});

it('the doctor says in French, all of it, what a target lacks', async () => {
  deploying = await openDeploying({ targets: { shop: { environmentFrom: ['SHOP_KEY'] } as never } });
  const { output } = await deploying.guardian('doctor', '--lang', 'fr');
  expect(output).toContain(
    'La configuration est fausse à deploy.targets.shop.environmentFrom : l’environnement de Guardian n’a pas SHOP_KEY.',
  );
});
