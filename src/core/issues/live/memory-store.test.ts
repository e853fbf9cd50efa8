import { describeIssueStore } from '../../../../test/contract/issue-store.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';

describeIssueStore('in memory', async ({ clock }) => {
  const store = createMemoryStore({ clock });
  return {
    fold: store.fold,
    issues: store.issues,
    projectIds: [1, 2],
    append: async (projectId, events) => store.append(projectId, events),
    outbox: async () => store.tables.outbox,
    close: async () => {},
  };
});
