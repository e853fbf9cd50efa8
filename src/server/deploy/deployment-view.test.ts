import { describe, expect, it } from 'vitest';
import { createWorld } from '../../core/deploy/deployer-fixtures.ts';
import { createFakeTarget } from '../../core/deploy/fake-target-fixtures.ts';
import type { Deployment } from '../../core/deploy/index.ts';
import { GuardianError, messagesFor, sayingsOf } from '../../core/shared/index.ts';
import { deploymentSummaryView } from './deployment-view.ts';

const { facts } = messagesFor('fr').deploy;
const shown = (deployment: Deployment, language: 'en' | 'fr' = 'en') =>
  deploymentSummaryView(deployment, { messages: messagesFor(language), nameOf: (name) => name });

describe('a deployment as it is shown', () => {
  it('says in the reader’s language that its target is not configured any more, and goes on once it is', async () => {
    const world = createWorld();
    const desk = createFakeTarget({ now: () => world.now, service: 'desk' });
    const { id } = await world.deployer.deploy(world.request({ target: desk }));
    await world.turn();
    expect(shown(world.store.rows.get(id)!, 'fr').reason).toBe('sa cible n’est plus configurée');
    expect(shown(world.store.rows.get(id)!).reason).toBe('its target is not configured any more');
    world.others = [desk];
    expect(await world.run(id)).toMatchObject({ phase: 'promoted', problem: null });
  });

  it('says in the reader’s language why its target refused or did not answer, however long ago that was', async () => {
    const world = createWorld();
    const say = sayingsOf(messagesFor('en').targets, 'targets');
    const given = { code: 'target_unreachable' as 'target_unreachable' | 'target_refused' };
    const target = {
      ...createFakeTarget({ now: () => world.now, service: 'desk' }),
      async createRevision() {
        throw new GuardianError(given.code, { path: 'desk', reason: say.cloudRun.changedSince });
      },
    };
    world.others = [target];
    const { id } = await world.deployer.deploy(world.request({ target }));
    for (let turns = 0; turns < 3; turns++) await world.turn();
    const row = () => JSON.parse(JSON.stringify(world.store.rows.get(id)!)) as Deployment;
    expect(row()).toMatchObject({ phase: 'creating', problem: 'the service was changed after it was planned' });
    expect(shown(row(), 'fr').reason).toBe('le service a été modifié après le plan');
    given.code = 'target_refused';
    await world.run(id);
    expect(row().reasonFacts).toEqual({ problem: 'the service was changed after it was planned' });
    expect(shown(row()).reason).toContain('(problem: the service was changed after it was planned)');
    expect(shown(row(), 'fr').reason).toContain(`(${facts.problem}: le service a été modifié après le plan)`);
  });

  it('has all traffic when a rollback has moved it, held or not, and none where the target refused', async () => {
    const given = { refuses: false };
    const world = createWorld({ fault: (call) => (given.refuses && call === 'setTraffic' ? 'refused' : 'ok') });
    await world.run((await world.deployer.deploy(world.request())).id);
    const back = async () =>
      world.run((await world.deployer.rollback({ ...world.request(), revision: 'shop-00001' })).id);
    given.refuses = true;
    const refused = await back();
    expect(shown(refused)).toMatchObject({ state: 'holding', traffic: 0 });
    given.refuses = false;
    world.reply = () => ({ status: 503 });
    expect(shown(await back())).toMatchObject({ state: 'holding', traffic: 100 });
    expect(shown(world.store.rows.get(refused.id)!)).toMatchObject({ state: 'failed', traffic: 0 });
  });
});
