import { describe, expect, it } from 'vitest';
import { createWorld } from '../../core/deploy/deployer-fixtures.ts';
import { messagesFor, textOf } from '../../core/shared/index.ts';
import { createDeployAlerts } from './tell-alerts.ts';

/** A world whose target refuses to move traffic when it is told to, and what is alerted of its newest deployment. */
function openWorld() {
  const given = { refuses: false };
  const world = createWorld({ fault: (call) => (given.refuses && call === 'setTraffic' ? 'refused' : 'ok') });
  const posted = new Map<string, { state: string; description: string }>();
  const alerts = createDeployAlerts({
    alerts: {
      async postAlert({ type, state, description }) {
        posted.set(type, { state, description: textOf(description, messagesFor('en')) });
        return { id: 1 } as never;
      },
    },
    store: world.store,
    projectOf: async () => null,
    messages: messagesFor('en'),
  });
  const told = async (type: string) => {
    await alerts.tell(world.target);
    return posted.get(type);
  };
  const deploy = async () => world.run((await world.deployer.deploy(world.request())).id);
  const goBack = async (revision: string) =>
    world.run((await world.deployer.rollback({ ...world.request(), revision })).id);
  return { world, given, told, deploy, goBack };
}

describe('the alert of pinned traffic', () => {
  it('names the revision as soon as a rollback has moved the traffic there, also while that is held', async () => {
    const { world, told, deploy, goBack } = openWorld();
    await deploy();
    expect(await told('TRAFFIC_PINNED')).toMatchObject({ state: 'resolved' });
    world.reply = () => ({ status: 503 });
    expect(await goBack('shop-00001')).toMatchObject({ phase: 'held', heldFrom: 'checking' });
    expect(await told('DEPLOYMENT_HELD')).toMatchObject({ state: 'firing' });
    const pinned = { state: 'firing', description: expect.stringContaining('pinned to shop-00001') };
    expect(await told('TRAFFIC_PINNED')).toMatchObject(pinned);
  });

  it('says nothing of a rollback that the target refused: the traffic is where it was', async () => {
    const { given, told, deploy, goBack } = openWorld();
    await deploy();
    given.refuses = true;
    expect(await goBack('shop-00001')).toMatchObject({ phase: 'held', heldFrom: 'promoting' });
    expect(await told('DEPLOYMENT_HELD')).toMatchObject({ state: 'firing' });
    expect(await told('TRAFFIC_PINNED')).toMatchObject({ state: 'resolved' });
  });
});
