import { randomUUID } from 'node:crypto';
import { openCluster } from '../../src/adapters/search/opensearch/index.ts';
import type { StoredEvent } from '../../src/core/events/index.ts';
import { describeEventIndex } from '../../test/contract/event-index.ts';

/** Set by `clusters.sh`, which starts the real server. */
const url = process.env.GUARDIAN_TEST_SEARCH_URL;
if (!url) throw new Error('GUARDIAN_TEST_SEARCH_URL is not set: run .ci/search/clusters.sh');

/** Seqs as the store gives them: the millisecond and a counter in it. */
const SEQS_PER_MS = 4_096;

describeEventIndex(`cluster at ${url}`, async () => {
  const cluster = openCluster({ url, indexPrefix: `test-${randomUUID()}`, replicas: 0 });
  const counters = new Map<number, number>();
  return {
    index: cluster.index,
    projectIds: [1, 2],
    countsAll: true,
    async store(projectId, events) {
      const stored = events.map((event): StoredEvent => {
        const counter = counters.get(event.time) ?? 0;
        counters.set(event.time, counter + 1);
        return { seq: Math.floor(event.time) * SEQS_PER_MS + counter, projectId, issueId: null, event };
      });
      await cluster.index.add(stored);
    },
    async close() {
      cluster.close();
    },
  };
});
