import { createFakeTarget, MISSING_ARTIFACT } from '../../src/core/deploy/fake-target-fixtures.ts';
import { deployTargetContract } from './deploy-target.ts';

// Whatever tests of the engine see of a target is what real ones do.
deployTargetContract('in memory', async () => {
  let instant = Date.UTC(2026, 0, 31, 12);
  const target = createFakeTarget({ now: () => instant++ });
  return {
    target,
    artifacts: ['registry/shop:2', 'registry/shop:3'],
    missing: MISSING_ARTIFACT,
    async ask(address) {
      const [most] = [...target.traffic.shares].sort((a, b) => b.percent - a.percent);
      const own = target.revisions.find((one) => one.address === address);
      const asked = own ?? target.revisions.find((one) => one.name === most?.revision);
      return `${asked?.artifact} red`;
    },
    saying: (artifact) => artifact,
    forgetsRetired: true,
    close: async () => {},
  };
});
