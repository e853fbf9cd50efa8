import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../shared/index.ts';
import { createWorld } from '../deployer-fixtures.ts';
import type { Deployment } from '../deployment.ts';
import { digestOfArtifact } from '../fake-target-fixtures.ts';
import { renderDeploymentLog, renderLogIndex } from './render-log.ts';

async function deployed(isBad: boolean): Promise<Deployment> {
  const world = createWorld();
  world.asked = { ...world.asked, own: [{ kind: 'feature', name: 'check | out', path: '/checkout' }] };
  if (isBad) world.errorShare = (revision) => (revision === 'shop-00001' ? 0.01 : 0.2);
  const { id } = await world.deployer.deploy(
    world.request({
      change: {
        artifact: null,
        commit: 'abc1234',
        settings: { environment: { TOKEN: 'hunter2' }, memoryBytes: 4096 },
        unset: [],
      },
      commits: [
        {
          hash: 'abc1234def',
          subject: 'Fix the cart </td> | [x](http://evil.test)\n# Heading',
          author: '`Ana`',
          committedAt: 0,
        },
      ],
    }),
  );
  return world.run(id);
}

describe('deployment log', () => {
  it('says what was deployed, how it was checked and compared, and exactly how to go back', async () => {
    const { file, text } = renderDeploymentLog(await deployed(false), messagesFor('en'));
    expect(file).toBe('2026-01-31-shop-build-1.md');
    for (const said of [
      '# Deployment of shop, build 1',
      '- State: promoted',
      '- Revision: `shop-00002`',
      `- Image: \`registry/shop:1@${digestOfArtifact('registry/shop:1')}\``,
      '- Good revision before: `shop-00001`',
      '| environment.TOKEN | added |  | not shown |',
      '| memoryBytes | changed | 2147483648 | 4096 |',
      '| Healthy answers in a row | passed |',
      '| Feature: check \\| out | passed |',
      '| 5 % | pass |',
      '| watch | pass |',
      '- Success ratio: 99.0 %',
      '- Start-up: 0.9 s',
      '0 issues of a new kind',
      'guardian rollback shop-00001 --target fake --yes',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('lets nothing from outside be markup, and shows no value of the environment', async () => {
    const { text } = renderDeploymentLog(await deployed(false), messagesFor('en'));
    expect(text).toContain('Fix the cart &lt;/td&gt; \\| \\[x\\](http://evil.test) \\# Heading (\\`Ana\\`)');
    expect(text).not.toContain('hunter2');
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });

  it('says in both languages why it went back, with the numbers, and what to do', async () => {
    const bad = await deployed(true);
    const english = renderDeploymentLog(bad, messagesFor('en')).text;
    expect(english).toContain('- State: rolled back');
    expect(english).toMatch(
      /The new revision fails more often than the old one at the same time\. \(requests, new: \d+/,
    );
    expect(english).toContain('What to do: Open the issues of the revision');
    const french = renderDeploymentLog(bad, messagesFor('fr')).text;
    expect(french).toContain('- État : annulé');
    expect(french).toMatch(/La nouvelle révision échoue plus souvent.*\(requêtes, nouvelle: \d+/);
  });

  it('keeps an index, newest first', async () => {
    const first = await deployed(false);
    const later = { ...first, id: 'dep-2', buildId: 2, createdAt: first.createdAt + 86_400_000 };
    const { file, text } = renderLogIndex([first, later], messagesFor('en'));
    expect(file).toBe('README.md');
    expect(text.split('\n').slice(4, 6)).toEqual([
      '| [2026-02-01](2026-02-01-shop-build-2.md) | shop | 2 | shop-00002 | promoted | user:ana |',
      '| [2026-01-31](2026-01-31-shop-build-1.md) | shop | 1 | shop-00002 | promoted | user:ana |',
    ]);
    expect(renderLogIndex([], messagesFor('en')).text).toBe('# Deployments\n\nnone\n');
  });
});
