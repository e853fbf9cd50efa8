import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTemplateTree, DEFAULT_TEMPLATE_TREE, type TemplateTreeOptions } from './index.ts';
import { STYLES, type SyntheticLine, syntheticLog } from './synthetic-logs.test-data.ts';

const hostileSign = fc.constantFrom(...'aZ09 .:,;()[]{}<>/\\\'"`#@$|~^+-_=*!?\t\r\n\u0000\u2028é', '😀', '\ud83d');

/** The cluster of each message once all were seen. */
function clustersOf(messages: readonly string[], options?: Partial<TemplateTreeOptions>): number[] {
  const tree = createTemplateTree(options);
  const ids = messages.map((message) => tree.add(message).clusterId);
  return ids.map((id) => tree.canonicalId(id));
}

const clusterCount = (messages: readonly string[]) => new Set(clustersOf(messages)).size;

describe('one sentence', () => {
  it('is one cluster whatever its values are', () => {
    expect(clusterCount(['took 3 ms for 10.0.0.1', 'took 17 seconds for 10.9.8.7', 'took 1.5s for 10.2.2.2'])).toBe(1);
    expect(clusterCount(['delete blk_1 blk_2', 'delete blk_3', 'delete blk_4 blk_5 blk_6 blk_7'])).toBe(1);
    expect(clusterCount(['session closed for user cyrus', 'session closed for user news'])).toBe(1);
    expect(clusterCount(['a.example.com:80 error : gone away now', 'wpad:80 error : gone away now'])).toBe(1);
  });

  it('is told from one that differs in a word that says what happened', () => {
    expect(clusterCount(['server started on node 3', 'server stopped on node 3', 'server restarting on node 3'])).toBe(
      3,
    );
    expect(clusterCount(['task 1 moved from NEW to RUNNING', 'task 2 moved from RUNNING to DONE'])).toBe(2);
    expect(clusterCount(['connect ECONNREFUSED 10.0.0.1:80', 'connect ETIMEDOUT 10.0.0.1:80'])).toBe(2);
    expect(clusterCount(['GET /a 200 - 3 ms', 'POST /a 200 - 3 ms'])).toBe(2);
  });

  it('keeps two frequent variants apart, and joins many rare ones', () => {
    const variants = (words: string[], times: number) =>
      words.flatMap((word) => Array<string>(times).fill(`the job for the ${word} report is late`));
    const five = ['orders', 'uploads', 'search', 'catalog', 'ledger'];
    expect(clusterCount(variants(five.slice(0, 2), 50))).toBe(2);
    expect(clusterCount(variants(five, 50))).toBe(5);
    expect(clusterCount(variants(five, 1))).toBe(1);
  });
});

describe('a cluster', () => {
  it('keeps the id it was opened with when a word becomes a variable', () => {
    const tree = createTemplateTree();
    const first = tree.add('session closed for user cyrus');
    const second = tree.add('session closed for user news');
    expect(first).toEqual({ clusterId: 1, template: 'session closed for user cyrus' });
    expect(tree.canonicalId(second.clusterId)).toBe(first.clusterId);
    expect(tree.add('session closed for user marie')).toEqual({
      clusterId: first.clusterId,
      template: 'session closed for user <*>',
    });
  });

  it('shows the kind of a variable as long as all lines have that kind', () => {
    const tree = createTemplateTree();
    expect(tree.add('peer 10.0.0.1 left (code 7)').template).toBe('peer <ip> left (code <int>)');
    expect(tree.add('peer 10.0.0.2 left (code 8)').template).toBe('peer <ip> left (code <int>)');
    expect(tree.add('peer 10.0.0.2 left (code 0x8)').template).toBe('peer <ip> left (code <*>)');
  });

  it('maps an id it never gave to itself', () => {
    expect(createTemplateTree().canonicalId(77)).toBe(77);
  });
});

describe('bounds', () => {
  it('forgets the least recently seen shape, and counts it', () => {
    const tree = createTemplateTree({ maxClusters: 2 });
    const first = tree.add('alpha one').clusterId;
    tree.add('beta two');
    expect(tree.add('alpha one').clusterId).toBe(first);
    tree.add('gamma three');
    expect(tree.forgotten).toBe(1);
    expect(tree.add('alpha one').clusterId).toBe(first);
    expect(tree.add('beta two').clusterId).not.toBe(2);
  });

  it('takes a hundred different words at one place for values, whatever they look like', () => {
    const names = Array.from(
      { length: 101 },
      (_, index) => `x${String.fromCharCode(97 + (index % 26), 97 + index / 26)}ed`,
    );
    expect(DEFAULT_TEMPLATE_TREE.maxChildren).toBe(100);
    expect(clusterCount(names.map((name) => `the thing was ${name} again`))).toBe(1);
  });

  it('keeps lines that are all new apart, however many', () => {
    const tree = createTemplateTree();
    const letters = (index: number) => String(index).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
    const ids = new Set<number>();
    for (let index = 0; index < 1000; index++) {
      const { clusterId } = tree.add(Array.from({ length: 100 }, (_, at) => letters(index * 100 + at)).join(' '));
      ids.add(clusterId);
    }
    expect(ids.size).toBe(1000);
  });
});

describe('any input', () => {
  const messages = fc.array(fc.oneof(fc.string({ unit: hostileSign }), fc.lorem({ maxCount: 5 })), { maxLength: 40 });

  it('never throws and gives the same clusters twice', () => {
    fc.assert(
      fc.property(messages, (lines) => {
        expect(clustersOf(lines)).toEqual(clustersOf(lines));
      }),
    );
  });

  it('gives equal messages one cluster', () => {
    fc.assert(
      fc.property(messages, (lines) => {
        const clusters = clustersOf([...lines, ...lines]);
        expect(clusters.slice(0, lines.length)).toEqual(clusters.slice(lines.length));
      }),
    );
  });
});

describe('logs of many styles', () => {
  it.each(Object.entries(STYLES))('%s: lines meet those of their own sentence', (name, style) => {
    const lines = syntheticLog(style, 2000, 7);
    const { lineShare, groupScore } = accuracyOf(lines, clustersOf(lines.map((line) => line.message)));
    // A choice of a dozen first words is not told from a dozen sentences: nodeService has one (`X is not defined`).
    expect(lineShare).toBeGreaterThanOrEqual(name === 'nodeService' ? 0.9 : 0.95);
    expect(groupScore).toBeGreaterThanOrEqual(name === 'nodeService' ? 0.7 : 0.9);
  });
});

function accuracyOf(lines: readonly SyntheticLine[], clusters: readonly number[]) {
  const predicted = new Map<number, Set<string>>();
  const clustersByTemplate = new Map<string, Set<number>>();
  for (const [index, { template }] of lines.entries()) {
    const cluster = clusters[index] ?? 0;
    predicted.set(cluster, (predicted.get(cluster) ?? new Set()).add(template));
    clustersByTemplate.set(template, (clustersByTemplate.get(template) ?? new Set()).add(cluster));
  }
  const right = new Set(
    [...clustersByTemplate]
      .filter(([, ids]) => ids.size === 1 && [...ids].every((id) => predicted.get(id)?.size === 1))
      .map(([template]) => template),
  );
  return {
    lineShare: lines.filter((line) => right.has(line.template)).length / lines.length,
    groupScore: (2 * right.size) / (predicted.size + clustersByTemplate.size),
  };
}
